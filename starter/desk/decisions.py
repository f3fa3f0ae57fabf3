"""Deciding: what a click does, and what the person hears of it. The reviewer is always whoever is signed in."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from cases.case import CaseView
from cases.errors import AccessRefused, CaseRefusal, InvalidInput, SignalboxError, Unavailable
from cases.person import Person
from cases.policy.desk import DeskRules
from cases.review import Claim, ClaimRequest, Decision, DecisionReceipt, ReleaseRequest, TakeOver, UndoRequest
from starter import intake
from starter.desk.case import find, shown, shown_standing
from starter.desk.connections import Held
from starter.desk.decision_form import (
    Subject,
    approval,
    ask_again_details,
    question,
    reassignment,
    refuse_what_was_not_shown,
    rejection,
    subject_of,
)
from starter.desk.pages import page
from starter.desk.refusals import BESIDE_THE_PAGE, RETRY_AFTER_SECONDS, is_part_of_a_page
from starter.desk.who import CanDecide
from starter.desk.within import QueueQuery, around, read_within

MOVE_ON_AFTER = timedelta(seconds=3)
"""How long a decision that cannot be taken back is shown before the next case comes."""

DONE = {
    "approve": "Approved",
    "edit": "Approved as edited",
    "reject": "Rejected",
    "ask_again": "Looked up again with your details",
    "ask_customer": "The customer is asked",
    "take_over": "It is yours: answer in the helpdesk",
}
"""What is said of each decision that counts."""

HEARD = (CaseRefusal, AccessRefused, InvalidInput, Unavailable)
"""What a person is told of beside the form they sent."""

Typed = Mapping[str, str]
Make = Callable[[CaseView, Subject, DeskRules], Decision]

router = APIRouter(include_in_schema=False)


async def _typed(request: Request) -> Typed:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Form = Annotated[Typed, Depends(_typed)]


@router.post("/cases/{case_id}/approve")
async def approve(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Send the reply and take the actions: as proposed, or as they stand in the form."""
    return await _decide(
        request,
        case_id,
        held,
        person,
        form,
        lambda case, about, rules: approval(case, person, about, rules, form),
    )


@router.post("/cases/{case_id}/reject")
async def reject(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Do none of it, for a named reason."""
    return await _decide(request, case_id, held, person, form, lambda _, about, __: rejection(about, form))


@router.post("/cases/{case_id}/ask-again")
async def ask_again(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Start over with details that the person knows."""
    return await _decide(request, case_id, held, person, form, lambda _, about, __: ask_again_details(about, form))


@router.post("/cases/{case_id}/ask-customer")
async def ask_customer(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Send the customer one plain question."""
    return await _decide(request, case_id, held, person, form, lambda _, about, __: question(about, form))


@router.post("/cases/{case_id}/take-over")
async def take_over(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Answer it in person, in the helpdesk."""
    return await _decide(request, case_id, held, person, form, lambda _, about, __: TakeOver(**about._asdict()))


@router.post("/cases/{case_id}/undo")
async def undo(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Take one's own decision back, while nothing of it has been done."""
    case = await find(held, case_id)
    try:
        about = UndoRequest(request_id=form.get("request_id", ""), reviewer=person.name)
        await intake.undo(held.engine, case_id, about)
    except HEARD as error:
        return await _told(request, case, person, form, error)
    if not is_part_of_a_page(request):
        return RedirectResponse(_page_of(case_id, form), HTTPStatus.SEE_OTHER)
    return await _standing(request, await find(held, case_id), person, form, "decide_again.html")


@router.post("/cases/{case_id}/claim")
async def claim(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Have the case to oneself for a while; claiming again renews it."""
    case = await find(held, case_id)
    try:
        about = subject_of(form, person)
        wanted = ClaimRequest(request_id=about.request_id, case_version=about.case_version, reviewer=person.name)
        lease = await intake.claim(held.engine, case_id, wanted)
    except HEARD as error:
        return await _told(request, case, person, form, error)
    return await _claimed(request, case, person, form, lease)


@router.post("/cases/{case_id}/release")
async def release(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Give a claim back."""
    case = await find(held, case_id)
    try:
        about = ReleaseRequest(request_id=form.get("request_id", ""), reviewer=person.name)
        await intake.release(held.engine, case_id, about)
    except HEARD as error:
        return await _told(request, case, person, form, error)
    return await _claimed(request, case, person, form, None)


@router.post("/cases/{case_id}/reassign")
async def reassign(request: Request, case_id: str, held: Held, person: CanDecide, form: Form) -> Response:
    """Let another team decide."""
    case = await find(held, case_id)
    try:
        moved = await intake.reassign(held.engine, case_id, reassignment(subject_of(form, person), form))
    except HEARD as error:
        return await _told(request, case, person, form, error)
    if not is_part_of_a_page(request):
        return RedirectResponse(around(_wanted(form), case_id).after, HTTPStatus.SEE_OTHER)
    return _done(request, case, form, "Reassigned", moved.sentence, None)


async def _decide(request: Request, case_id: str, held: Held, person: Person, form: Typed, make: Make) -> Response:
    case = await find(held, case_id)
    try:
        rules = await held.rules.of(case.policy_version)
        about = subject_of(form, person)._replace(undo_seconds=int(rules.undo.total_seconds()))
        refuse_what_was_not_shown(case, about)
        decision = make(case, about, rules)
        receipt = await intake.decide(held.engine, case_id, decision)
    except HEARD as error:
        return await _told(request, case, person, form, error)
    if not is_part_of_a_page(request):
        return RedirectResponse(_page_of(case_id, form), HTTPStatus.SEE_OTHER)
    return _done(request, case, form, _said(case, decision, receipt), receipt.sentence, receipt)


def _said(case: CaseView, decision: Decision, receipt: DecisionReceipt) -> str:
    if receipt.already_taken and receipt.undo_until is None:
        return "Decided before"
    review = case.review
    needs_another = review is not None and len(review.approvals) + 1 < review.approvals_needed
    if needs_another and decision.decision in ("approve", "edit") and receipt.undo_until is None:
        return "Approved, one of two"
    return DONE[decision.decision]


def _done(
    request: Request, case: CaseView, form: Typed, said: str, sentence: str, receipt: DecisionReceipt | None
) -> Response:
    """In the place of the buttons: what was decided, and for how long it can be taken back."""
    now = datetime.now(UTC)
    until = receipt.undo_until if receipt else None
    return page(
        request,
        "decided.html",
        case=case,
        around=around(_wanted(form), case.case_id),
        said=said,
        sentence=sentence,
        request_id=receipt.request_id if receipt else "",
        undo=until is not None and until > now,
        seconds=max(0, round(((until - now) if until else MOVE_ON_AFTER).total_seconds())),
    )


async def _claimed(request: Request, case: CaseView, person: Person, form: Typed, lease: Claim | None) -> Response:
    if not is_part_of_a_page(request):
        return RedirectResponse(_page_of(case.case_id, form), HTTPStatus.SEE_OTHER)
    # The engine's word is newer than what the ledger has.
    review = case.review.model_copy(update={"claim": lease}) if case.review else None
    return await _standing(request, case.model_copy(update={"review": review}), person, form, "standing.html")


async def _standing(request: Request, case: CaseView, person: Person, form: Typed, template: str) -> Response:
    version = form.get("case_version", "")
    return await shown_standing(
        request,
        case,
        person,
        _wanted(form),
        request_id=form.get("request_id", ""),
        case_version=int(version) if version.isdecimal() else case.case_version,
        template=template,
    )


async def _told(request: Request, case: CaseView, person: Person, form: Typed, error: SignalboxError) -> Response:
    """What went wrong, beside the form: what was typed stays where it is, or comes back with the page."""
    status = _status(error)
    if not is_part_of_a_page(request):
        return await shown(
            request, case, person, _wanted(form), typed=form.get("reply", ""), problem=str(error), status=status
        )
    headers = dict(BESIDE_THE_PAGE)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    stale = isinstance(error, CaseRefusal)
    return page(request, "trouble.html", status=status, headers=headers, case=case, sentence=str(error), stale=stale)


def _wanted(form: Typed) -> QueueQuery:
    return read_within(form.get("within", ""))


def _page_of(case_id: str, form: Typed) -> str:
    filters = around(_wanted(form), case_id).within
    return f"/cases/{case_id}?{filters}" if filters else f"/cases/{case_id}"


def _status(error: SignalboxError) -> HTTPStatus:
    match error:
        case InvalidInput():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case AccessRefused():
            return HTTPStatus.FORBIDDEN
        case Unavailable():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.CONFLICT
