"""Receiving: a delivery is verified, remembered, understood and brought to its case; its sender gets its own status."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from cases.delivery import DeliveryOutcome, Receipt
from cases.errors import InvalidDelivery, UnknownSource
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import SourceEvent, TicketChanged, Unreadable
from integrations.sources.protocol import Acknowledgement, Delivery, SourceAdapter
from ledger.deliveries import DeliveryLedger
from ledger.sources import SourceLedger
from starter.sources.adapters import ADAPTERS
from starter.sources.arrivals import Arrivals
from starter.sources.ticket_ids import KnownCases, under_its_id

HINTS_REMEMBERED = timedelta(minutes=1)
"""For so long the same hint is one that was sent twice."""

DELIVERIES_REMEMBERED = timedelta(days=90)
"""Longer than any sender repeats one; WhatsApp gives up after a week."""

MOST_SENTENCES = 5
"""A delivery may carry many events; so many of them are told."""


class Received(NamedTuple):
    """What became of a delivery, and how its sender is to be answered."""

    receipt: Receipt
    status: HTTPStatus


async def registered_source(sources: SourceLedger, tenant: str, name: str) -> Source:
    """The source of a path. Raises UnknownSource and LedgerUnavailable."""
    registered = await sources.source(tenant, name)
    if registered is None:
        raise UnknownSource(f"{tenant}/{name}")
    return registered.source


async def source_of_account(sources: SourceLedger, kind: SourceKind, body: bytes) -> Source:
    """The source of the account that a delivery says it is for. Raises UnknownSource and LedgerUnavailable."""
    account = ADAPTERS[kind].account(body)
    found = await sources.of_account(kind, account) if account and "\0" not in account else ()
    if len(found) != 1:
        raise UnknownSource(f"of {kind} for the account {(account or 'that is not named')[:60]!r}")
    return found[0].source


async def receive(
    source: Source,
    secrets: SourceSecrets,
    delivery: Delivery,
    memory: DeliveryLedger,
    arrivals: Arrivals,
    cases: KnownCases,
) -> Received:
    """Take a delivery. It is remembered once everything in it has reached Temporal, and not before.

    Raises SignatureRefused, EngineUnavailable and LedgerUnavailable; then nothing is remembered, and the same can be
    sent again.
    """
    adapter = ADAPTERS[source.kind]
    delivery_id = adapter.verify(delivery, secrets)
    events = _events(adapter, source, delivery)
    known = await memory.receipt(source, delivery_id, delivery.at - _remembered_for(events))
    if known is not None:
        return Received(known, _status(adapter.acknowledgement, known))
    named = [await under_its_id(source, secrets, event, cases) for event in events]
    receipt = _together([await arrivals.bring(source, event) for event in named])
    await memory.keep(source, delivery_id, receipt, datetime.now(UTC))
    return Received(receipt, _status(adapter.acknowledgement, receipt))


def _events(adapter: SourceAdapter, source: Source, delivery: Delivery) -> tuple[SourceEvent, ...]:
    try:
        return adapter.parse(delivery, source)
    except InvalidDelivery as unreadable:
        return (Unreadable(why=str(unreadable)),)


def _remembered_for(events: Sequence[SourceEvent]) -> timedelta:
    """A hint may truly come again with the same words: the ticket has changed once more. To read it again is safe."""
    hints_only = all(isinstance(event, TicketChanged) for event in events)
    return HINTS_REMEMBERED if hints_only else DELIVERIES_REMEMBERED


def _together(receipts: Sequence[Receipt]) -> Receipt:
    """One receipt for all that was in a delivery: what somebody has to look at goes first."""
    of = {receipt.outcome for receipt in receipts}
    worst = (DeliveryOutcome.UNREADABLE, DeliveryOutcome.TAKEN, DeliveryOutcome.IGNORED)
    outcome = next((outcome for outcome in worst if outcome in of), DeliveryOutcome.IGNORED)
    telling = sorted(receipts, key=lambda receipt: worst.index(receipt.outcome))[:MOST_SENTENCES]
    return Receipt(
        outcome=outcome, sentence=" ".join(receipt.sentence for receipt in telling) or "There was nothing in it."
    )


def _status(acknowledgement: Acknowledgement, receipt: Receipt) -> HTTPStatus:
    unreadable = receipt.outcome is DeliveryOutcome.UNREADABLE
    return acknowledgement.unreadable if unreadable else acknowledgement.taken
