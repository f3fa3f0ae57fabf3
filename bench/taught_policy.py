"""A policy for a data set: all of the policy that ships but for its intents and the examples they are taught by."""

from collections.abc import Sequence
from hashlib import sha256

from cases.classification import OTHER, Category, Priority, Team
from cases.policy.document import IntentDocument, Policy, PolicyDocument
from cases.policy.rulebook import Risk, RoutingClass
from starter.evaluation.labelled import LabelledText


def taught_policy(base: PolicyDocument, taught: Sequence[LabelledText]) -> Policy:
    """The base policy with the intents of these texts, and with `other` taught by these texts alone.

    The shop's own examples of `other` would not do: weather and music are none of its business, and all of an
    assistant's. Its patterns and its cache go too: they name intents of the shop. Raises pydantic's ValidationError
    where the policy does not hold.
    """
    examples: dict[str, dict[str, list[str]]] = {OTHER: {}}
    for one in taught:
        of_intent = examples.setdefault(one.intent, {})
        of_intent.setdefault(one.language or base.languages[0], []).append(one.text)
    intents = {name: _intent(name, of_intent) for name, of_intent in sorted(examples.items())}
    replies = dict.fromkeys(intents, "An answer.")
    wording = {language: words.model_copy(update={"replies": replies}) for language, words in base.wording.items()}
    changed = base.model_copy(update={"intents": intents, "intent_patterns": (), "cache": None, "wording": wording})
    document = PolicyDocument.model_validate(changed.model_dump(mode="json"))
    digest = sha256(document.model_dump_json().encode()).hexdigest()
    return Policy(version=f"bench@{digest[:12]}", document=document)


def _intent(name: str, examples: dict[str, list[str]]) -> IntentDocument:
    return IntentDocument(
        category=Category.OTHER,
        team=Team.TRIAGE,
        priority=Priority.LOW,
        risk=Risk.LOW,
        routing_class=RoutingClass.OTHER,
        owner="bench",
        examples={language: tuple(texts) for language, texts in examples.items()},
    )
