"""Acting: what was cleared is done once, on the records that the decision saw, within the limits on moved money."""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.act import Acting
    from activities.limits import LookingAhead
    from activities.pauses import total_seconds
    from cases.action import ActionResult, ActionStatus, ProposedAction
    from cases.case import StepKind
    from cases.outcome import Stage
    from cases.reason import Reason, ReasonCode
    from cases.review import Approve, Edit
    from cases.work import ActRequest, LimitRequest
    from routing.facts_changed import basis_of
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.options import OWN_DATABASE, deed
from workflows.showing import enter


async def act(case: CaseFile, action: ProposedAction, cleared: Approve | Edit | None) -> ActionResult:
    """Do one action. `cleared`: the decision of the person who cleared it; None where nobody had to."""
    times = case.rulebook.tool_times
    enter(case, Stage.ACTING)
    result = await workflow.execute_activity_method(
        Acting.act,
        _request(case, action, cleared),
        summary=action.summary[:200],
        **deed(
            times.action_seconds,
            # Each try may look up, read the records twice, do and verify.
            times.action_seconds * times.settle_attempts * 5 + total_seconds(times.settle_attempts),
        ),
    )
    case.results.append(result)
    if result.status is ActionStatus.EXECUTED:
        case.done = (*case.done, action)
    case.note(StepKind.ACTION, f"{action.summary}: {result.reason or result.status}")
    return result


async def limit_ahead(case: CaseFile) -> Reason | None:
    """The limit on moved money that will refuse what may be approved, so that whoever approves knows before."""
    moving = [action for action in (*case.actions, *case.earlier) if action.value is not None]
    if not moving:
        return None
    ahead = await workflow.execute_local_activity_method(
        LookingAhead.limit_ahead,
        LimitRequest(
            policy_version=case.rulebook.policy_version,
            requests=tuple(_request(case, action, None) for action in moving),
        ),
        **OWN_DATABASE,
    )
    if ahead.over is None:
        return None
    return reason(ReasonCode.VALUE_LIMIT_REACHED, which=ahead.over.which, limit=ahead.over.limit)


def _request(case: CaseFile, action: ProposedAction, cleared: Approve | Edit | None) -> ActRequest:
    return ActRequest(
        case_id=case.case_id,
        tenant=case.ticket.tenant,
        customer_id=case.facts.account.id if case.facts.account else None,
        policy_version=case.rulebook.policy_version,
        route=case.route.name if case.route else None,
        action=action,
        basis=basis_of(action.arguments, case.facts, _read_at(case)),
        decision=cleared.request_id if cleared else None,
        beyond_limits=cleared.reviewer if cleared and cleared.beyond_limits else None,
    )


def _read_at(case: CaseFile) -> datetime:
    """When the records were read. What needed no record rests on nothing older than the case."""
    return case.facts.read_at or case.opened_at
