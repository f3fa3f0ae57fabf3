"""Deliveries of Zendesk: the events a webhook is subscribed to.

They name a ticket and tell little of it: no e-mail address, no names. So each is a word to read the ticket again.

Certainty: the signature, the envelope (`type`, `id`, `account_id`, `detail.id`) and the list of ticket events are the
vendor's documentation; `event.comment.is_public`, and that 409 is what makes Zendesk send again, are second-hand. The
names of the events of satisfaction surveys are not known for certain: whatever begins like one is taken.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from cases.errors import SignatureRefused
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import Nothing, Removal, SourceEvent, TicketChanged, TicketMerged, TicketRemoved
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import fitting_id, read_body
from integrations.sources.signed import header_of, refuse_unless_recent, refuse_unless_signed, signing_secrets

SIGNATURE = "X-Zendesk-Webhook-Signature"
TIMESTAMP = "X-Zendesk-Webhook-Signature-Timestamp"

_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=")

TICKET_EVENT = "zen:event-type:ticket."
CHANGES = frozenset(
    {
        "created",
        "comment_added",
        "comment_made_private",
        "comment_redacted",
        "attachment_linked_to_comment",
        "attachment_redacted_from_comment",
        "status_changed",
        "custom_status_changed",
        "requester_changed",
        "undeleted",
    }
)
"""What may change what a customer said, what they were told, or whether the ticket is done."""
REMOVALS = {
    "soft_deleted": Removal.DELETED,
    "permanently_deleted": Removal.DELETED,
    "marked_as_spam": Removal.SPAM,
}
"""After these there is nothing left to read."""
SURVEYS = ("satisfaction", "csat")

MEND = (
    "Subscribe the webhook to Zendesk's own ticket events. One that a trigger or an automation calls sends whatever "
    "was written there."
)

TEST_ACCOUNT = 1
TEST_TEXT = "This is a test of the connection. Nothing needs to be done."


_Name = Annotated[str, Field(min_length=1, max_length=200, coerce_numbers_to_str=True)]
"""An id: Zendesk writes the same one as a number here and as a text there."""


class _Comment(Record):
    is_public: bool = True


class _Event(Record):
    comment: _Comment | None = None
    target_ticket_id: Annotated[str | None, Field(max_length=200, coerce_numbers_to_str=True)] = None
    """Into which ticket this one was merged."""


class _Detail(Record):
    id: _Name


class _Body(Record):
    type: str
    detail: _Detail
    event: _Event = _Event()
    time: AwareDatetime | None = None


class _Signed(Record):
    id: _Name


class _Addressed(Record):
    account_id: _Name


_BODY = TypeAdapter(_Body)
_SIGNED = TypeAdapter(_Signed)
_ADDRESSED = TypeAdapter(_Addressed)


class ZendeskSource:
    """A `SourceAdapter` for Zendesk's event webhooks."""

    acknowledgement = Acknowledgement(
        # Three more tries follow a 409, none a 500; no Retry-After is read with it.
        later=HTTPStatus.CONFLICT,
        retry_after_seconds=None,
    )

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """HMAC-SHA256 in base64 over time and body. The id is the event's own, which is inside the signed body."""
        known = signing_secrets(secrets)
        given, stamp = header_of(delivery, SIGNATURE), header_of(delivery, TIMESTAMP)
        if not _BASE64.fullmatch(given):
            raise SignatureRefused(f"{SIGNATURE} is not a SHA-256 signature in base64, which is 44 characters long.")
        refuse_unless_signed(SIGNATURE, [given], [_signature(secret, stamp, delivery.body) for secret in known])
        refuse_unless_recent(TIMESTAMP, _moment(stamp), delivery.at)
        return _event_id(delivery.body) or hashlib.sha256(_signed_bytes(stamp, delivery.body)).hexdigest()

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """A ticket to be read again, one that is no more, or nothing."""
        body = read_body(_BODY, delivery.body, MEND)
        if not body.type.startswith(TICKET_EVENT):
            return (Nothing(why="It is not about a ticket."),)
        what, ticket_id, at = body.type.removeprefix(TICKET_EVENT), fitting_id(body.detail.id), body.time or delivery.at
        if what in REMOVALS:
            return (TicketRemoved(ticket_id=ticket_id, how=REMOVALS[what], at=at),)
        if what == "merged":
            into = body.event.target_ticket_id
            return (TicketMerged(ticket_id=ticket_id, into=fitting_id(into) if into else None, at=at),)
        if what not in CHANGES and not what.startswith(SURVEYS):
            return (Nothing(why="What changed in the ticket is nothing we act on."),)
        if what == "comment_added" and body.event.comment is not None and not body.event.comment.is_public:
            return (Nothing(why="It is a private note among colleagues."),)
        return (TicketChanged(ticket_id=ticket_id),)

    def account(self, body: bytes) -> str | None:
        """Zendesk's number of the account."""
        try:
            return _ADDRESSED.validate_json(body).account_id
        except ValidationError:
            return None

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """A new ticket."""
        stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        body = json.dumps(
            {
                "type": f"{TICKET_EVENT}created",
                "id": f"signalbox-test-{ticket_id}-{stamp}",
                "account_id": TEST_ACCOUNT,
                "time": stamp,
                "subject": f"zen:ticket:{ticket_id}",
                "zendesk_event_version": "2022-11-06",
                "detail": {"id": ticket_id, "subject": TEST_TEXT, "description": TEST_TEXT, "status": "NEW"},
                "event": {},
            }
        ).encode()
        signature = _signature(signing_secrets(secrets)[0], stamp, body)
        return Delivery({SIGNATURE.lower(): signature, TIMESTAMP.lower(): stamp}, body, at)


def _signed_bytes(stamp: str, body: bytes) -> bytes:
    return stamp.encode(errors="replace") + body


def _signature(secret: str, stamp: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), _signed_bytes(stamp, body), "sha256")).decode()


def _moment(stamp: str) -> datetime:
    try:
        said = datetime.fromisoformat(stamp)
    except ValueError:
        said = None
    if said is None or said.tzinfo is None:
        raise SignatureRefused(f"{TIMESTAMP} is not a time with its zone, such as 2026-11-18T09:30:00Z.")
    return said


def _event_id(body: bytes) -> str | None:
    """None where the body has none: it is not one of Zendesk's own events, and parsing will say so."""
    try:
        return fitting_id(_SIGNED.validate_json(body).id)
    except ValidationError:
        return None
