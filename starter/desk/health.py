"""Whether the desk lives. It says nothing of any ticket, and asks nobody to sign in."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """Answer while the desk is open; the engine and the ledger are asked when somebody needs them."""
    return PlainTextResponse("alive\n")
