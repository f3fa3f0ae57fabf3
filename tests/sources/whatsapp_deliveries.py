"""What Meta delivers of WhatsApp, and how it signs it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

from pydantic import JsonValue, SecretStr

from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import CustomerWrote, SourceEvent
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import WhatsAppSource

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source(tenant="acme", name="phone", kind=SourceKind.WHATSAPP, account="106540352242922")
SECRETS = SourceSecrets(signing=(SecretStr("new"), SecretStr("old")), handshake=SecretStr("open-sesame"))
WHATSAPP = WhatsAppSource()
ADA = "4915112345678"
WAMID = "wamid.HBgNNDkxNTExMjM0NTY3OBUCABIYFjNFQjA+/A=="


def text(body: str = "Where is my order?", **more: JsonValue) -> dict[str, JsonValue]:
    """A message in words."""
    seconds = str(int(AT.timestamp()))
    return {"from": ADA, "id": WAMID, "timestamp": seconds, "type": "text", "text": {"body": body}, **more}


def of_kind(kind: str, content: JsonValue) -> dict[str, JsonValue]:
    """A message of another kind."""
    return {"from": ADA, "id": WAMID, "timestamp": str(int(AT.timestamp())), "type": kind, kind: content}


def status(word: str, **more: JsonValue) -> dict[str, JsonValue]:
    """What became of a message of ours."""
    seconds = str(int(AT.timestamp()))
    return {"id": "wamid.ours==", "status": word, "timestamp": seconds, "recipient_id": ADA, **more}


def change(**value: JsonValue) -> dict[str, JsonValue]:
    """One part of a delivery."""
    return {
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
            "contacts": [{"wa_id": ADA, "profile": {"name": "Ada Byron"}}],
            **value,
        },
    }


def body_of(*changes: JsonValue) -> bytes:
    """A whole delivery."""
    entry: JsonValue = {"id": "102290129340398", "changes": list(changes), "time": 1}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry], "tomorrow": 1}).encode()


def signed(body: bytes, key: str = "new") -> Delivery:
    """As Meta documents it."""
    mac = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return Delivery({"x-hub-signature-256": f"sha256={mac}"}, body, AT)


def told(*changes: JsonValue) -> tuple[SourceEvent, ...]:
    """All that we read in a delivery."""
    return WHATSAPP.parse(signed(body_of(*changes)), SOURCE)


def written(message: JsonValue) -> CustomerWrote:
    """What we read in one message."""
    (event,) = told(change(messages=[message]))
    assert isinstance(event, CustomerWrote)
    return event
