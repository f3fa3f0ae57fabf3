"""What happened in a case, as rows of the tables of its history."""

from typing import TypedDict

from cases.case import CaseView
from cases.ladder import Attempt
from ledger.customer_keys import keys_of_case
from ledger.tables import DecisionRow, ModelCallRow, OutcomeRow, ReplyRow, ReviewRow, SatisfactionRow


class _OfACase(TypedDict):
    case_id: str
    run_id: str
    tenant: str
    policy_version: str


def model_call_rows(view: CaseView) -> list[ModelCallRow]:
    """The rungs of the run, asked or skipped. Their order is their identity: they are only ever added to a view."""
    return [_model_call_row(view, sequence, attempt) for sequence, attempt in enumerate(view.attempts)]


def decision_rows(view: CaseView) -> list[DecisionRow]:
    """The decisions that counted."""
    return [
        DecisionRow(
            **_of(view),
            request_id=taken.decision.request_id,
            case_version=taken.decision.case_version,
            reviewer=taken.decision.reviewer,
            decision=taken.decision,
            decided_at=taken.at,
        )
        for taken in view.decisions
    ]


def review_rows(view: CaseView) -> list[ReviewRow]:
    """What waits for a person now, if anything does."""
    if view.review is None:
        return []
    return [
        ReviewRow(
            **_of(view),
            request_id=view.review.id,
            requested_at=view.review.requested_at,
            reason_codes=tuple(dict.fromkeys(reason.code for reason in view.review.reasons)),
            intents=view.classification.intent_names if view.classification else (),
        )
    ]


def reply_rows(view: CaseView) -> list[ReplyRow]:
    """The texts the customer received."""
    return [
        ReplyRow(**_of(view), reference=reply.reference, kind=reply.kind, text=reply.text.text, sent_at=reply.at)
        for reply in view.replies
    ]


def outcome_rows(view: CaseView) -> list[OutcomeRow]:
    """How the present turn ended, if it has."""
    if view.outcome is None:
        return []
    return [
        OutcomeRow(
            **_of(view),
            ended_at=view.outcome.at,
            opened_at=view.opened_at,
            kind=view.outcome.kind,
            reason_code=view.outcome.reason.code,
            reason_sentence=view.outcome.reason.sentence,
            route=view.route.name if view.route else None,
            intents=view.classification.intent_names if view.classification else (),
            repeat_contact=view.repeat_contact,
            audit_sample=view.outcome.audit_sample,
            sample_rate=view.outcome.sample_rate,
            customer_keys=keys_of_case(view.ticket, view.facts),
        )
    ]


def satisfaction_rows(view: CaseView) -> list[SatisfactionRow]:
    """The customer's mark, if there is one."""
    mark = view.satisfaction
    if mark is None:
        return []
    return [SatisfactionRow(**_of(view), given_at=mark.at, score=mark.score, comment=mark.comment)]


def _model_call_row(view: CaseView, sequence: int, attempt: Attempt) -> ModelCallRow:
    return ModelCallRow(
        **_of(view),
        sequence=sequence,
        job=attempt.job,
        rung=attempt.rung,
        model=attempt.model,
        reported_model=attempt.reported_model,
        prompt=attempt.prompt,
        prompt_version=attempt.prompt_version,
        outcome=attempt.outcome,
        reason_code=attempt.reason.code if attempt.reason else None,
        reason_sentence=attempt.reason.sentence if attempt.reason else None,
        input_tokens=attempt.usage.input_tokens,
        cached_tokens=attempt.usage.cached_tokens,
        output_tokens=attempt.usage.output_tokens,
        cost=attempt.cost,
        seconds=attempt.seconds,
        waited_seconds=attempt.waited_seconds,
        intent=view.classification.intents[0].name if view.classification else None,
        recorded_at=view.updated_at,
    )


def _of(view: CaseView) -> _OfACase:
    return _OfACase(
        case_id=view.case_id,
        run_id=view.run_id,
        tenant=view.ticket.tenant,
        policy_version=view.policy_version,
    )
