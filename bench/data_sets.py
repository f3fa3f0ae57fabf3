"""Public sets of labelled texts, by others, neither shipped nor committed: what of each is taught and asked."""

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from cases.classification import OTHER
from starter.evaluation.labelled import LabelledText

SEED = 7
OUT_OF_SCOPE = "oos"
"""What CLINC150 calls `other`."""


class Missing(Exception):
    """A file of a data set that is not there."""


class DataSet(NamedTuple):
    """What is taught, and what is asked of those who were taught it."""

    taught: tuple[LabelledText, ...]
    asked: tuple[LabelledText, ...]

    def few(self, examples: int, seed: int) -> "DataSet":
        """The same with at most so many taught examples an intent, drawn at random."""
        kept = (text for texts in _by_intent(self.taught, seed).values() for text in texts[:examples])
        return self._replace(taught=tuple(kept))

    def only(self, intents: Collection[str]) -> "DataSet":
        """What the set has of these intents."""
        taught, asked = (tuple(one for one in texts if one.intent in intents) for texts in (self.taught, self.asked))
        return DataSet(taught, asked)


def banking77(folder: Path, held_out: float, turn: int = 0) -> DataSet:
    """Questions of a bank's customers, 77 intents, none out of scope. Raises Missing.

    The test split is not among the data: `held_out` is the share of the training split that is asked and not taught,
    and each `turn` asks other texts.
    """
    taught: list[LabelledText] = []
    asked: list[LabelledText] = []
    for texts in _by_intent(_read(folder / "banking77" / "train.csv", "en"), SEED).values():
        held = round(len(texts) * held_out)
        asked += texts[held * turn : held * (turn + 1)]
        taught += (*texts[: held * turn], *texts[held * (turn + 1) :])
    return DataSet(tuple(taught), tuple(asked))


def clinc150(folder: Path) -> DataSet:
    """150 intents and questions out of scope: the training splits are taught, the validation splits asked."""
    taught, asked = (
        (*_read(folder / "clinc150" / f"{split}.csv", "en"), *_read(folder / "clinc150" / f"oos_{split}.csv", "en"))
        for split in ("train", "val")
    )
    return DataSet(taught, asked)


def xsid(folder: Path, language: str) -> DataSet:
    """16 intents of an assistant: taught in English, asked in another language. Raises Missing."""
    taught = _read(folder / "xsid" / "en_train.csv", "en")
    return DataSet(taught, _read(folder / "xsid" / f"{language}_test.csv", language))


def _read(file: Path, language: str) -> tuple[LabelledText, ...]:
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.reader(stream) if len(row) == 2][1:]
    except FileNotFoundError as error:
        raise Missing(f"{file} is not there; give the folder of the public data sets") from error
    return tuple(LabelledText(text=text, intent=_intent(label), language=language) for text, label in rows)


def _intent(label: str) -> str:
    return OTHER if label == OUT_OF_SCOPE else label


def _by_intent(texts: Iterable[LabelledText], seed: int) -> dict[str, Sequence[LabelledText]]:
    """The texts of each intent, shuffled."""
    grouped: dict[str, list[LabelledText]] = defaultdict(list)
    for text in texts:
        grouped[text.intent].append(text)
    for intent, of_intent in grouped.items():
        random.Random(f"{seed} {intent}").shuffle(of_intent)  # noqa: S311 -- a draw anyone can repeat
    return dict(grouped)
