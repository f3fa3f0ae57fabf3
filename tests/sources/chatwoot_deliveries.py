"""What Chatwoot delivers, and how its own source signs it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

from pydantic import JsonValue, SecretStr

from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import SourceEvent
from integrations.sources.chatwoot import ChatwootBotSource, ChatwootSource
from integrations.sources.protocol import Delivery

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source(tenant="acme", name="chat", kind=SourceKind.CHATWOOT, url="https://chat.example.com", account="7")
SECRETS = SourceSecrets(signing=(SecretStr("new"), SecretStr("old")))
CHATWOOT = ChatwootSource()
BOT = ChatwootBotSource()
CONTACT: dict[str, JsonValue] = {"id": 31, "name": "Ada Byron", "email": "ada@example.com", "account": {"id": 7}}
AGENT: dict[str, JsonValue] = {"id": 2, "name": "Bo", "email": "bo@example.com", "type": "user"}


def conversation(**more: JsonValue) -> dict[str, JsonValue]:
    """A conversation as deliveries show it, changed as told."""
    return {
        "id": 42,
        "channel": "Channel::WebWidget",
        "status": "open",
        "meta": {"sender": {**CONTACT, "type": "contact"}, "hmac_verified": False},
        "messages": [{"id": 900, "account_id": 7}],
        "additional_attributes": {"browser": {"browser_language": "de_at"}},
        "updated_at": AT.timestamp(),
        "last_activity_at": int(AT.timestamp()),
        **more,
    }


def message(**more: JsonValue) -> dict[str, JsonValue]:
    """A customer's message, changed as told."""
    return {
        "event": "message_created",
        "id": 900,
        "content": "Where is order W10400?",
        "content_type": "text",
        "content_attributes": {},
        "message_type": "incoming",
        "private": False,
        "created_at": "2026-11-21T11:59:58.123Z",
        "account": {"id": 7, "name": "Acme"},
        "sender": CONTACT,
        "conversation": conversation(),
        "a_field_of_tomorrow": {"x": 1},
        **more,
    }


def signed(body: bytes, key: str = "new", at: datetime = AT, arrived: datetime = AT) -> Delivery:
    """As Chatwoot's own source signs."""
    seconds = str(int(at.timestamp()))
    mac = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-chatwoot-signature": f"sha256={mac}", "x-chatwoot-timestamp": seconds, "x-chatwoot-delivery": "d1"}
    return Delivery(headers=headers, body=body, at=arrived)


def said(value: JsonValue) -> SourceEvent:
    """The one thing we read in a delivery."""
    (event,) = CHATWOOT.parse(signed(json.dumps(value).encode()), SOURCE)
    return event
