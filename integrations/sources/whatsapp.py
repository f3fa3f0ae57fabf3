"""What the WhatsApp Cloud API sends: customers' messages, and what became of ours.

The body is signed, and no time: ids of messages tell what is old. Whatever is not answered with 200 is sent again for
days, and holds up what follows.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from cases.errors import InvalidDelivery, SignatureRefused
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import (
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    ReplyDelivered,
    ReplyUndelivered,
    SourceEvent,
    Unreadable,
)
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import WHOLE, fitting_id, read_body
from integrations.sources.signed import header_of, refuse_unless_signed, signing_secrets
from integrations.sources.whatsapp_shapes import EDIT, NO_NEWS, REVOKE, Fate, Metadata, Sent, Value

Part = TypeVar("Part")

SIGNATURE = "X-Hub-Signature-256"
MESSAGES = "messages"
"""The field of a change that is about messages; there are others, for templates and accounts."""

ARRIVED = frozenset({"sent", "delivered", "read"})
MAXIMUM_CHALLENGE = 200


class _Change(Record):
    field: str | None = None
    value: JsonValue = None


class _Entry(Record):
    changes: tuple[_Change, ...] = ()


class _Body(Record):
    entry: tuple[_Entry, ...]


class _Number(Record):
    metadata: Metadata


_BODY = TypeAdapter(_Body)
_VALUE = TypeAdapter(Value)
_SENT = TypeAdapter(Sent)
_FATE = TypeAdapter(Fate)
_NUMBER = TypeAdapter(_Number)


def handshake(query: Mapping[str, str], secrets: SourceSecrets) -> str:
    """What to answer when WhatsApp asks, by GET, whether an address is ours. Raises SignatureRefused."""
    word = secrets.handshake.get_secret_value()
    if not word:
        raise SignatureRefused("No handshake word is set for this source. Set the one you enter with the address.")
    if query.get("hub.mode") != "subscribe":
        raise SignatureRefused("hub.mode is not subscribe. This address takes WhatsApp's webhooks and no visitors.")
    if not hmac.compare_digest(query.get("hub.verify_token", "").encode(errors="replace"), word.encode()):
        raise SignatureRefused(
            "hub.verify_token is not the handshake word of this source. Enter the same on both sides."
        )
    challenge = query.get("hub.challenge", "")
    if not (challenge.isascii() and challenge.isalnum() and len(challenge) <= MAXIMUM_CHALLENGE):
        raise SignatureRefused("hub.challenge is missing, or no plain word. WhatsApp sends digits.")
    return challenge


class WhatsAppSource:
    """The webhook of an app, for one of its numbers."""

    acknowledgement = Acknowledgement(unreadable=HTTPStatus.OK)

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """As `SourceAdapter` says: the SHA-256 of the body."""
        known = signing_secrets(secrets)
        given = header_of(delivery, SIGNATURE)
        refuse_unless_signed(SIGNATURE, [given], [_signature(secret, delivery.body) for secret in known])
        return hashlib.sha256(delivery.body).hexdigest()

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """As `SourceAdapter` says. Several messages may come at once, and one that is unreadable hides no other."""
        body = read_body(_BODY, delivery.body)
        events = [
            event
            for place, entry in enumerate(body.entry)
            for number, change in enumerate(entry.changes)
            for event in _events(change, f"entry.{place}.changes.{number}.value", source)
        ]
        return tuple(events) or (Nothing(why="WhatsApp told of nothing that happened."),)

    def account(self, body: bytes) -> str | None:
        """The id of the number that it is about."""
        try:
            changes = [change for entry in _BODY.validate_json(body).entry for change in entry.changes]
        except ValidationError:
            return None
        return next((number for change in changes if (number := _number(change))), None)

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """As `SourceAdapter` says; `ticket_id` is the customer's number, and the ticket's id a hash of it."""
        message = {
            "from": ticket_id,
            "id": f"wamid.test-{ticket_id}",
            "timestamp": str(int(at.timestamp())),
            "type": "text",
            "text": {"body": "This is a test: does a message from WhatsApp become a case?"},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "0", "phone_number_id": source.account},
            "contacts": [{"wa_id": ticket_id, "profile": {"name": "Signalbox Test"}}],
            "messages": [message],
        }
        change = {"field": MESSAGES, "value": value}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": [change]}]}).encode()
        signature = _signature(signing_secrets(secrets)[0], body)
        return Delivery({"content-type": "application/json", SIGNATURE.lower(): signature}, body, at)


def _signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _number(change: _Change) -> str | None:
    try:
        return _NUMBER.validate_python(change.value).metadata.phone_number_id
    except ValidationError:
        return None


def _events(change: _Change, place: str, source: Source) -> tuple[SourceEvent, ...]:
    if change.field != MESSAGES:
        return (
            Nothing(why=f"WhatsApp told of {(change.field or 'something else')[:60]!r}, which is about no message."),
        )
    try:
        value = _read(_VALUE, change.value, place)
    except InvalidDelivery as error:
        return (Unreadable(why=str(error)),)
    number = value.metadata.phone_number_id
    if number != source.account:
        return (
            Unreadable(
                why=f"{place} is about the number {number[:60]!r}, which no source at this address has. "
                "Register the number as a source of its own, or take it out of the app."
            ),
        )
    return (
        *(_written(value, said, f"{place}.messages.{at}", source) for at, said in enumerate(value.messages)),
        *(_fate(said, f"{place}.statuses.{at}") for at, said in enumerate(value.statuses)),
    )


def _read(shape: TypeAdapter[Part], said: JsonValue, place: str) -> Part:
    """A part of a delivery. Raises InvalidDelivery, which names the field with the place where the part stands."""
    try:
        return read_body(shape, json.dumps(said).encode())
    except InvalidDelivery as error:
        field = place if error.field == WHOLE else f"{place}.{error.field}"
        raise InvalidDelivery(field, error.problem, error.way_out) from error


def _written(value: Value, said: JsonValue, place: str, source: Source) -> SourceEvent:
    try:
        sent = _read(_SENT, said, place)
    except InvalidDelivery as error:
        return Unreadable(why=str(error))
    if sent.type in NO_NEWS:
        return Nothing(why=f"The customer sent a {sent.type}, which says nothing.")
    if sent.type in (EDIT, REVOKE):
        return _changed(value, sent, place, source)
    message = sent.as_message(source)
    return CustomerWrote(ticket=value.as_ticket(source, sent, message), message=message)


def _changed(value: Value, sent: Sent, place: str, source: Source) -> SourceEvent:
    """An earlier message was edited or taken back."""
    ticket_id = value.ticket_id(source, sent)
    if sent.revoke is not None:
        gone = fitting_id(sent.revoke.original_message_id)
        return MessageDeleted(ticket_id=ticket_id, message_id=gone, at=sent.timestamp)
    if sent.edit is None:
        return Unreadable(why=f"{place}.{sent.type} is missing, so nobody knows which message it is about.")
    original: JsonValue = {
        **sent.edit.message,
        "from": sent.from_,
        "id": sent.edit.original_message_id,
        "timestamp": str(int(sent.timestamp.timestamp())),
    }
    try:
        now = _read(_SENT, original, f"{place}.edit.message")
    except InvalidDelivery as error:
        return Unreadable(why=str(error))
    return MessageEdited(ticket_id=ticket_id, message=now.as_message(source), at=sent.timestamp)


def _fate(said: JsonValue, place: str) -> SourceEvent:
    try:
        return _became(_read(_FATE, said, place))
    except InvalidDelivery as error:
        return Unreadable(why=str(error))


def _became(fate: Fate) -> SourceEvent:
    reference = fate.biz_opaque_callback_data or None
    if fate.status in ARRIVED:
        return ReplyDelivered(message_id=fate.id, reference=reference)
    if fate.status == "failed":
        why = "; ".join(problem.words for problem in fate.errors) or "WhatsApp does not say why"
        return ReplyUndelivered(message_id=fate.id, reference=reference, why=why)
    return Nothing(why=f"A message of ours is {fate.status[:60]!r} now.")
