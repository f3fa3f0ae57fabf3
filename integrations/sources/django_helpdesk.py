"""Deliveries of django-helpdesk: its webhooks, which say that something happened to a ticket.

It signs nothing. What proves them is an unguessable token in the webhook's address, `…?token=…`, which the door hands
on as the header `x-token`. A token says nothing of the body or of the time, so a delivery is only ever a hint: the
ticket is read again, and our own follow-ups are known there. Nothing is ever sent twice by it, and what fails is lost:
`changed_since` finds it.
"""

import hashlib
import hmac
import json
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter

from cases.errors import SignatureRefused
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import SourceEvent, TicketChanged
from cases.ticket import TicketId
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import read_body
from integrations.sources.signed import signing_secrets

TOKEN_HEADER = "x-token"  # noqa: S105
"""What the door makes of the address's `token`."""

MEND = "Compare the ticket of this delivery with what django-helpdesk 2.6 sends."


class _Ticket(Record):
    id: Annotated[int, Field(ge=1)] | TicketId
    """A number in django-helpdesk; a name in a test delivery of ours."""


class _Body(Record):
    ticket: _Ticket


_BODY = TypeAdapter(_Body)


class DjangoHelpdeskSource:
    """A `SourceAdapter`."""

    acknowledgement = Acknowledgement(retry_after_seconds=None)

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """Compare the token with each of ours. Raises SignatureRefused."""
        known = signing_secrets(secrets)
        token = delivery.headers.get(TOKEN_HEADER, "").encode(errors="replace")
        if not token:
            raise SignatureRefused(
                "The webhook's address has no token. Add `?token=…`, with the secret of this source, to both of "
                "django-helpdesk's webhook addresses."
            )
        fits = False
        for secret in known:
            fits |= hmac.compare_digest(token, secret.encode())
        if not fits:
            raise SignatureRefused(
                "The token in the webhook's address is not one of this source. Copy the secret into django-helpdesk's "
                "webhook addresses again."
            )
        return hashlib.sha256(delivery.body).hexdigest()

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """The ticket to read again. Raises InvalidDelivery."""
        body = read_body(_BODY, delivery.body, MEND)
        return (TicketChanged(ticket_id=str(body.ticket.id)),)

    def account(self, body: bytes) -> str | None:
        """It names none: one helpdesk has one address."""
        return None

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: AwareDatetime) -> Delivery:
        """The webhook of a new ticket; never the same twice, so that each is read."""
        id_ = int(ticket_id) if ticket_id.isdecimal() else ticket_id
        ticket = {"id": id_, "title": f"A test of the webhook, {at.isoformat()}"}
        token = secrets.signing[0].get_secret_value() if secrets.signing else ""
        headers = {"content-type": "application/json", TOKEN_HEADER: token}
        return Delivery(headers, json.dumps({"ticket": ticket, "queue_slug": "support"}).encode(), at)
