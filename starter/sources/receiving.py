"""Receiving: a delivery is verified, remembered, understood and brought to its case; its sender gets its own status."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple

from cases.delivery import DeliveryOutcome, Receipt
from cases.errors import InvalidDelivery, UnknownSource
from cases.source import Source, SourceKind, SourceSecrets
from integrations.sources.protocol import Acknowledgement, Delivery
from ledger.deliveries import DeliveryLedger
from ledger.sources import SourceLedger
from starter.sources.adapters import ADAPTERS
from starter.sources.arrivals import Arrivals

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
    found = await sources.of_account(kind, account) if account else ()
    if len(found) != 1:
        raise UnknownSource(f"of {kind} for the account {account or 'that is not named'}")
    return found[0].source


async def receive(
    source: Source, secrets: SourceSecrets, delivery: Delivery, memory: DeliveryLedger, arrivals: Arrivals
) -> Received:
    """Take a delivery. It is remembered once everything in it has reached Temporal, and not before.

    Raises SignatureRefused, EngineUnavailable and LedgerUnavailable; then nothing is remembered, and the same can be
    sent again.
    """
    adapter = ADAPTERS[source.kind]
    delivery_id = adapter.verify(delivery, secrets)
    known = await memory.receipt(source, delivery_id)
    if known is not None:
        return Received(known, _status(adapter.acknowledgement, known))
    receipt = await _brought(source, delivery, arrivals)
    await memory.keep(source, delivery_id, receipt, datetime.now(UTC))
    return Received(receipt, _status(adapter.acknowledgement, receipt))


async def _brought(source: Source, delivery: Delivery, arrivals: Arrivals) -> Receipt:
    try:
        events = ADAPTERS[source.kind].parse(delivery, source)
    except InvalidDelivery as unreadable:
        return Receipt(outcome=DeliveryOutcome.UNREADABLE, sentence=str(unreadable))
    receipts = [await arrivals.bring(source, event) for event in events]
    taken = any(receipt.outcome is DeliveryOutcome.TAKEN for receipt in receipts)
    return Receipt(
        outcome=DeliveryOutcome.TAKEN if taken else DeliveryOutcome.IGNORED,
        sentence=" ".join(receipt.sentence for receipt in receipts[:MOST_SENTENCES]) or "There was nothing in it.",
    )


def _status(acknowledgement: Acknowledgement, receipt: Receipt) -> HTTPStatus:
    unreadable = receipt.outcome is DeliveryOutcome.UNREADABLE
    return acknowledgement.unreadable if unreadable else acknowledgement.taken
