"""Files of labelled texts: one a line as JSON, or a table as CSV."""

import csv
import json
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import JsonValue, StringConstraints, ValidationError

from cases.classification import IntentName
from cases.errors import InvalidInput
from cases.policy.document import Language, PolicyDocument
from cases.policy.names import suggestion
from cases.record import Document
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS
from starter.problems import WHOLE, FieldProblem, problems_of

COLUMNS = ("text", "intent", "language")
REQUIRED = ("text", "intent")
TABLE = ".csv"
TOLD_AT_MOST = 10
"""So many bad lines are told of; a file of the wrong kind has as many as it has lines."""


class LabelledText(Document):
    """A text and the intent it is about. `language` is what it is written in; none means: detect it, as for tickets."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAXIMUM_MESSAGE_CHARACTERS)]
    intent: Annotated[IntentName, StringConstraints(min_length=1)]
    language: Language | None = None


class UnreadableLabels(InvalidInput):
    """A file with lines that cannot be read; `problems` has everything that is wrong with it."""

    def __init__(self, first: FieldProblem, *others: FieldProblem) -> None:
        super().__init__(first.field, first.problem, first.way_out)
        self.problems = (first, *others)

    def __str__(self) -> str:
        told = [str(problem) for problem in self.problems[:TOLD_AT_MOST]]
        untold = len(self.problems) - len(told)
        return "\n".join([*told, *([f"… and {untold} more."] if untold else [])])


def read_labelled(file: Path) -> tuple[LabelledText, ...]:
    """Every labelled text of a file: CSV by its name, otherwise JSON lines.

    Raises InvalidInput for a file that cannot be read, is empty or lacks a column, and UnreadableLabels with every bad
    line.
    """
    labelled: list[LabelledText] = []
    problems: list[FieldProblem] = []
    written = _content(file)
    for line in _rows(file, written) if file.suffix.lower() == TABLE else _lines(written):
        try:
            labelled.append(_labelled(line))
        except ValidationError as error:
            problems += [_at(file, line.number, problem) for problem in problems_of(error)]
    if problems:
        raise UnreadableLabels(*problems)
    if not labelled:
        raise InvalidInput(str(file), "has no labelled texts.", 'Give one a line: {"text": "…", "intent": "…"}.')
    return tuple(labelled)


def sample(labelled: Sequence[LabelledText], limit: int, seed: int) -> tuple[LabelledText, ...]:
    """At most so many of the texts, in the order of the file.

    Which ones is settled by the seed and each text alone, not by where it stands: the same seed takes the same texts
    from a file that was sorted anew, and a smaller sample is part of a larger one.
    """
    if limit >= len(labelled):
        return tuple(labelled)
    drawn = sorted(range(len(labelled)), key=lambda place: _lot(labelled[place], seed))[:limit]
    return tuple(labelled[place] for place in sorted(drawn))


def refuse_unknown(labelled: Sequence[LabelledText], policy: PolicyDocument) -> None:
    """Make sure the policy knows every label. Raises InvalidInput that names those it does not know."""
    _refuse("intent", [one.intent for one in labelled], policy.intents, "Correct them, or add them to its `intents`.")
    spoken = [one.language for one in labelled if one.language is not None]
    _refuse("language", spoken, policy.languages, "Leave the language out and it is detected, as for a ticket.")


class _Line(NamedTuple):
    """What stands on a line: the text of a JSON document, or the cells of a row."""

    number: int
    content: bytes | dict[str, str]


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InvalidInput(str(file), "does not exist.", "Give the path of a file of labelled texts.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            str(file), f"cannot be read: {error}.", "Give a file of labelled texts, as UTF-8."
        ) from error


def _lines(written: str) -> Iterator[_Line]:
    for number, line in enumerate(written.split("\n"), start=1):
        if line.strip():
            yield _Line(number, line.encode())


def _rows(file: Path, written: str) -> Iterator[_Line]:
    reader = csv.reader(written.splitlines(keepends=True), strict=True)
    header: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            if header is None:
                header = _header(file, cells)
            elif any(cells):
                yield _Line(begins, _named(header, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        problem = FieldProblem(field=WHOLE, problem=f"is not CSV: {error}.", way_out="Mend its quotation marks.")
        raise UnreadableLabels(_at(file, begins, problem)) from error


def _header(file: Path, cells: Sequence[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise InvalidInput(
            f"{file}:1", f"has no column {' and none '.join(missing)}.", f"Begin with the line {','.join(COLUMNS)}."
        )
    return header


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    named = dict(zip(header, cells, strict=False))
    surplus = cells[len(header) :]
    if not named.get("language"):
        named.pop("language", None)
    return {**named, **{f"column {len(header) + place}": cell for place, cell in enumerate(surplus, start=1)}}


def _labelled(line: _Line) -> LabelledText:
    if isinstance(line.content, bytes):
        return LabelledText.model_validate_json(line.content)
    return LabelledText.model_validate(line.content)


def _at(file: Path, line: int, problem: FieldProblem) -> FieldProblem:
    field = f"{file}:{line}" if problem.field == WHOLE else f"{file}:{line} {problem.field}"
    return problem.model_copy(update={"field": field})


def _lot(one: LabelledText, seed: int) -> bytes:
    written: JsonValue = [seed, one.text, one.intent, one.language]
    return sha256(json.dumps(written).encode()).digest()


def _refuse(field: str, given: Sequence[str], known: Collection[str], otherwise: str) -> None:
    unknown = sorted({name for name in given if name not in known})
    if not unknown:
        return
    named = ", ".join(unknown)
    way_out = suggestion(unknown[0], known, otherwise) if len(unknown) == 1 else otherwise
    raise InvalidInput(field, f"the policy does not know {named}.", way_out)
