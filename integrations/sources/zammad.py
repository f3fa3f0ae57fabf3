"""Deliveries of Zammad: what a trigger tells a webhook.

The signature covers the body alone and no time, so that an old delivery could be sent again by whoever saw it. Each is
therefore no more than a word to read the ticket again, whatever article it carries.

Certainty: signature, body, timeouts and tries were read in Zammad's source.
"""

import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter

from cases.errors import SignatureRefused
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import SourceEvent, TicketChanged
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import fitting_id, read_body
from integrations.sources.signed import header_of, refuse_unless_signed, signing_secrets

SIGNATURE = "X-Hub-Signature"
_FORM = re.compile(r"sha1=[0-9a-f]{40}")

MEND = "Let the webhook send Zammad's own payload; a custom one must have the ticket's id in the same place."

TEST_TITLE = "This is a test of the connection. Nothing needs to be done."


class _Ticket(Record):
    id: Annotated[str, Field(min_length=1, max_length=200, coerce_numbers_to_str=True)]


class _Body(Record):
    ticket: _Ticket


_BODY = TypeAdapter(_Body)


class ZammadSource:
    """A `SourceAdapter` for the webhooks of Zammad's triggers."""

    acknowledgement = Acknowledgement(
        # Whatever is no success is sent again up to four times, 10 to 40 seconds apart; no Retry-After is read.
        retry_after_seconds=None,
    )

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """HMAC-SHA1 in hex over the body. Zammad's own id is in a header nobody signed; ours is the body's hash."""
        known = signing_secrets(secrets)
        given = header_of(delivery, SIGNATURE)
        if not _FORM.fullmatch(given):
            raise SignatureRefused(f"{SIGNATURE} is not of the form sha1= and 40 hexadecimal digits.")
        refuse_unless_signed(SIGNATURE, [given], [_signature(secret, delivery.body) for secret in known])
        return hashlib.sha256(delivery.body).hexdigest()

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """A ticket to be read again."""
        body = read_body(_BODY, delivery.body, MEND)
        return (TicketChanged(ticket_id=fitting_id(body.ticket.id)),)

    def account(self, body: bytes) -> str | None:
        """None: Zammad names none."""
        return None

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """A new ticket."""
        given = int(ticket_id) if ticket_id.isdecimal() else ticket_id
        body = json.dumps(
            {
                "ticket": {"id": given, "title": TEST_TITLE, "updated_at": at.isoformat()},
                "article": {"body": TEST_TITLE, "internal": False, "sender": "Customer", "type": "email"},
            }
        ).encode()
        headers = {
            SIGNATURE.lower(): _signature(signing_secrets(secrets)[0], body),
            "x-zammad-delivery": f"signalbox-test-{ticket_id}",
        }
        return Delivery(headers, body, at)


def _signature(secret: str, body: bytes) -> str:
    return f"sha1={hmac.digest(secret.encode(), body, 'sha1').hex()}"
