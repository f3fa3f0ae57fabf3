"""What truly happened to one case, asked of everybody but the workflow: shop, helpdesk, ledger and engine."""

from datetime import datetime
from decimal import Decimal

import httpx
import psycopg
from psycopg.rows import class_row
from pydantic import TypeAdapter
from temporalio.client import Client, WorkflowExecutionStatus

from bench.soak_insisting import insist
from bench.soak_tickets import SoakTicket
from cases.action import ActionKind
from cases.case import CaseView
from cases.record import Record
from cases.ticket import Author
from demo.helpdesk.conversation import Conversation, StoredMessage
from demo.shop.effects import Effect
from ledger.tables.action import ActionState
from tests.crash.ground import Ground

EFFECTS: TypeAdapter[tuple[Effect, ...]] = TypeAdapter(tuple[Effect, ...])


class BookedAction(Record):
    """An action as the ledger has it."""

    key: str
    kind: ActionKind
    target: str
    amount: Decimal | None
    state: ActionState


class Evidence(Record):
    """One case as everybody saw it."""

    contact: SoakTicket
    sent: dict[str, datetime]
    """When each of the customer's messages was taken by the door, by its id."""
    view: CaseView | None
    """How the ledger shows the case."""
    runs: tuple[str, ...]
    """How each of its runs ended, in the engine's words."""
    effects: tuple[Effect, ...]
    """What the shop did under the case's keys, or to its customer's payment."""
    booked: tuple[BookedAction, ...]
    written: tuple[StoredMessage, ...]
    """What we wrote that the customer reads."""
    told: tuple[str, ...]
    """The references of the replies the ledger knows."""


async def gather_evidence(
    ground: Ground, client: Client, contact: SoakTicket, sent: dict[str, datetime], view: CaseView | None
) -> Evidence:
    """Ask everybody about a case that has ended."""
    case_id = contact.ticket.case_id

    async def ask() -> Evidence:
        conversation = Conversation.model_validate_json(await _get(ground.helpdesk, f"/tickets/{contact.ticket.id}"))
        return Evidence(
            contact=contact,
            sent=sent,
            view=view,
            runs=await _runs(client, case_id),
            effects=tuple(effect for effect in await _effects(ground) if _belongs(effect, contact)),
            booked=_booked(ground, case_id),
            written=tuple(message for message in conversation.messages if message.author is Author.SIGNALBOX),
            told=_told(ground, case_id),
        )

    return await insist(ask, f"learn what happened to {case_id}")


async def _effects(ground: Ground) -> tuple[Effect, ...]:
    return EFFECTS.validate_json(await _get(ground.shop, "/effects"))


def _belongs(effect: Effect, contact: SoakTicket) -> bool:
    payment = f"pay_{contact.buyer.number}"
    return effect.key.startswith(f"{contact.ticket.case_id}/") or effect.target == payment


async def _get(service: httpx.AsyncClient, path: str) -> bytes:
    return (await service.get(path)).raise_for_status().content


async def _runs(client: Client, case_id: str) -> tuple[str, ...]:
    listed = client.list_workflows(f"WorkflowId = '{case_id}'")
    return tuple([_status(run.status) async for run in listed])


def _status(status: WorkflowExecutionStatus | None) -> str:
    return status.name if status is not None else "UNKNOWN"


def _booked(ground: Ground, case_id: str) -> tuple[BookedAction, ...]:
    with (
        psycopg.connect(ground.stack.addresses.database_url) as ledger,
        ledger.cursor(row_factory=class_row(BookedAction)) as rows,
    ):
        rows.execute("SELECT key, kind, target, amount, state FROM actions WHERE case_id = %s", (case_id,))
        return tuple(rows.fetchall())


def _told(ground: Ground, case_id: str) -> tuple[str, ...]:
    with psycopg.connect(ground.stack.addresses.database_url) as ledger:
        rows = ledger.execute("SELECT reference FROM replies WHERE case_id = %s", (case_id,))
        return tuple(str(reference) for (reference,) in rows)
