"""Ticket ids that hide a telephone number: a hash under a key of the source, since ids are visible in Temporal.

A case that began under a plain hash keeps its id: the customer's next message must reach it.
"""

import hashlib
import hmac
from typing import Protocol

from cases.case import CaseView
from cases.errors import SignatureRefused
from cases.source import Source, SourceSecrets, TicketIds
from cases.source_event import CustomerWrote, MessageDeleted, MessageEdited, SourceEvent
from cases.ticket import TicketId, case_id
from starter.sources.secrets import variable

PREFIX = "wk-"
DIGITS = 24
"""96 bits: among all the world's telephone numbers no two are alike by chance."""


class KnownCases(Protocol):
    """What is needed of the ledger."""

    async def case(self, case_id: str) -> CaseView | None:
        """The case as it was last written down. Raises LedgerUnavailable."""
        ...


async def under_its_id(source: Source, secrets: SourceSecrets, event: SourceEvent, known: KnownCases) -> SourceEvent:
    """The event with the id its ticket has here. Raises SignatureRefused where the key is not set."""
    if source.ticket_ids is TicketIds.PLAIN or not isinstance(event, CustomerWrote | MessageEdited | MessageDeleted):
        return event
    plain = event.ticket.id if isinstance(event, CustomerWrote) else event.ticket_id
    ticket_id = keyed_id(source, secrets, plain)
    if await known.case(case_id(source.tenant, source.name, plain)) is not None:
        return event
    if not isinstance(event, CustomerWrote):
        return event.model_copy(update={"ticket_id": ticket_id})
    return event.model_copy(update={"ticket": event.ticket.model_copy(update={"id": ticket_id})})


def keyed_id(source: Source, secrets: SourceSecrets, plain: TicketId) -> TicketId:
    """The id under the key of the source, always the same. Raises SignatureRefused where the key is not set."""
    key = secrets.ids.get_secret_value()
    if not key:
        raise SignatureRefused(
            f"The key of the ticket ids of {source.label} is not set, and with another one its customers would get new "
            f"tickets. Set {variable(source, 'IDS')} to what it was. What is sent meanwhile is sent again."
        )
    return f"{PREFIX}{hmac.digest(key.encode(), plain.encode(), hashlib.sha256).hex()[:DIGITS]}"
