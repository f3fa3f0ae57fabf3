"""Tickets: the helpdesk hands one over, and gets the id of its case."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from fastapi.security import HTTPBearer

from cases.ticket import Ticket
from starter.api.answers import EVERYWHERE, WITH_BODY
from starter.api.connections import Engine, Ledger
from starter.api.examples import TICKET
from starter.api.guarded_route import GuardedRoute
from starter.intake import StartedCase, start_case

router = APIRouter(
    tags=["tickets"],
    route_class=GuardedRoute,
    # The route itself asks for the token; this says so in the OpenAPI document.
    dependencies=[Depends(HTTPBearer(auto_error=False))],
    responses=EVERYWHERE,
)


@router.post(
    "/tickets",
    status_code=HTTPStatus.ACCEPTED,
    response_description="The case is started.",
    responses={HTTPStatus.OK.value: {"model": StartedCase, "description": "The case was known before."}, **WITH_BODY},
)
async def start(
    ticket: Annotated[Ticket, Body(openapi_examples=TICKET)], engine: Engine, ledger: Ledger, response: Response
) -> StartedCase:
    """Start the case of a ticket. The same ticket again is the same case, however often and however late."""
    started = await start_case(engine, ledger, ticket)
    if started.already_known:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = f"/cases/{started.case_id}"
    return started
