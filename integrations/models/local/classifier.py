"""Classifying on this machine: intents by the policy's examples, the rest by the policy's words."""

from collections.abc import Mapping
from pathlib import Path

from cases.classification import OTHER, Classification, Priority, Tone
from cases.errors import PermanentFailure
from cases.policy.document import Policy, PolicyDocument
from cases.policy.local import ShoutingRules
from cases.policy.packs.values import ValueWords
from cases.policy.phrases import any_of
from cases.work import ClassifyRequest
from integrations.models.local.bare_numbers import called_orders
from integrations.models.local.encoders import Encoders
from integrations.models.local.head_store import HeadStore
from integrations.models.local.intent_reader import IntentReader, LocalModel

SHOWN_CHARACTERS = 90


class LocalClassifier:
    """Reads tickets under any of the policies handed in."""

    def __init__(self, policies: Mapping[str, Policy], encoders: Encoders, cache: Path) -> None:
        self._policies = policies
        self._encoders = encoders
        self._store = HeadStore(cache)
        self._readers: dict[str, IntentReader] = {}

    def classify(self, request: ClassifyRequest) -> Classification:
        """What a ticket is about. Takes processor time. Raises PermanentFailure for a model that is not local."""
        try:
            model = LocalModel(request.model)
        except ValueError as error:
            raise PermanentFailure(
                f"{request.model} is no local model; the policy may name {', '.join(LocalModel)}."
            ) from error
        policy = self._policies[request.policy_version].document
        text = called_orders(
            request.text,
            request.entities.order_ids,
            _value_words(policy, request.language),
            policy.local.reading.clause_words,
        )
        read = self._reader(request.policy_version).read(model, text, request.language)
        first = policy.intents[read.intents[0].name]
        tone = _tone(request.text, policy)
        return Classification(
            category=first.category,
            intents=read.intents,
            priority=Priority.HIGH if tone is Tone.ANGRY and first.priority is Priority.MEDIUM else first.priority,
            team=first.team,
            confidence=read.intents[0].confidence,
            unfamiliar=read.unfamiliar,
            entities=request.entities,
            tone=tone,
            language=request.language,
            contradictions=_contradictions(request.text, policy),
            rationale=_rationale(read.intents[0].name, read.nearest_example),
        )

    def warm(self, version: str) -> None:
        """Load or train what a policy's models need."""
        names = self._policies[version].document.jobs.classify.models
        self._reader(version).warm([LocalModel(name) for name in names if name in list(LocalModel)])

    def _reader(self, version: str) -> IntentReader:
        if version not in self._readers:
            self._readers[version] = IntentReader(self._policies[version].document, self._encoders, self._store)
        return self._readers[version]


def _rationale(intent: str, example: str) -> str:
    if intent == OTHER:
        return "like none of the examples" if not example else f"nearest, but not near: “{example[:SHOWN_CHARACTERS]}”"
    return f"like “{example[:SHOWN_CHARACTERS]}”"


def _value_words(policy: PolicyDocument, language: str) -> ValueWords:
    pack = policy.language_packs.get(language[:2])
    return pack.values if pack else ValueWords()


def _tone(text: str, policy: PolicyDocument) -> Tone:
    if _has_any(text, policy.tone.angry) or _shouts(text, policy.local.shouting):
        return Tone.ANGRY
    return Tone.WORRIED if _has_any(text, policy.tone.worried) else Tone.CALM


def _shouts(text: str, rules: ShoutingRules) -> bool:
    """Mostly capitals over more than a few words, or a row of exclamation marks."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    in_capitals = len(letters) > rules.letters and capitals > rules.share_of_capitals * len(letters)
    return in_capitals or "!" * rules.exclamation_marks in text


def _contradictions(text: str, policy: PolicyDocument) -> tuple[str, ...]:
    return tuple(rule.what for rule in policy.contradictions if _has_any(text, rule.one) and _has_any(text, rule.other))


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    return any_of(words).search(text) is not None
