"""A case as the desk shows it: why it is here, what would go out, on what grounds, and what happened before."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from pydantic import AwareDatetime

from cases.case import CaseView, Step
from cases.draft import CustomerText, Draft
from cases.outcome import OutcomeKind
from cases.person import Person
from cases.policy.rulebook import Detail
from cases.reason import Reason, ReasonCode
from cases.record import Record
from cases.review import PendingDecision, RejectReason, ReviewRequest, TakenDecision
from cases.sources import sources_of
from cases.ticket import Message
from cases.words import in_words
from routing.claims import same_person
from routing.handoff import internal_note
from routing.messages import next_step
from routing.writers import automatic_mail, called, speaker
from starter.desk.action_form import ActionCard, action_cards
from starter.desk.diff import Piece, word_diff
from starter.desk.marking import ShownSource, shown_sources
from starter.desk.measured import ShownReason, shown_reason
from starter.desk.proposal import decided_actions, decided_reply, left_earlier
from starter.desk.queue_view import TimeLeft, running, span, time_left
from starter.message_parts import AROUND, HIDDEN
from starter.settings import Settings

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)

REJECTIONS: dict[RejectReason, tuple[str, str]] = {
    RejectReason.NOT_ELIGIBLE: ("Not eligible", "The records do not entitle the customer to this."),
    RejectReason.WRONG_ACTION: ("Wrong action", "This is not what the customer asked for."),
    RejectReason.WRONG_FACTS: ("Wrong facts", "The reply says what the records do not."),
    RejectReason.TONE: ("Wrong tone", "The reply does not meet the customer's mood."),
    RejectReason.SUSPECTED_FRAUD: ("Suspected fraud", "Do not pay or change anything before security has looked."),
    RejectReason.OTHER: ("Something else", ""),
}
"""Each reason with its name and the comment it begins with."""


class Folded(Record):
    """A part of a message that is folded away: it is no news, or no reader was meant to see it."""

    label: str
    text: str
    is_open: bool = False


class Turn(Record):
    """One thing that was said, and by whom."""

    speaker: str
    at: AwareDatetime
    text: str
    """New words alone; empty where a mail was passed on without a word."""
    folded: tuple[Folded, ...] = ()
    mine: bool
    """Whether we said it."""
    newest: bool = False
    deleted: bool = False
    """Whether it was deleted in the helpdesk: nothing rests on it any more."""
    automatic: str | None = None
    """What a machine wrote here, and how that is known: it was not answered."""


class OtherAnswer(Record):
    """What a second model would have written, and whether it would do the same."""

    draft: Draft
    difference: str
    pieces: tuple[Piece, ...]


class Standing(Record):
    """How the review stands for the person who looks."""

    claimed_by: str | None
    claimed_by_me: bool
    claim_seconds: int
    """How much longer the lease runs."""
    pending: PendingDecision | None
    pending_is_mine: bool
    approved_by: tuple[TakenDecision, ...]
    approved_by_me: bool
    approvals_needed: int


class CasePage(Record):
    """All that a case's page shows."""

    case: CaseView
    customer: str
    forwarded_from: str | None
    """Who wrote the mail that the newest message passes on."""
    review: ReviewRequest | None
    base: Draft | None
    """The reply a decision begins with: as drafted, or as a first approver changed it."""
    why: tuple[ShownReason, ...]
    time_left: TimeLeft | None
    waits: str
    standing: Standing | None
    cards: tuple[ActionCard, ...]
    sources: tuple[ShownSource, ...]
    other: OtherAnswer | None
    conversation: tuple[Turn, ...]
    handoff: tuple[tuple[str, str], ...]
    history: tuple[Step, ...]
    engine_url: str
    way_out: str
    """What to do about a case that ops ended; empty for any other."""
    shown: str
    missing: tuple[Detail, ...]


def case_page(case: CaseView, person: Person, settings: Settings, now: datetime) -> CasePage:
    """Put together what the page of a case shows to this person at this moment."""
    review = case.review
    base = _base(review)
    reasons = review.reasons if review else tuple(reason for reason in [_reason_now(case)] if reason)
    return CasePage(
        case=case,
        customer=case.ticket.customer.name or case.ticket.customer.email or "Somebody",
        forwarded_from=called(case.forwarded_from) if case.forwarded_from else None,
        review=review,
        base=base,
        why=tuple(shown_reason(reason) for reason in reasons),
        time_left=time_left(review.due_at, now) if review else None,
        waits=span(now - (review.requested_at if review else case.updated_at)),
        standing=standing(review, person, now) if review else None,
        cards=action_cards(decided_actions(review), case.facts, left_earlier(review)) if review else (),
        sources=shown_sources(sources_of(case.facts, case.actions), base or case.draft),
        other=_other(review),
        conversation=_conversation(case),
        handoff=_handoff(case),
        history=tuple(reversed(case.steps)),
        engine_url=engine_url(settings, case),
        way_out=_way_out(case),
        shown=shown_hash(case),
        missing=case.questions,
    )


def standing(review: ReviewRequest, person: Person, now: datetime) -> Standing:
    """Who has the review, and who has decided."""
    claimed_by = running(review.claim, now)
    return Standing(
        claimed_by=claimed_by,
        claimed_by_me=claimed_by is not None and same_person(claimed_by, person.name),
        claim_seconds=int((review.claim.until - now).total_seconds()) if review.claim and claimed_by else 0,
        pending=review.pending,
        pending_is_mine=review.pending is not None and same_person(review.pending.decision.reviewer, person.name),
        approved_by=review.approvals,
        approved_by_me=any(same_person(taken.decision.reviewer, person.name) for taken in review.approvals),
        approvals_needed=review.approvals_needed,
    )


def shown_hash(case: CaseView) -> str:
    """SHA-256 of what the page showed to decide by, as canonical JSON: the same for everybody who saw the same."""
    review = case.review
    base = _base(review)
    seen: dict[str, object] = {
        "case_id": case.case_id,
        "policy_version": case.policy_version,
        # What a machine wrote voids no decision.
        "messages": [m.model_dump(mode="json") for m in case.ticket.messages if m.machine is None],
        "request": review.model_dump(mode="json", exclude={"claim", "pending", "approvals", "due_at", "queue"})
        if review
        else None,
        "reply": base.reply.text if base else None,
        "actions": [action.model_dump(mode="json") for action in decided_actions(review)] if review else [],
        "sources": [source.model_dump(mode="json") for source in sources_of(case.facts, case.actions)],
        "identity": case.facts.identity,
    }
    canonical = json.dumps(seen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()


def case_mark(case: CaseView) -> str:
    """A text that is another one as soon as somebody who looks at the case must know of it."""
    review = case.review
    stands = review.model_dump_json(include={"id", "claim", "pending", "approvals", "queue", "team"}) if review else ""
    told = f"{case.case_version}/{case.stage}/{len(case.decisions)}/{stands}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def engine_url(settings: Settings, case: CaseView) -> str:
    """Where the Temporal UI shows the workflow of a case."""
    namespace, workflow = quote(settings.temporal_namespace, safe=""), quote(case.case_id, safe="")
    return f"{settings.temporal_ui}/namespaces/{namespace}/workflows/{workflow}/{case.run_id}/history"


def _base(review: ReviewRequest | None) -> Draft | None:
    if review is None:
        return None
    return review.draft.model_copy(update={"reply": CustomerText(text=decided_reply(review))})


def _way_out(case: CaseView) -> str:
    ended = case.outcome is not None and case.outcome.kind is OutcomeKind.ENDED_BY_OPS
    return next_step(ReasonCode.ENDED_BY_OPS) if ended else ""


def _reason_now(case: CaseView) -> Reason | None:
    if case.outcome is not None:
        return case.outcome.reason
    return case.route.reason if case.route else None


def _other(review: ReviewRequest | None) -> OtherAnswer | None:
    if review is None or review.other_draft is None:
        return None
    other, first = review.other_draft, review.draft
    would, instead = _would(first), _would(other)
    who, whom = first.written_by or "The first model", other.written_by or "the other"
    difference = f"Both would {would}." if would == instead else f"{who} would {would}; {whom} would {instead}."
    return OtherAnswer(draft=other, difference=difference, pieces=word_diff(first.reply.text, other.reply.text))


def _would(draft: Draft) -> str:
    return in_words(draft.suggested_action) if draft.suggested_action else "do nothing"


def _conversation(case: CaseView) -> tuple[Turn, ...]:
    """What was said on both sides, newest first."""
    said = [
        Turn(
            speaker=speaker(case.ticket.customer, message),
            at=message.sent_at,
            text=message.new_words,
            folded=_folded(message),
            mine=message.author != "customer",
            automatic=automatic_mail(message),
        )
        for message in case.ticket.messages
    ]
    said += [
        Turn(
            speaker=f"{speaker(case.ticket.customer, gone.message)}, deleted in the helpdesk",
            at=gone.message.sent_at,
            text=gone.message.text,
            mine=gone.message.author != "customer",
            deleted=True,
        )
        for gone in case.ticket.deleted
        if gone.message is not None
    ]
    told = {turn.text.strip() for turn in said}
    said += [
        Turn(speaker="signalbox", at=reply.at, text=reply.text.text, mine=True)
        for reply in case.replies
        if reply.text.text.strip() not in told
    ]
    # Of two at the same moment the later one is newer: sorting in reverse would keep their order.
    turns = sorted(said, key=lambda turn: turn.at)[::-1]
    newest = next((t for t in turns if not t.mine and not t.deleted and t.automatic is None), None)
    return tuple(turn.model_copy(update={"newest": turn is newest}) for turn in turns)


def _folded(message: Message) -> tuple[Folded, ...]:
    around = [
        Folded(label=AROUND[kind], text=words, is_open=not message.new_words)
        for kind, words in message.pieces
        if kind in AROUND
    ]
    return (*around, *([Folded(label=HIDDEN, text=message.hidden)] if message.hidden else []))


def _handoff(case: CaseView) -> tuple[tuple[str, str], ...]:
    """The handoff in its own words, line by line: what each line is about, and what it says."""
    if case.outcome is None or case.outcome.kind not in WITH_A_PERSON:
        return ()
    return tuple(_labelled(internal_note(case, case.outcome.reason).text.splitlines()))


def _labelled(lines: Sequence[str]) -> list[tuple[str, str]]:
    why, *others = lines
    labelled = [("Why, and what next", why)]
    for line in others:
        label, _, told = line.partition(": ")
        labelled.append((label, told))
    return labelled
