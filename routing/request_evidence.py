"""The evidence of a classification: which of its intents the customer's newest message asks for, and in which words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from cases.classification import IntentName, RequestEvidence
from cases.policy.document import PolicyDocument
from cases.work import NewestMessage
from routing.entities import extract_entities
from routing.normal_text import normal
from routing.request_verdict import Requested, Subject, Verdict
from routing.requests import RequestCheck

POLICIES_KEPT = 8
"""Policies whose patterns stay compiled: those that cases on their way run on."""


def found_requests(
    policy: PolicyDocument, intents: Iterable[IntentName], newest: NewestMessage | None
) -> tuple[RequestEvidence, ...]:
    """What the newest words ask for by themselves, of these intents. One that does nothing needs no evidence."""
    if newest is None:
        return ()
    check = request_check(policy)
    return tuple(
        evidence
        for intent in dict.fromkeys(intents)
        for subject in _subjects(policy, intent, newest.words)
        for evidence in _evidence(intent, newest, subject, check.verdict(newest.words, subject))
    )


def proven_requests(
    policy: PolicyDocument, claims: Iterable[RequestEvidence], newest: NewestMessage | None
) -> tuple[RequestEvidence, ...]:
    """Those of a model's claims that the newest words prove: verbatim, and a request by the same rules."""
    if newest is None:
        return ()
    check = request_check(policy)
    proven = (
        evidence
        for claim in claims
        if claim.message_id == newest.message_id
        for subject in _subjects(policy, claim.intent, newest.words)
        for evidence in _evidence(claim.intent, newest, subject, check.verdict_on(claim.quote, newest.words, subject))
    )
    return tuple(dict.fromkeys(proven))


def request_check(policy: PolicyDocument) -> RequestCheck:
    """The check of a policy. Made once for each: its patterns take a second to compile."""
    return _kept(_Same(policy))


class _Same:
    """A policy by itself: two documents are the same where they are one."""

    def __init__(self, policy: PolicyDocument) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


@lru_cache(maxsize=POLICIES_KEPT)
def _kept(same: _Same) -> RequestCheck:
    return RequestCheck(same.policy.language_packs, same.policy.entities.plans)


def _subjects(policy: PolicyDocument, intent: IntentName, words: str) -> Iterator[Subject]:
    """What to look for: the action for each record that the words name, or for whatever they mean without a number."""
    kind = policy.intents[intent].action if intent in policy.intents else None
    if kind is None:
        return
    references = extract_entities(normal(words), policy.entities).order_ids
    for reference in references or (None,):
        yield Subject(kind=kind, reference=reference, references=references)


def _evidence(
    intent: IntentName, newest: NewestMessage, subject: Subject, verdict: Verdict
) -> Iterator[RequestEvidence]:
    if isinstance(verdict, Requested):
        yield RequestEvidence(
            intent=intent, quote=verdict.quote, message_id=newest.message_id, reference=subject.reference
        )
