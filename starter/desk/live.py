"""What keeps an open page true: it is told as soon as what it shows has changed."""

import asyncio
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from cases.errors import LedgerUnavailable
from ledger.queue import QueueBook
from starter.desk.case_view import case_mark
from starter.desk.connections import DeskConnections, Held
from starter.desk.who import SignedIn

LOOK_EVERY_SECONDS = 1.0
"""One small query each, for as long as the page is open and in front."""

CHANGED = "changed"
"""The event a page listens for."""

router = APIRouter(include_in_schema=False)


@router.get("/live", response_class=EventSourceResponse)
async def live(
    request: Request, held: Held, person: SignedIn, since: str = "", case: str = ""
) -> AsyncGenerator[ServerSentEvent]:
    """Tell of each change of the queues, or of one case, after the mark that the page was made with."""
    del person
    known = since
    while not await request.is_disconnected():
        mark = await _mark(held, case)
        if mark is not None and mark != known:
            known = mark
            yield ServerSentEvent(raw_data=mark, event=CHANGED)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _mark(held: DeskConnections, case_id: str) -> str | None:
    """What is another text after each change; None while the ledger is away: the page stays as it is till then."""
    try:
        if not case_id:
            return await QueueBook(held.database).mark()
        case = await held.ledger.case(case_id)
    except LedgerUnavailable:
        return None
    return case_mark(case) if case else None
