"""`signalbox reply CASE TEXT`."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import Field

from cases.errors import InvalidTicket
from cases.record import Record
from cases.ticket import Message
from starter.command_line.finding_cases import find_case
from starter.command_line.options import CaseArgument, JsonOption
from starter.command_line.output import print_json
from starter.command_line.validating import naming_what_is_wrong
from starter.connections import open_connections
from starter.intake import customer_message
from starter.settings import load_settings

TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="What the customer writes.")]


class Replied(Record):
    """A customer's message that Temporal has."""

    case_id: str
    message_id: str
    ignored: Annotated[str | None, Field(exclude_if=lambda why: why is None)] = None
    """Why it begins nothing in a closed case: it reads like a machine's."""


def command(case: CaseArgument, text: TextArgument, *, as_json: JsonOption = False) -> None:
    """Write to a case as its customer would, to try things. A closed case begins a repeat contact."""
    replied = asyncio.run(_reply(case, text))
    if as_json:
        print_json(replied)
    elif replied.ignored is not None:
        typer.echo(replied.ignored)
    else:
        typer.echo(f"{replied.case_id} has the customer's message.\nSee it: signalbox show {replied.case_id}")


async def _reply(named: str, text: str) -> Replied:
    if not text.strip():
        raise InvalidTicket("text", "is empty.", "Write what the customer says.")
    with naming_what_is_wrong(InvalidTicket):
        message = Message(id=f"cli-{uuid.uuid4().hex[:12]}", text=text, sent_at=datetime.now(UTC))
    async with open_connections(load_settings()) as (engine, ledger, *_):
        case = await find_case(ledger, named)
        ignored = await customer_message(engine, ledger, case.case_id, message)
    return Replied(case_id=case.case_id, message_id=message.id, ignored=ignored)
