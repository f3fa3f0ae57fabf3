"""Whether the door lives. It says nothing of any ticket, and asks for no token."""

from fastapi import APIRouter

from cases.record import Record

router = APIRouter(tags=["health"])


class Alive(Record):
    """The door answers; the engine and the ledger are asked when somebody needs them."""

    alive: bool = True


@router.get("/healthz", response_description="The door answers.")
async def healthz() -> Alive:
    """Answer while the door is open."""
    return Alive()
