"""Requested: of what could be done, what the customer asks for, what they must be asked, and what they do not want."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from cases.action import ProposedAction
from cases.classification import Classification, IntentName, RequestEvidence, UnprovenRequest
from cases.facts import Facts, IdentityStrength
from cases.other_case import records_at_stake
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from cases.reviewer_answer import ReviewerAnswer
from cases.ticket import TicketId
from cases.words import in_words
from cases.work import Confirming
from routing.messages import reason
from routing.proposals import asked_by

QUOTE_CHARACTERS = 60
"""So much of a quotation fits a line."""


class Weighed(NamedTuple):
    """What could be done, by whether the customer asks for it."""

    actions: tuple[ProposedAction, ...] = ()
    """Asked for: each with the message that asks as its `request`."""
    earlier: tuple[ProposedAction, ...] = ()
    """Asked for before a reviewer's question, whose answer does not ask for it: only a person may take it up."""
    confirming: Confirming | None = None
    """What the customer is asked about, because their words leave it open."""
    unasked: tuple[Reason, ...] = ()
    """Why the rest is not proposed."""
    unasked_intents: tuple[IntentName, ...] = ()


def weigh(
    rulebook: Rulebook,
    possible: tuple[ProposedAction, ...],
    read: Classification,
    facts: Facts,
    *,
    may_ask: bool = True,
) -> Weighed:
    """Keep what is asked for. One action that the words leave open is asked about; of two, a person finds out.

    Nobody is asked whose account it may not be: the question would tell of its records. `may_ask`: whether the
    customer may be asked at all, and no reviewer waits for what they have answered.
    """
    asked: list[ProposedAction] = []
    earlier: list[ProposedAction] = []
    open_: list[ProposedAction] = []
    denied: list[tuple[ProposedAction, UnprovenRequest | None]] = []
    for action in possible:
        doubt = next((unproven for unproven in read.unproven if unproven.intent == action.intent), None)
        evidence = evidence_for(action, read.requests, facts)
        if evidence is not None:
            asked.append(asked_by(action, evidence.message_id))
        elif (before := evidence_for(action, read.earlier, facts)) is not None:
            earlier.append(asked_by(action, before.message_id))
        elif may_ask and doubt is not None and not doubt.denied and _may_be_asked(rulebook, facts.identity):
            open_.append(action)
        else:
            denied.append((action, doubt))
    if len(open_) > 1:
        denied += [(action, _doubt_of(read, action)) for action in open_]
        open_ = []
    return Weighed(
        actions=tuple(asked),
        earlier=tuple(earlier),
        confirming=_confirming(open_[0], facts) if open_ else None,
        unasked=(
            *(reason(ReasonCode.ASKED_EARLIER, action=action.summary) for action in earlier),
            *(_why_not(action, doubt) for action, doubt in denied),
        ),
        unasked_intents=tuple(dict.fromkeys(action.intent for action in (*earlier, *(one for one, _ in denied)))),
    )


def evidence_for(action: ProposedAction, requests: Iterable[RequestEvidence], facts: Facts) -> RequestEvidence | None:
    """The words that ask for exactly this: for its intent, and for its record where they name one."""
    records = {record.casefold() for record in records_at_stake((action,), facts)}
    return next(
        (
            found
            for found in requests
            if found.intent == action.intent and (found.reference is None or found.reference.casefold() in records)
        ),
        None,
    )


def wrote_since(
    actions: Iterable[ProposedAction],
    read: Classification,
    facts: Facts,
    written: tuple[TicketId, ...],
    courtesies: Collection[TicketId],
) -> tuple[Reason, ...]:
    """Why a person looks where the customer wrote more after they asked. `written`: their messages, oldest first."""
    found: list[Reason] = []
    for action in actions:
        evidence = evidence_for(action, read.requests, facts)
        later = written[written.index(evidence.message_id) + 1 :] if evidence and evidence.message_id in written else ()
        if any(message not in courtesies for message in later):
            found.append(reason(ReasonCode.WROTE_SINCE, action=in_words(action.kind)))
    return tuple(dict.fromkeys(found))


def _may_be_asked(rulebook: Rulebook, identity: IdentityStrength) -> bool:
    return identity.at_least(rulebook.records.told_from)


def _confirming(action: ProposedAction, facts: Facts) -> Confirming:
    orders = {order.id for order in facts.orders}
    stake = records_at_stake((action,), facts)
    return Confirming(action=action, order_id=next((record for record in stake if record in orders), None))


def _doubt_of(read: Classification, action: ProposedAction) -> UnprovenRequest | None:
    return next((unproven for unproven in read.unproven if unproven.intent == action.intent), None)


def _why_not(action: ProposedAction, doubt: UnprovenRequest | None) -> Reason:
    why = doubt.why if doubt else "do not ask for exactly this"
    said = " ".join(doubt.quote.split())[:QUOTE_CHARACTERS] if doubt else ""
    return reason(ReasonCode.NOT_REQUESTED, action=in_words(action.kind), why=why, quote=f": “{said}”" if said else "")


def confirmed(read: Classification, asked: Confirming, message_id: TicketId, words: str) -> Classification:
    """The classification once the customer has said yes to our question: their answer is the evidence."""
    evidence = RequestEvidence(
        intent=asked.action.intent, quote=words[:200], message_id=message_id, reference=asked.order_id
    )
    return read.model_copy(
        update={
            "requests": (*read.requests, evidence),
            "unproven": tuple(doubt for doubt in read.unproven if doubt.intent != asked.action.intent),
        }
    )


def answered(read: Classification, answer: ReviewerAnswer) -> Classification:
    """The classification once the customer has answered a reviewer.

    What they ask for in the answer counts. What they asked for before does where it still stands; else it is kept as
    asked for earlier, and nobody but a person takes it up.
    """
    asked = {found.intent for found in answer.requests}
    before = tuple(found for found in read.requests if found.intent not in asked)
    return read.model_copy(
        update={
            "requests": (*answer.requests, *(before if answer.stands else ())),
            "earlier": (*read.earlier, *(() if answer.stands else before)),
            "unproven": tuple(doubt for doubt in read.unproven if doubt.intent not in asked),
        }
    )
