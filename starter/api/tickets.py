"""Tickets: the helpdesk hands one over, and gets the id of its case."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from fastapi.security import HTTPBearer

from cases.ticket import Ticket
from starter.api.answers import EVERYWHERE, WITH_BODY
from starter.api.connections import Engine, Ledger
from starter.api.examples import STARTED, TICKET
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
    response_model_exclude_none=True,
    responses={
        HTTPStatus.OK.value: {
            "model": StartedCase,
            "description": "The case was known before; or a machine wrote it, and `ignored` says why none is started.",
            "content": {"application/json": {"examples": STARTED}},
        },
        **WITH_BODY,
    },
)
async def start(
    ticket: Annotated[Ticket, Body(openapi_examples=TICKET)], engine: Engine, ledger: Ledger, response: Response
) -> StartedCase:
    """Start the case of a ticket. The same ticket again is the same case, however often and however late.

    Mail that a machine wrote (auto-replies, bounces, newsletters, sales pitches) starts none: send the `headers` of
    each message, or `automatic` where you know it.
    """
    started = await start_case(engine, ledger, ticket)
    if started.ignored is not None:
        response.status_code = HTTPStatus.OK
        return started
    if started.already_known:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = f"/cases/{started.case_id}"
    return started
