"""Reading intents: the whole text and each of its clauses are judged, and what any of them is sure of counts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from cases.classification import OTHER, IntentGuess
from cases.policy.document import PolicyDocument
from cases.policy.local import ReadingRules
from integrations.models.local.encoders import EncoderName, Encoders
from integrations.models.local.head_store import HeadStore
from integrations.models.local.heads import Head, Probabilities, train
from integrations.models.local.salient_text import WHOLE_CHARACTERS, salient_text, segments

ENGLISH = "en"


class LocalModel(StrEnum):
    """The local models that classify."""

    COMPACT = "local-compact"
    """One encoder: the best cheap one for the language."""
    ENSEMBLE = "local-ensemble"
    """Two encoders whose calibrated probabilities are averaged: better than either."""


ENCODERS = {
    (LocalModel.COMPACT, True): (EncoderName.MINILM,),
    (LocalModel.COMPACT, False): (EncoderName.USE,),
    (LocalModel.ENSEMBLE, True): (EncoderName.MINILM, EncoderName.USE),
    (LocalModel.ENSEMBLE, False): (EncoderName.E5, EncoderName.USE),
}
"""Which encoders a model asks, for English and for every other language."""


class Read(NamedTuple):
    """Intents, most certain first, and the example that was nearest."""

    intents: tuple[IntentGuess, ...]
    nearest_example: str


class Lessons(NamedTuple):
    """What a policy teaches: texts, and for each the place of its intent among the intents."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]


class IntentReader:
    """Reads intents by the examples of one policy."""

    def __init__(self, policy: PolicyDocument, encoders: Encoders, store: HeadStore) -> None:
        self._rules = policy.local.reading
        self._lessons = {english: lessons(policy, english=english) for english in (True, False)}
        self._encoders = encoders
        self._store = store
        self._heads: dict[tuple[EncoderName, bool], Head] = {}

    def read(self, model: LocalModel, text: str, language: str) -> Read:
        """What a text is about. Takes processor time: call it in a thread."""
        english = language == ENGLISH
        said = salient_text(text)
        parts = (said[:WHOLE_CHARACTERS], *segments(said, self._rules))
        judged = [self._judge(encoder, parts, english=english) for encoder in ENCODERS[model, english]]
        probabilities = np.mean([judgement.probabilities for judgement in judged], axis=0)
        strange = np.mean([judgement.strange for judgement in judged], axis=0) > 0.5
        names = self._lessons[english].intents
        guesses = _guesses(self._rules, names, probabilities, list(strange), parts)
        return Read(guesses, judged[0].nearest_example)

    def warm(self, models: Sequence[LocalModel]) -> None:
        """Load or train every head these models need, two at a time: training one takes up to half a minute."""
        needed = {
            (encoder, english) for model in models for english in self._lessons for encoder in ENCODERS[model, english]
        }
        slowest_first = sorted(needed, key=lambda head: head[0] is not EncoderName.E5)
        with ThreadPoolExecutor(max_workers=2) as threads:
            for done in [threads.submit(self._warm, *head) for head in slowest_first]:
                done.result()

    def _warm(self, encoder: EncoderName, english: bool) -> None:  # noqa: FBT001 -- half of a head's name
        self._head(encoder, english=english)
        self._encoders.encode(encoder, ["warm"])

    def _judge(self, encoder: EncoderName, parts: Sequence[str], *, english: bool) -> "_Judgement":
        head = self._head(encoder, english=english)
        vectors = self._encoders.encode(encoder, parts)
        nearest, similarity = head.nearest(vectors)
        example = self._lessons[english].texts[int(nearest[0])]
        return _Judgement(head.probabilities(vectors), similarity < head.familiar_similarity, example)

    def _head(self, encoder: EncoderName, *, english: bool) -> Head:
        known = self._heads.get((encoder, english))
        if known is None:
            taught = self._lessons[english]

            def learn() -> Head:
                return train(taught.intents, self._encoders.encode(encoder, taught.texts), taught.labels)

            known = self._store.head(encoder, taught.intents, taught.texts, taught.labels, learn)
            self._heads[encoder, english] = known
        return known


class _Judgement(NamedTuple):
    """One encoder's word on the whole (first row) and on each clause."""

    probabilities: Probabilities
    strange: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    nearest_example: str


def lessons(policy: PolicyDocument, *, english: bool) -> Lessons:
    """The examples of a policy: the English ones for English, all languages' for the others."""
    intents = tuple(policy.intents)
    pairs = [
        (text, place)
        for place, intent in enumerate(policy.intents.values())
        for language, texts in intent.examples.items()
        if not english or language == ENGLISH
        for text in texts
    ]
    return Lessons(intents, tuple(text for text, _ in pairs), tuple(place for _, place in pairs))


def _guesses(
    rules: ReadingRules,
    names: tuple[str, ...],
    probabilities: Probabilities,
    strange: Sequence[bool],
    parts: Sequence[str],
) -> tuple[IntentGuess, ...]:
    """What the whole text is most about comes first; what its clauses are sure of can back it or stand beside it."""
    whole = probabilities[0]
    first = int(whole.argmax())
    if all(strange):
        return (IntentGuess(name=OTHER, confidence=min(rules.strange_confidence, float(whole[first]))),)
    sure = {first: min(float(whole[first]), rules.strange_confidence if strange[0] else 1.0)}
    for row, is_strange, clause in zip(probabilities[1:], strange[1:], parts[1:], strict=True):
        best = int(row.argmax())
        if is_strange or names[best] == OTHER:
            continue
        if _counts(rules, float(row[best]), float(whole[best]), clause, parts[0]):
            sure[best] = max(sure.get(best, 0.0), float(row[best]))
    beside = sorted((place for place in sure if place != first), key=lambda place: -sure[place])
    return tuple(
        IntentGuess(name=names[place], confidence=min(1.0, sure[place]))
        for place in [first, *beside][: rules.most_intents]
    )


def _counts(rules: ReadingRules, clause_says: float, whole_says: float, clause: str, whole: str) -> bool:
    """Whether a clause may speak: it is sure, and the whole text backs it or it is a plain sentence of a short text."""
    if whole_says >= rules.hint:
        return clause_says >= rules.clause_confidence
    plain = len(clause.split()) >= rules.clause_words and len(whole) < WHOLE_CHARACTERS
    return plain and clause_says >= rules.lone_clause_confidence
