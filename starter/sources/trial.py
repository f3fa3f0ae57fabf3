"""Trying a source out: a signed delivery goes through the real door, as its sender would send it."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx
from pydantic import ValidationError
from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from cases.delivery import DeliveryOutcome, Receipt
from cases.errors import InvalidInput, Unavailable
from cases.record import Record
from cases.source import HAVE_GROUPS, Source
from cases.source_event import CustomerWrote, TicketChanged
from cases.ticket import case_id
from integrations.helpdesks.protocol import ReadableHelpdesk
from integrations.sources.protocol import Delivery
from starter.connections import Connections
from starter.engine import engine_errors
from starter.settings import Settings
from starter.sources.adapters import ADAPTERS
from starter.sources.hints import reading_id
from starter.sources.secrets import secrets_of
from starter.sources.ticket_ids import under_its_id

LOOK_BACK = timedelta(days=30)
"""How far back a ticket to try with is looked for."""

READ_WITHIN = timedelta(seconds=30)


class Trial(Record):
    """What a test delivery led to."""

    ticket_id: str
    status: int
    receipt: Receipt
    told: tuple[str, ...] = ()
    """What reading the ticket led to, where the delivery is only a hint to read it."""
    case_id: str
    reads: str | None = None
    """Which groups' tickets become cases, where the helpdesk has groups."""
    locked: str | None = None
    """Since when it no longer lets us write, and why; None where it does, for all we know."""


async def newest_ticket(source: Source, helpdesk: ReadableHelpdesk) -> str:
    """The ticket that changed last and is read. Raises InvalidInput where there is none, and ToolUnavailable."""
    page: str | None = None
    newest: str | None = None
    others: dict[str, None] = {}
    while True:
        changed = await helpdesk.changed_since(datetime.now(UTC) - LOOK_BACK, page)
        newest = next((one for one in reversed(changed.ticket_ids) if one not in changed.elsewhere), newest)
        others |= dict.fromkeys(changed.elsewhere.values())
        page = changed.next_page
        if page is None:
            break
    if newest is None and others:
        raise InvalidInput(
            "--group",
            f"no ticket has changed in {', '.join(source.groups)} for {LOOK_BACK.days} days, but in "
            f"{', '.join(others)}.",
            "Write the groups as Zammad does, and add the source again.",
        )
    if newest is None:
        raise InvalidInput(
            "--ticket",
            f"no ticket of {source.label} has changed for {LOOK_BACK.days} days.",
            "Write one there as a customer would, then test again.",
        )
    return newest


def made_up_ticket(source: Source) -> str:
    """A ticket that was never there, for sources that keep none."""
    return f"signalbox-test-{datetime.now(UTC):%Y%m%d-%H%M%S}"


async def try_source(source: Source, ticket_id: str, settings: Settings, connections: Connections) -> Trial:
    """Send a test delivery and wait for what it leads to.

    Raises SignatureRefused where a secret is missing, InvalidInput for what the door refused, and Unavailable.
    """
    adapter = ADAPTERS[source.kind]
    secrets = secrets_of(source, settings.data)
    delivery = adapter.test_delivery(source, secrets, ticket_id, datetime.now(UTC))
    status, receipt = await _send(source, delivery, settings)
    events = [await under_its_id(source, secrets, one, connections.ledger) for one in adapter.parse(delivery, source)]
    hinted = next((event.ticket_id for event in events if isinstance(event, TicketChanged)), None)
    told = (
        await _reading(connections.engine, source, hinted)
        if hinted and receipt.outcome is DeliveryOutcome.TAKEN
        else ()
    )
    ticket = next((event.ticket.id for event in events if isinstance(event, CustomerWrote)), hinted or ticket_id)
    return Trial(
        ticket_id=ticket,
        status=status,
        receipt=receipt,
        told=told,
        case_id=case_id(source.tenant, source.name, ticket),
        reads=what_is_read(source),
    )


def what_is_read(source: Source) -> str | None:
    """Which groups of its helpdesk a source reads, as the end of a sentence; None where there are none."""
    if source.kind not in HAVE_GROUPS:
        return None
    if not source.groups:
        return "every group its token sees. Name those it shall read with --group, and add it again."
    return f"{', '.join(source.groups)}, and no other group."


async def _send(source: Source, delivery: Delivery, settings: Settings) -> tuple[int, Receipt]:
    # Through our own door here, not around through the world: what is tested is the source, not the way to us.
    address = f"{settings.api_url}/sources/{source.tenant}/{source.name}"
    headers = {name: value for name, value in delivery.headers.items() if name != "x-token"}
    token = delivery.headers.get("x-token")
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            answer = await client.post(
                address, content=delivery.body, headers=headers, params={"token": token} if token else None
            )
    except httpx.HTTPError as error:
        raise Unavailable(
            f"The HTTP door at {settings.api_url} does not answer ({type(error).__name__}). Start it with "
            "`signalbox serve`, or set SIGNALBOX_API_URL to where it is."
        ) from error
    try:
        return answer.status_code, Receipt.model_validate_json(answer.content)
    except ValidationError:
        raise InvalidInput(
            "the test delivery", f"was answered with {HTTPStatus(answer.status_code)}: {_detail(answer)}", ""
        ) from None


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]


async def _reading(engine: Client, source: Source, ticket_id: str) -> tuple[str, ...]:
    """What the reading of a ticket came to, once it is read."""
    handle = engine.get_workflow_handle(reading_id(source, ticket_id), result_type=tuple[str, ...])
    try:
        with engine_errors(engine):
            return await handle.result(rpc_timeout=READ_WITHIN)
    except (RPCError, WorkflowFailureError) as error:
        raise Unavailable(
            f"The ticket {ticket_id} was not read within {READ_WITHIN.seconds} s. Is a worker running, and does the "
            f"helpdesk answer? The workflow {reading_id(source, ticket_id)} in the Temporal UI shows what fails."
        ) from error
