"""What a shop's own helpdesk delivers by the Standard Webhooks, and how it signs it."""

import json
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr
from svix.webhooks import Webhook

from cases.source import Source, SourceKind
from starter.sources.registering import new_signing_secret

OLD = new_signing_secret(SourceKind.STANDARD)
NEW = new_signing_secret(SourceKind.STANDARD)
SHOP = Source(tenant="acme", name="shop", kind=SourceKind.STANDARD, url="https://shop.example.com/hooks")
DOOR = "/sources/acme/shop"


def signed(body: bytes, delivery: str, secret: SecretStr = NEW, at: datetime | None = None) -> dict[str, str]:
    """The headers of a delivery, by Svix's own implementation of the specification."""
    moment = at or datetime.now(UTC)
    signature = Webhook(secret.get_secret_value()).sign(delivery, moment, body.decode())
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def a_new_ticket(number: str, text: str = "How long can I return things?") -> bytes:
    """A ticket with its first message."""
    now = datetime.now(UTC).isoformat()
    message = {"id": f"{number}-1", "text": text, "sent_at": now}
    data = {"id": number, "subject": "", "customer": {"email": "ada@example.com"}, "messages": [message]}
    return json.dumps({"type": "ticket.created", "timestamp": now, "data": data}).encode()


def about(kind: str, **data: object) -> bytes:
    """What else is told of a ticket."""
    return json.dumps({"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data}).encode()


def send(
    door: httpx.Client, body: bytes, delivery: str, secret: SecretStr = NEW, at: datetime | None = None
) -> httpx.Response:
    """Deliver it, signed."""
    return door.post(DOOR, content=body, headers=signed(body, delivery, secret, at))
