"""Cases: what they are, and what people say about them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.security import HTTPBearer
from pydantic import ConfigDict

from cases.case import CaseView
from cases.errors import UnknownCase
from cases.outcome import Satisfaction
from cases.record import Record
from cases.review import (
    Claim,
    ClaimRequest,
    Decision,
    DecisionReceipt,
    Reassign,
    ReleaseRequest,
    ReviewReceipt,
    UndoRequest,
)
from cases.ticket import Message
from ledger.case_list import CaseFilter, CaseSummary
from starter import intake
from starter.api.answers import ABOUT_A_CASE, EVERYWHERE, REFUSED, WITH_BODY
from starter.api.connections import Engine, Ledger
from starter.api.examples import CLAIM, DECISION, MESSAGE, REASSIGN, RELEASE, SATISFACTION, UNDO
from starter.api.guarded_route import GuardedRoute

router = APIRouter(
    prefix="/cases",
    tags=["cases"],
    route_class=GuardedRoute,
    # The route itself asks for the token; this says so in the OpenAPI document.
    dependencies=[Depends(HTTPBearer(auto_error=False))],
    responses=EVERYWHERE,
)


class CaseQuery(CaseFilter):
    """A list's filter in the address; a misspelt one is an error and not a silence."""

    model_config = ConfigDict(extra="forbid")


class Delivered(Record):
    """Temporal has it: it reaches the case even if no worker runs now."""

    case_id: str
    ignored: str | None = None
    """Why it begins nothing in a closed case, where a machine wrote it."""


@router.get("", response_description="The cases.", responses=WITH_BODY)
async def listed(wanted: Annotated[CaseQuery, Query()], ledger: Ledger) -> tuple[CaseSummary, ...]:
    """List cases, narrowed by what is given."""
    return await ledger.cases(wanted)


@router.get("/{case_id}", response_description="The case.", responses=ABOUT_A_CASE)
async def shown(case_id: str, ledger: Ledger) -> CaseView:
    """Show a case as it was last written down, moments after its ticket was accepted."""
    case = await ledger.case(case_id)
    if case is None:
        raise UnknownCase(case_id)
    return case


@router.post(
    "/{case_id}/decision",
    response_description="The decision counts.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def decide(
    case_id: str, decision: Annotated[Decision, Body(openapi_examples=DECISION)], engine: Engine
) -> DecisionReceipt:
    """Decide what a case is held for. The first valid decision counts, and the same again is a success."""
    return await intake.decide(engine, case_id, decision)


@router.post(
    "/{case_id}/claim",
    response_description="Nobody else decides until then.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def claim(case_id: str, request: Annotated[ClaimRequest, Body(openapi_examples=CLAIM)], engine: Engine) -> Claim:
    """Be the only one who decides, for the minutes the policy gives. Claiming again renews it."""
    return await intake.claim(engine, case_id, request)


@router.post(
    "/{case_id}/release",
    response_description="Others can decide again.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def release(
    case_id: str, request: Annotated[ReleaseRequest, Body(openapi_examples=RELEASE)], engine: Engine
) -> ReviewReceipt:
    """Give a claim back before it ends."""
    return await intake.release(engine, case_id, request)


@router.post(
    "/{case_id}/undo",
    response_description="The request stands as it did before.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def undo(
    case_id: str, request: Annotated[UndoRequest, Body(openapi_examples=UNDO)], engine: Engine
) -> ReviewReceipt:
    """Take one's own decision back, within the `undo_seconds` it was sent with."""
    return await intake.undo(engine, case_id, request)


@router.post(
    "/{case_id}/reassign",
    response_description="The other team decides now.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def reassign(
    case_id: str, request: Annotated[Reassign, Body(openapi_examples=REASSIGN)], engine: Engine
) -> ReviewReceipt:
    """Move what a case is held for to another team's queue."""
    return await intake.reassign(engine, case_id, request)


@router.post(
    "/{case_id}/messages",
    status_code=HTTPStatus.ACCEPTED,
    response_description="Temporal has it.",
    response_model_exclude_none=True,
    responses={
        HTTPStatus.OK.value: {"model": Delivered, "description": "A machine wrote it, and the case stays closed."},
        **ABOUT_A_CASE,
        **WITH_BODY,
    },
)
async def customer_message(
    case_id: str,
    message: Annotated[Message, Body(openapi_examples=MESSAGE)],
    engine: Engine,
    ledger: Ledger,
    response: Response,
) -> Delivered:
    """Bring what the customer wrote later. It reaches the open case, or begins a repeat contact.

    What a machine wrote is kept with an open case and wakes it from nothing; a closed one stays closed.
    """
    ignored = await intake.customer_message(engine, ledger, case_id, message)
    if ignored is not None:
        response.status_code = HTTPStatus.OK
    return Delivered(case_id=case_id, ignored=ignored)


@router.post(
    "/{case_id}/satisfaction",
    status_code=HTTPStatus.ACCEPTED,
    response_description="Temporal has it.",
    responses={**ABOUT_A_CASE, **REFUSED, **WITH_BODY},
)
async def satisfaction(
    case_id: str, mark: Annotated[Satisfaction, Body(openapi_examples=SATISFACTION)], engine: Engine
) -> Delivered:
    """Bring the customer's own mark, 1 to 5."""
    await intake.customer_mark(engine, case_id, mark)
    return Delivered(case_id=case_id)
