"""What Chatwoot sends: the webhook of an account, and that of an agent bot.

Both sign `{timestamp}.{body}`. An account's webhook is never sent again; an agent bot's is sent three times, and only
after 429 or 500; then Chatwoot opens the conversation for people. Each try is signed anew, so the body alone tells that
it is the same delivery: Chatwoot's own id of it is not signed.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from pydantic import TypeAdapter, ValidationError

from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import (
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    Removal,
    SourceEvent,
    TicketChanged,
    TicketRemoved,
    TicketReopened,
    TicketSolved,
)
from integrations.sources.chatwoot_shapes import PENDING, Number, Talk, Words
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import read_body
from integrations.sources.signed import (
    header_of,
    moment_of,
    refuse_unless_recent,
    refuse_unless_signed,
    signing_secrets,
)

SIGNATURE = "X-Chatwoot-Signature"
TIMESTAMP = "X-Chatwoot-Timestamp"

CONTACT = frozenset({"contact_id", "contact_inbox_id"})
"""The attributes of a conversation that say whose it is."""


class _Account(Record):
    id: Number


class _OfAccount(Record):
    account_id: Number | None = None


class _Event(Record):
    event: str
    account: _Account | None = None
    account_id: Number | None = None
    messages: tuple[_OfAccount, ...] = ()


class _Said(Words):
    conversation: Talk


class _Change(Record):
    previous_value: object = None


class _Moved(Talk):
    changed_attributes: tuple[dict[str, _Change], ...] | None = None

    @property
    def status_before(self) -> object:
        changes = [change["status"] for change in self.changed_attributes or () if "status" in change]
        return changes[0].previous_value if changes else None


_EVENT = TypeAdapter(_Event)
_SAID = TypeAdapter(_Said)
_MOVED = TypeAdapter(_Moved)


class ChatwootSource:
    """The webhook of an account."""

    acknowledgement = Acknowledgement()

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """As `SourceAdapter` says: the SHA-256 of the body."""
        known = signing_secrets(secrets)
        given = header_of(delivery, SIGNATURE)
        seconds = header_of(delivery, TIMESTAMP)
        signed_at = moment_of(TIMESTAMP, seconds)
        refuse_unless_signed(SIGNATURE, [given], [_signature(secret, seconds, delivery.body) for secret in known])
        refuse_unless_recent(TIMESTAMP, signed_at, delivery.at)
        return hashlib.sha256(delivery.body).hexdigest()

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """As `SourceAdapter` says."""
        event = read_body(_EVENT, delivery.body).event
        match event:
            case "message_created":
                return (self._written(read_body(_SAID, delivery.body), source),)
            case "message_updated":
                return (_updated(read_body(_SAID, delivery.body), delivery.at),)
            case "conversation_updated":
                return (_changed(read_body(_MOVED, delivery.body)),)
            case "conversation_deleted":
                gone = read_body(_MOVED, delivery.body)
                return (TicketRemoved(ticket_id=gone.id, how=Removal.DELETED, at=delivery.at),)
            case "conversation_status_changed" | "conversation_resolved" | "conversation_opened":
                return (_moved(read_body(_MOVED, delivery.body), delivery.at),)
            case _:
                return (Nothing(why=f"Chatwoot's event {event[:60]!r} says nothing of a case."),)

    def account(self, body: bytes) -> str | None:
        """The account's number. Events of a conversation only say it of their messages."""
        try:
            event = _EVENT.validate_json(body)
        except ValidationError:
            return None
        if event.account is not None:
            return event.account.id
        named = (event.account_id, *(message.account_id for message in event.messages))
        return next((account for account in named if account is not None), None)

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """As `SourceAdapter` says."""
        body = json.dumps(_test_event(source, ticket_id, at)).encode()
        seconds = str(int(at.timestamp()))
        headers = {
            "content-type": "application/json",
            SIGNATURE.lower(): _signature(signing_secrets(secrets)[0], seconds, body),
            TIMESTAMP.lower(): seconds,
        }
        return Delivery(headers=headers, body=body, at=at)

    def _written(self, said: _Said, source: Source) -> SourceEvent:
        if not said.is_public:
            return Nothing(why="A private note, or something Chatwoot wrote itself.")
        if said.message_type == "incoming":
            return self._written_by_the_customer(said, source)
        if said.by_an_agent:
            return AgentWrote(ticket_id=said.conversation.id, reply=said.as_reply())
        return Nothing(why="A bot or a rule of Chatwoot wrote it, and no person.")

    def _written_by_the_customer(self, said: _Said, source: Source) -> SourceEvent:
        message = said.as_message()
        return CustomerWrote(ticket=said.conversation.as_ticket(source, (message,), said.mail_subject), message=message)


class ChatwootBotSource(ChatwootSource):
    """The webhook of an agent bot: a conversation is its own while it is pending, and people's once it is not.

    A 503 would not be tried again.
    """

    acknowledgement = Acknowledgement(later=HTTPStatus.INTERNAL_SERVER_ERROR, retry_after_seconds=None)

    def _written_by_the_customer(self, said: _Said, source: Source) -> SourceEvent:
        # Chatwoot tells a bot of every message in its inbox, whoever answers there.
        if said.conversation.status not in (None, PENDING):
            return Nothing(why="People have this conversation.")
        return super()._written_by_the_customer(said, source)


def _signature(secret: str, seconds: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def _updated(said: _Said, at: datetime) -> SourceEvent:
    """A message was changed. Chatwoot says so of each mark of a survey, of each receipt, and of each deletion."""
    if said.message_type != "incoming" or said.private:
        return _rated(said, at)
    if said.is_deleted:
        return MessageDeleted(ticket_id=said.conversation.id, message_id=said.id, at=at)
    if said.updated_at is None:
        # Without a time, an old text that comes late could not be told from a new one: the conversation can.
        return TicketChanged(ticket_id=said.conversation.id)
    return MessageEdited(ticket_id=said.conversation.id, message=said.as_message(), at=said.updated_at)


def _rated(said: _Said, at: datetime) -> SourceEvent:
    satisfaction = said.as_satisfaction(at)
    if satisfaction is None:
        return Nothing(why="A message was changed, and it is no answer to a survey.")
    return CustomerRated(ticket_id=said.conversation.id, satisfaction=satisfaction)


def _changed(talk: _Moved) -> SourceEvent:
    """Of all that may change in a conversation, labels of ours among it, we act on whose it is."""
    changed = {name for change in talk.changed_attributes or () for name in change}
    if changed & CONTACT:
        return TicketChanged(ticket_id=talk.id)
    return Nothing(why="What changed in the conversation is nothing we act on.")


def _moved(talk: _Moved, at: datetime) -> SourceEvent:
    moment = talk.changed_at or at
    if talk.status == "resolved":
        return TicketSolved(ticket_id=talk.id, at=moment)
    if talk.status != "open":
        return Nothing(why="A conversation waits, and is neither solved nor open.")
    if talk.changed_attributes is None:
        # An agent bot is not told what it was before: opened may mean opened again, or handed to people.
        return TicketChanged(ticket_id=talk.id)
    if talk.status_before == "resolved":
        return TicketReopened(ticket_id=talk.id, at=moment)
    return Nothing(why="A conversation was opened that was not solved.")


def _test_event(source: Source, ticket_id: str, at: datetime) -> Mapping[str, object]:
    contact = {"id": 1, "name": "Signalbox Test", "email": "test@example.com", "type": "contact"}
    return {
        "event": "message_created",
        "id": int(at.timestamp()),
        "content": "This is a test: does a message from Chatwoot become a case?",
        "content_type": "text",
        "message_type": "incoming",
        "private": False,
        "created_at": at.isoformat(),
        "account": {"id": source.account, "name": source.tenant},
        "sender": contact,
        "conversation": {
            "id": ticket_id,
            "status": PENDING,
            "channel": "Channel::WebWidget",
            "meta": {"sender": contact, "hmac_verified": False},
        },
    }
