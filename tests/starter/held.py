"""A case that waits for a person, started by the command itself."""

from temporalio.client import Client

from cases.outcome import Stage
from cases.ticket import Ticket
from cases.work import CaseView
from ledger.cases import CaseLedger
from tests.starter.command import Command
from tests.starter.doors import WrittenWorld, a_held_world, another_ticket, working


def lines(*tickets: Ticket) -> str:
    return "".join(f"{ticket.model_dump_json()}\n" for ticket in tickets)


async def held_case(client: Client, ledger: CaseLedger, command: Command, number: str) -> tuple[WrittenWorld, CaseView]:
    """A case that waits for a review, its workers gone again."""
    world = a_held_world(ledger)
    ticket = another_ticket(number, "I want my money back for W10001.\nIt came broken.")
    async with working(client, world):
        started = await command("start", "-", typed=lines(ticket))
        assert started.exit_code == 0, started.output
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
    return world, held
