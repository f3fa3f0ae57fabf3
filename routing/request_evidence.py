"""The evidence of a classification: which of its intents the customer's newest messages ask for, and in which words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cases.classification import (
    OTHER,
    Classification,
    IntentGuess,
    IntentName,
    Priority,
    RequestEvidence,
    UnprovenRequest,
)
from cases.policy.document import PolicyDocument
from cases.policy.models import LOCAL
from cases.work import ClassifyRequest, NewestMessage
from routing.doubts import doubt
from routing.entities import extract_entities
from routing.normal_text import folded, normal
from routing.request_verdict import NotRequested, Requested, Subject, Unsure, Verdict, WhyNot, WhyUnsure
from routing.requests import RequestCheck

POLICIES_KEPT = 8
"""Policies whose patterns stay compiled: those that cases on their way run on."""

_WORD = re.compile(r"\w+")
_SOMETHING_ELSE = re.compile(r"[?\d]")
"""Beside a request: a question, or the number of another record."""


class Evidence(NamedTuple):
    """What the newest messages prove to be asked for, and what they leave open or deny."""

    requests: tuple[RequestEvidence, ...]
    unproven: tuple[UnprovenRequest, ...]

    def put_into(self, read: Classification) -> Classification:
        """The classification with this evidence, and no other."""
        return read.model_copy(update={"requests": self.requests, "unproven": self.unproven})


def with_evidence(policy: PolicyDocument, request: ClassifyRequest, read: Classification) -> Classification:
    """What a model read, with the requests that the newest messages prove. Takes processor time.

    A local model claims none: its intents are looked for there.
    """
    if policy.models[request.model].provider != LOCAL:
        return evidence_proven(policy, read.intent_names, read.requests, request.newest).put_into(read)
    nothing_known = read.intents[0].name == OTHER or doubt(policy.thresholds, read)
    plain = _plain_request(policy, request, read) if nothing_known else None
    return plain or evidence_found(policy, read.intent_names, request.newest).put_into(read)


def _plain_request(policy: PolicyDocument, request: ClassifyRequest, read: Classification) -> Classification | None:
    """A message of a few words that proves one request and no other, which a model on this machine does not know."""
    found = evidence_found(policy, policy.intents, request.newest)
    beside = _joined(request.newest)
    for proven in found.requests:
        beside = beside.replace(proven.quote, " ")
    for number in {proven.reference for proven in found.requests} - {None}:
        beside = beside.replace(str(number), " ")
    says_more = (
        len(_WORD.findall(beside)) > policy.thresholds.short_answer_words or _SOMETHING_ELSE.search(beside) is not None
    )
    if says_more or _joins_things(policy, request) or any(unproven.quote for unproven in found.unproven):
        return None
    asked = {policy.intents[proven.intent].action for proven in found.requests}
    named = [proven.intent for proven in found.requests if proven.intent in read.intent_names]
    intents = tuple(dict.fromkeys(named or [proven.intent for proven in found.requests]))
    if len(asked) != 1 or len(intents) != 1:
        return None
    rules = policy.intents[intents[0]]
    proven = read.model_copy(
        update={
            "intents": (IntentGuess(name=intents[0], confidence=1.0),),
            "confidence": 1.0,
            "unfamiliar": False,
            "category": rules.category,
            "team": rules.team,
            "priority": rules.priority if read.priority is not Priority.HIGH else read.priority,
        }
    )
    return evidence_found(policy, intents, request.newest).put_into(proven)


def _joins_things(policy: PolicyDocument, request: ClassifyRequest) -> bool:
    """Whether a second wish may stand in the same sentence: "cancel it and refund the other"."""
    joins = {folded(join) for pack in policy.language_packs.values() for join in pack.quoting.joins}
    return not joins.isdisjoint(folded(_joined(request.newest)).split())


def evidence_found(policy: PolicyDocument, intents: Iterable[IntentName], newest: Sequence[NewestMessage]) -> Evidence:
    """What the newest words ask for by themselves, of these intents. One that does nothing needs no evidence."""
    said, check = _joined(newest), request_check(policy)
    return _weighed(policy, intents, newest, lambda _, subject: check.verdict(said, subject))


def evidence_proven(
    policy: PolicyDocument,
    intents: Iterable[IntentName],
    claims: Iterable[RequestEvidence],
    newest: Sequence[NewestMessage],
) -> Evidence:
    """Those of a model's claims that the newest words prove: verbatim, and a request by the same rules."""
    said, check = _joined(newest), request_check(policy)
    quotes: dict[IntentName, list[str]] = {}
    said_in = {message.message_id for message in newest}
    for claim in claims:
        if claim.message_id not in said_in:
            continue
        quotes.setdefault(claim.intent, []).append(claim.quote)

    def verdict(intent: IntentName, subject: Subject) -> Verdict:
        on_claims = [check.verdict_on(quote, said, subject) for quote in quotes.get(intent, [])]
        proven = next((found for found in on_claims if isinstance(found, Requested)), None)
        if proven is not None:
            return proven
        by_itself = check.verdict(said, subject)
        return by_itself if isinstance(by_itself, NotRequested) else Unsure(why=WhyUnsure.NO_REQUEST)

    return _weighed(policy, dict.fromkeys((*intents, *quotes)), newest, verdict)


def _weighed(
    policy: PolicyDocument,
    intents: Iterable[IntentName],
    newest: Sequence[NewestMessage],
    verdict_of: Callable[[IntentName, Subject], Verdict],
) -> Evidence:
    requests: list[RequestEvidence] = []
    unproven: list[UnprovenRequest] = []
    for intent in dict.fromkeys(intents):
        verdicts = [(subject, verdict_of(intent, subject)) for subject in _subjects(policy, intent, _joined(newest))]
        proven = [_request(intent, newest, subject, v) for subject, v in verdicts if isinstance(v, Requested)]
        requests += proven
        if verdicts and not proven:
            unproven.append(_unproven(intent, [verdict for _, verdict in verdicts]))
    return Evidence(tuple(requests), tuple(unproven))


def _request(
    intent: IntentName, newest: Sequence[NewestMessage], subject: Subject, verdict: Requested
) -> RequestEvidence:
    """`message_id`: the newest message in which the words stand."""
    said_in = [message for message in newest if folded(verdict.quote) in folded(message.words)]
    return RequestEvidence(
        intent=intent,
        quote=verdict.quote,
        message_id=(said_in or newest)[-1].message_id,
        reference=subject.reference,
    )


def _unproven(intent: IntentName, verdicts: Sequence[Verdict]) -> UnprovenRequest:
    denied = next((verdict for verdict in verdicts if isinstance(verdict, NotRequested)), None)
    if denied is not None:
        return UnprovenRequest(intent=intent, denied=True, why=DENIALS[denied.why], quote=denied.quote)
    quotes = [verdict.quote for verdict in verdicts if isinstance(verdict, Unsure)]
    return UnprovenRequest(intent=intent, denied=False, why="do not plainly ask for it", quote=next(iter(quotes), ""))


DENIALS: Mapping[WhyNot, str] = {
    WhyNot.NEGATED: "say that they do not want it",
    WhyNot.WITHDRAWN: "have taken it back",
    WhyNot.CONDITIONAL: "make it depend on something",
    WhyNot.SOMEBODY_ELSE: "speak of somebody else",
    WhyNot.QUESTION: "ask a question about it",
    WhyNot.PAST: "tell of it as done",
    WhyNot.NOT_VERBATIM: "did not write the words that were quoted",
}
"""How a sentence goes on after "they"."""


def _joined(newest: Sequence[NewestMessage]) -> str:
    return "\n".join(message.words for message in newest)


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
    references = extract_entities(normal(words), policy.entities, policy.value_words).order_ids
    for reference in references or (None,):
        yield Subject(kind=kind, reference=reference, references=references)
