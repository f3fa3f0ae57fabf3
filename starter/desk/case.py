"""The case: all that is needed to decide it, on one page."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from cases.case import CaseView
from cases.classification import Team
from cases.errors import UnknownCase
from cases.person import Person
from starter.desk.approvers import why_not_approve
from starter.desk.case_view import REJECTIONS, case_mark, case_page
from starter.desk.connections import DeskConnections, Held, connections_of, settings_of
from starter.desk.diff import is_changed, plain, shortened, word_diff
from starter.desk.pages import page
from starter.desk.who import SignedIn
from starter.desk.within import QueueQuery, Wanted, around, read_within

Typed = Annotated[str, Form(max_length=20_000)]

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_id}")
async def case(request: Request, case_id: str, wanted: Wanted, held: Held, person: SignedIn) -> Response:
    """The page of a case."""
    return await shown(request, await find(held, case_id), person, wanted)


@router.post("/cases/{case_id}/fresh")
async def fresh(
    request: Request, case_id: str, held: Held, person: SignedIn, reply: Typed = "", within: Typed = ""
) -> Response:
    """The page of a case as it stands now, with what was typed about an earlier draft kept beside it."""
    return await shown(request, await find(held, case_id), person, read_within(within), typed=plain(reply))


@router.post("/cases/{case_id}/diff")
async def diff(request: Request, case_id: str, held: Held, person: SignedIn, reply: Typed = "") -> Response:
    """What the typed reply changes of the draft."""
    found = await find(held, case_id)
    base = case_page(found, person, settings_of(request), datetime.now(UTC)).base
    before = base.reply.text if base else ""
    return page(request, "diff.html", pieces=shortened(word_diff(before, reply)), changed=is_changed(before, reply))


@router.get("/cases/{case_id}/standing")
async def standing(
    request: Request,
    case_id: str,
    wanted: Wanted,
    held: Held,
    person: SignedIn,
    request_id: str = "",
    case_version: int = -1,
) -> Response:
    """How the review stands for a page that was opened for this request."""
    found = await find(held, case_id)
    return await shown_standing(request, found, person, wanted, request_id=request_id, case_version=case_version)


async def shown_standing(
    request: Request,
    found: CaseView,
    person: Person,
    wanted: QueueQuery,
    *,
    request_id: str,
    case_version: int,
    template: str = "standing.html",
) -> Response:
    """The part of the page that says who has the review, and whether it is still the one that is shown."""
    review = found.review
    mine = review is not None and review.id == request_id and review.case_version == case_version
    return page(
        request,
        template,
        shown=case_page(found, person, settings_of(request), datetime.now(UTC)),
        moved_on=bool(request_id) and not mine,
        rewritten=review is not None and not mine,
        opened_request=request_id,
        opened_version=case_version,
        around=around(wanted, found.case_id),
        may_decide=person.may_decide,
        beyond=await _beyond(request, found, person),
        rejections=REJECTIONS,
        teams=list(Team),
    )


async def shown(
    request: Request,
    found: CaseView,
    person: Person,
    wanted: QueueQuery,
    *,
    typed: str = "",
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The page of a case; `typed` is kept where it is not what the page would show anyway."""
    made = case_page(found, person, settings_of(request), datetime.now(UTC))
    base = made.base.reply.text if made.base else ""
    review = found.review
    return page(
        request,
        "case.html",
        status=status,
        shown=made,
        moved_on=False,
        rewritten=False,
        opened_request=review.id if review else "",
        opened_version=review.case_version if review else found.case_version,
        around=around(wanted, found.case_id),
        may_decide=person.may_decide,
        beyond=await _beyond(request, found, person),
        kept=typed if typed and is_changed(base, typed) else "",
        problem=problem,
        rejections=REJECTIONS,
        teams=list(Team),
        mark=case_mark(found),
    )


async def _beyond(request: Request, found: CaseView, person: Person) -> str:
    """Why this person may not approve what the case is held for, and who may; empty if they may."""
    if found.review is None or not person.may_decide:
        return ""
    held = connections_of(request)
    return await why_not_approve(held.people, person, found.review, await held.rules.of(found.policy_version))


async def find(held: DeskConnections, case_id: str) -> CaseView:
    """The case as it was last written down. Raises UnknownCase and LedgerUnavailable."""
    found = await held.ledger.case(case_id)
    if found is None:
        raise UnknownCase(case_id)
    return found
