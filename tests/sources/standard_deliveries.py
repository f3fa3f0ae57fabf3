"""What a sender of the Standard Webhooks delivers, and how it signs it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

from pydantic import JsonValue, SecretStr

from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import SourceEvent
from integrations.sources.protocol import Delivery
from integrations.sources.standard_webhooks import StandardWebhooksSource

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NEW = "whsec_" + base64.b64encode(b"the newer of the two secrets").decode()
OLD = "whsec_" + base64.b64encode(b"the older of the two secrets").decode()
SECRETS = SourceSecrets(signing=(SecretStr(NEW), SecretStr(OLD)))
SOURCE = Source(tenant="acme", name="desk", kind=SourceKind.STANDARD, url="https://desk.example.com/hook")
STANDARD = StandardWebhooksSource()
GERMANY = timezone(timedelta(hours=1))


def by_hand(key: str, delivery_id: str, seconds: int, body: bytes) -> str:
    """As the specification words it."""
    content = f"{delivery_id}.{seconds}.".encode() + body
    raw = base64.b64decode(key.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(raw, content, hashlib.sha256).digest()).decode()


def signed(body: bytes, key: str = NEW, at: datetime = AT, arrived: datetime | None = None) -> Delivery:
    """A delivery that came when it was signed, unless said when."""
    seconds = int(at.timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(seconds),
        "webhook-signature": by_hand(key, "msg_1", seconds, body),
    }
    return Delivery(headers=headers, body=body, at=arrived or at)


def said(value: JsonValue) -> SourceEvent:
    """The one thing we read in a delivery."""
    (event,) = STANDARD.parse(signed(json.dumps(value).encode()), SOURCE)
    return event


def of_type(kind: str, data: JsonValue) -> dict[str, JsonValue]:
    """A body of this type."""
    return {"type": kind, "timestamp": "2026-11-21T12:00:00Z", "data": data}


def ticket(**more: JsonValue) -> dict[str, JsonValue]:
    """A new ticket with one message, changed as told."""
    message: JsonValue = {"id": "m-1", "text": "Hello?", "sent_at": "2026-11-21T12:00:00Z"}
    return of_type("ticket.created", {"id": "T-1", "messages": [message], **more})
