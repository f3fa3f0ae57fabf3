"""Reading intents: the whole text and each of its clauses are judged, and what any of them is sure of counts."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cases.classification import OTHER, IntentGuess
from cases.policy.document import PolicyDocument
from cases.policy.local import ReadingRules
from integrations.models.local.encoders import EncoderName, Encoders
from integrations.models.local.head_store import HeadStore
from integrations.models.local.heads import Head, train
from integrations.models.local.salient_text import WHOLE_CHARACTERS, salient_text, segments
from integrations.models.local.spaces import SPACES, SpaceName, seen
from integrations.models.local.taught_texts import TaughtTexts
from integrations.models.local.weighing import Probabilities

ENGLISH = "en"


class LocalModel(StrEnum):
    """The local models that classify."""

    COMPACT = "local-compact"
    """One encoder: MiniLM for English, E5 for every other language."""
    ENSEMBLE = "local-ensemble"
    """Several encoders side by side: better than any of them."""


class Read(NamedTuple):
    """Intents, most certain first, and the example that was nearest."""

    intents: tuple[IntentGuess, ...]
    unfamiliar: bool
    """Whether no part of the text that speaks for the first of them is like any example."""
    nearest_example: str


class Judged(NamedTuple):
    """What the whole of a text and its clauses came to."""

    intents: tuple[IntentGuess, ...]
    unfamiliar: bool


class Lessons(NamedTuple):
    """What a policy teaches: texts, and for each the place of its intent among the intents."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[int, ...]


class IntentReader:
    """Reads intents by the examples of one policy."""

    def __init__(self, policy: PolicyDocument, encoders: Encoders, store: HeadStore) -> None:
        self._rules = policy.local.reading
        self._languages = policy.languages
        self._lessons = {english: lessons(policy, english=english) for english in (True, False)}
        self._encoders = encoders
        self._taught_texts = TaughtTexts(encoders)
        self._store = store
        self._heads: dict[tuple[SpaceName, bool], Head] = {}

    def read(self, model: LocalModel, text: str, language: str) -> Read:
        """What a text is about. Takes processor time: call it in a thread."""
        english = language == ENGLISH
        said = salient_text(text)
        # A text of one clause is judged once.
        parts = tuple(dict.fromkeys((said[:WHOLE_CHARACTERS], *segments(said, self._rules))))
        space = self._space(model, english=english)
        head = self._head(space, english=english)
        places = head.place(seen(self._encoders, space, parts))
        nearest, similarity = head.nearest(places)
        strange = similarity < head.familiar_similarity
        taught = self._lessons[english]
        judged = judge(self._rules, taught.intents, head.probabilities(places), list(strange), parts)
        return Read(judged.intents, judged.unfamiliar, taught.texts[int(nearest[0])])

    def warm(self, models: Sequence[LocalModel]) -> None:
        """Load or train every head these models need for the policy's languages, two at a time."""
        needed = {
            (self._space(model, english=english), english)
            for model in models
            for english in {language == ENGLISH for language in self._languages}
        }
        slowest_first = sorted(needed, key=lambda head: not _is_slow(head[0]))
        with ThreadPoolExecutor(max_workers=2) as threads:
            for done in [threads.submit(self._warm, *head) for head in slowest_first]:
                done.result()
        self._taught_texts.forget()

    def _warm(self, space: SpaceName, english: bool) -> None:  # noqa: FBT001 -- half of a head's name
        self._head(space, english=english)
        seen(self._encoders, space, ["warm"])

    def _space(self, model: LocalModel, *, english: bool) -> SpaceName:
        """What a model sees. Of many English examples the slow encoder would learn nothing that the others do not."""
        if not english:
            return SpaceName.E5 if model is LocalModel.COMPACT else SpaceName.E5_USE
        if model is LocalModel.COMPACT:
            return SpaceName.MINILM
        few = len(self._lessons[True].texts) <= self._rules.few_examples
        return SpaceName.MINILM_E5_USE if few else SpaceName.MINILM_USE

    def _head(self, space: SpaceName, *, english: bool) -> Head:
        known = self._heads.get((space, english))
        if known is None:
            taught = self._lessons[english]

            def learn() -> Head:
                return train(taught.intents, seen(self._taught_texts, space, taught.texts), taught.labels)

            known = self._store.head(space, taught.intents, taught.texts, taught.labels, learn)
            self._heads[space, english] = known
        return known


def _is_slow(space: SpaceName) -> bool:
    return any(share.encoder is EncoderName.E5 for share in SPACES[space])


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


def judge(
    rules: ReadingRules,
    names: tuple[str, ...],
    probabilities: Probabilities,
    strange: Sequence[bool],
    parts: Sequence[str],
) -> Judged:
    """What the whole text is most about comes first; what its clauses are sure of can stand beside it.

    `probabilities`, `strange` and `parts` have a row for the whole text and one for each clause that is not all of it.
    """
    whole = probabilities[0]
    first = int(whole.argmax())
    if all(strange) and (names[first] == OTHER or whole[first] < rules.strange_named_from):
        return Judged((IntentGuess(name=OTHER, confidence=_likelihood(names, whole, OTHER)),), unfamiliar=True)
    best = [int(place) for place in probabilities.argmax(axis=1)]
    # A long text is like no example, which are all short, even where it is plain: one familiar part vouches for it.
    vouched = any(place == first and not odd for place, odd in zip(best, strange, strict=True))
    said: dict[int, float] = {}
    for row, place, is_strange, clause in zip(probabilities[1:], best[1:], strange[1:], parts[1:], strict=True):
        if is_strange or names[place] == OTHER:
            continue
        if _counts(rules, float(row[place]), float(whole[place]), clause, parts[0]):
            said[place] = max(said.get(place, 0.0), float(row[place]))
    of_first = said.pop(first, 0.0)
    surest_first = sorted(said.items(), key=lambda found: -found[1])
    told = [
        IntentGuess(name=names[place], confidence=min(1.0, likelihood))
        for place, likelihood in [(first, _shared(whole, first, of_first, said)), *surest_first][: rules.most_intents]
    ]
    return Judged(tuple(told), unfamiliar=not vouched)


def _shared(whole: NDArray[np.float64], first: int, clause_says: float, beside: Collection[int]) -> float:
    """How sure the first intent is, where a clause speaks for it and others for those beside it.

    Several wishes share the probability of the whole text. With none beside it a clause adds nothing: where one was
    surer than the whole text, they were right as often as the whole text said (`bench/README.md`).
    """
    alone = float(whole[first])
    return max(alone, min(clause_says, alone + sum(float(whole[place]) for place in beside)))


def _likelihood(names: tuple[str, ...], whole: NDArray[np.float64], name: str) -> float:
    """How likely an intent is; a policy that does not teach it says nothing for it."""
    return min(1.0, float(whole[names.index(name)])) if name in names else 0.0


def _counts(rules: ReadingRules, clause_says: float, whole_says: float, clause: str, whole: str) -> bool:
    """Whether a clause may speak: it is sure, and the whole text backs it or it is a plain sentence of a short text."""
    if whole_says >= rules.hint:
        return clause_says >= rules.clause_confidence
    plain = len(clause.split()) >= rules.clause_words and len(whole) < WHOLE_CHARACTERS
    return plain and clause_says >= rules.lone_clause_confidence
