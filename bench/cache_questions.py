"""Questions as the product reads them before its cache is asked: vectors, and the intent of those worth reading."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from bench.cache_hits import Question
from bench.data_sets import DataSet
from bench.local_models import PATIENCE_SECONDS
from cases.classification import OTHER, Entities
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.ticket import Channel
from cases.work import ClassifyRequest
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalProvider
from integrations.models.protocol import Embedder
from routing.doubts import doubt
from starter.evaluation.labelled import LabelledText, sample

SEED = 3
EXAMPLES = 10
"""How many texts an intent teach the classifier: as many as an owner may write."""

ENGLISH = "en"


class Dealt(NamedTuple):
    """One set, dealt out: no text is in two parts."""

    teaching: tuple[LabelledText, ...]
    kept: tuple[LabelledText, ...]
    chosen_on: tuple[LabelledText, ...]
    """Those asked to choose a threshold."""
    reported_on: tuple[LabelledText, ...]
    """Those asked to tell how good that threshold is."""


def dealt(data: DataSet, *, asked: int) -> Dealt:
    """Deal out what is in scope. A text that occurs twice counts once: an exact repeat is too easy."""
    texts = {one.text.strip().casefold(): one for one in (*data.taught, *data.asked) if one.intent != OTHER}
    teaching = DataSet(tuple(texts.values()), ()).few(EXAMPLES, SEED).taught
    lessons = {one.text for one in teaching}
    rest = [one for one in texts.values() if one.text not in lessons]
    drawn = sample(rest, asked, SEED)
    taken = {one.text for one in drawn}
    return Dealt(teaching, tuple(one for one in rest if one.text not in taken), drawn[::2], drawn[1::2])


async def embedded(embedder: Embedder, texts: Sequence[LabelledText], screen: Console) -> tuple[Question, ...]:
    """The texts with the vectors that the cache would search by."""
    found: list[Question] = []
    for one in track(texts, "vectors", console=screen):
        vector = np.asarray(await embedder.embed_query(one.text, one.language or ENGLISH), dtype=np.float32)
        found.append(Question(one.text, one.intent, vector))
    return tuple(found)


class Reader:
    """Reads intents with the classify ladder of a policy, its models run on this machine."""

    def __init__(self, policy: Policy, encoders: Encoders, heads: Path) -> None:
        self._policy = policy
        self._provider = LocalProvider({policy.version: policy}, encoders, heads)

    async def read(self, texts: Iterable[str], screen: Console) -> Mapping[str, str | None]:
        """The one intent of each English text, or None where there are more, or none that a model is sure of."""
        return {text: await self._intent(text) for text in track(list(dict.fromkeys(texts)), "intents", console=screen)}

    async def _intent(self, text: str) -> str | None:
        for rung, model in enumerate(self._policy.document.jobs.classify.models):
            answer = await self._provider.classify(self._request(text, rung, model))
            read = answer.output
            if doubt(self._policy.document.thresholds, read) is None:
                return read.intents[0].name if len(read.intents) == 1 else None
        return None

    def _request(self, text: str, rung: int, model: str) -> ClassifyRequest:
        return ClassifyRequest(
            case_id="bench",
            tenant="bench",
            channel=Channel.EMAIL,
            policy_version=self._policy.version,
            model=model,
            rung=rung,
            prompt=Prompt.STANDARD,
            timeout_seconds=PATIENCE_SECONDS,
            text=text,
            language=ENGLISH,
            entities=Entities(),
        )
