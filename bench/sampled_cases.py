"""Cases that went out by themselves and were drawn for the audit, as the workflow would record them."""

from datetime import datetime, timedelta
from decimal import Decimal

from bench.desk_cases import ended_case
from cases.action import ActionResult, ActionStatus, ValueLimit
from cases.case import CaseView, SentReply
from cases.policy.rulebook import ValueLimits
from cases.target_records import TargetRecords
from cases.work import ActRequest
from ledger.actions import ActionLedger
from ledger.cases import CaseLedger
from ledger.database import Database

NO_LIMITS = ValueLimits(
    per_customer=ValueLimit(amounts={"EUR": Decimal(1_000_000)}, window_seconds=60),
    per_tenant=ValueLimit(amounts={"EUR": Decimal(1_000_000)}, window_seconds=60),
)


def sampled_case(number: int, now: datetime, *, sample_rate: float) -> CaseView:
    """One case that was answered by itself; the same number is the same case."""
    case = ended_case(number, now, with_a_person=False)
    assert case.draft is not None
    assert case.outcome is not None
    reply = SentReply(reference=f"{case.case_id}/reply-0", kind="reply", text=case.draft.reply, at=case.outcome.at)
    outcome = case.outcome.model_copy(update={"audit_sample": True, "sample_rate": sample_rate})
    return case.model_copy(update={"replies": (reply,), "outcome": outcome})


async def record_sampled(database: Database, case: CaseView) -> None:
    """Write such a case down, with its actions executed as the case ended."""
    await CaseLedger(database).record(case)
    book = ActionLedger(database)
    assert case.outcome is not None
    for action in case.actions:
        request = ActRequest(
            case_id=case.case_id,
            tenant=case.ticket.tenant,
            policy_version=case.policy_version,
            action=action,
            # The cases share one payment, and are written in any order: each knows of the others.
            basis=TargetRecords(target=action.arguments.target, read_at=case.outcome.at + timedelta(days=365)),
        )
        await book.reserve_action(request, NO_LIMITS, case.outcome.at)
        done = ActionResult(action_id=action.id, status=ActionStatus.EXECUTED, receipt=f"re_{case.ticket.id}")
        await book.settle_action(request.idempotency_key, done, case.outcome.at)
