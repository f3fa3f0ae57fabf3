"""Deciding several cases at once, where nothing but a reply hangs on each of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from cases.classification import Team
from cases.errors import CaseRefusal, DecisionRefused, InvalidDecision
from cases.person import Person
from cases.review import Reassign, Reject, RejectReason, ReviewRequest
from cases.words import in_words
from ledger.queue import LINES
from routing.low_risk import why_not_in_bulk
from starter import intake
from starter.desk.case import find
from starter.desk.case_view import REJECTIONS, shown_hash
from starter.desk.connections import DeskConnections, Held
from starter.desk.pages import page
from starter.desk.refusals import is_part_of_a_page
from starter.desk.who import CanDecide

AT_ONCE = asyncio.Semaphore(5)
"""How many cases are decided side by side."""

Do = Callable[[ReviewRequest, str], Awaitable[None]]
"""What is done to one case, told its request and the hash of what the queue stands for."""

router = APIRouter(include_in_schema=False)


@router.post("/bulk")
async def bulk(
    request: Request,
    held: Held,
    person: CanDecide,
    do: Annotated[str, Form()],
    case: Annotated[Sequence[str], Form()] = (),
    reason: Annotated[RejectReason, Form()] = RejectReason.OTHER,
    team: Annotated[Team, Form()] = Team.TRIAGE,
) -> Response:
    """Reject or reassign what was chosen; each case that cannot be decided with others is named, with why."""
    if do not in ("reject", "reassign"):
        raise InvalidDecision("do", f"is {do!r}.", "Use reject or reassign.")
    if not 1 <= len(case) <= LINES:
        raise InvalidDecision("case", f"has {len(case)} cases.", f"Choose 1 to {LINES}.")
    if do == "reject":
        told = [_rejected(held, person, case_id, reason) for case_id in case]
    else:
        told = [_reassigned(held, person, case_id, team) for case_id in case]
    problems = [problem for problem in await asyncio.gather(*told) if problem]
    if not is_part_of_a_page(request) and not problems:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    done = "rejected" if do == "reject" else f"sent to {in_words(team)}"
    template = "bulk_done.html" if is_part_of_a_page(request) else "bulk_done_page.html"
    return page(request, template, done=done, count=len(case) - len(problems), problems=problems)


async def _rejected(held: DeskConnections, person: Person, case_id: str, reason: RejectReason) -> str | None:
    async def reject(review: ReviewRequest, shown: str) -> None:
        await intake.decide(
            held.engine,
            case_id,
            Reject(
                request_id=review.id,
                case_version=review.case_version,
                reviewer=person.name,
                shown=shown,
                reason=reason,
                comment=REJECTIONS[reason][1],
            ),
        )

    return await _each(held, case_id, reject)


async def _reassigned(held: DeskConnections, person: Person, case_id: str, team: Team) -> str | None:
    async def reassign(review: ReviewRequest, shown: str) -> None:
        del shown
        await intake.reassign(held.engine, case_id, Reassign(request_id=review.id, reviewer=person.name, team=team))

    return await _each(held, case_id, reassign)


async def _each(held: DeskConnections, case_id: str, do: Do) -> str | None:
    """Do it to one case, or say why not."""
    async with AT_ONCE:
        try:
            case = await find(held, case_id)
            rules = await held.rules.of(case.policy_version)
            why_not = "It waits for nobody." if case.review is None else why_not_in_bulk(case.review, rules.low_risk)
            if case.review is None or why_not is not None:
                raise DecisionRefused(f"{why_not} Decide it by itself.")
            await do(case.review, shown_hash(case))
        except CaseRefusal as refused:
            return f"{case_id}: {refused}"
    return None
