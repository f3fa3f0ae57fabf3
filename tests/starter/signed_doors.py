"""The doors of signed sources as an OpenAPI document can have them: what each sender sends, and how it signs it.

The document itself leaves both to the sender. Bodies are those of the senders' own documentation, as far as we read
them; signatures are made here step by step, and for the Standard Webhooks by Svix's own implementation.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue, SecretStr, TypeAdapter
from svix.webhooks import Webhook

from cases.source import Source, SourceKind, SourceSecrets
from integrations.sources.standard_shapes import (
    AgentReplied,
    MessageCreated,
    MessageIsAnother,
    MessageIsGone,
    RequesterIsAnother,
    TicketCreated,
    TicketMoved,
    TicketRated,
    TicketWasMerged,
)
from starter.sources.registering import new_signing_secret

DOOR = "/sources/{tenant}/{name}"
SIGNED_KINDS = (SourceKind.STANDARD, SourceKind.ZENDESK, SourceKind.CHATWOOT, SourceKind.ZAMMAD)
ACCOUNT = "7"

Json = dict[str, Any]
Sign = Callable[[bytes], Mapping[str, str]]

SECRETS = {kind: SourceSecrets(signing=(new_signing_secret(kind),), token=SecretStr("t")) for kind in SIGNED_KINDS}
SOURCES = {
    kind: Source(
        tenant="fuzzed",
        name=kind.value,
        kind=kind,
        url="https://helpdesk.example.com",
        account=ACCOUNT,
        user="bot@example.com",
    )
    for kind in SIGNED_KINDS
}


def path_of(kind: SourceKind) -> str:
    return f"/sources/{SOURCES[kind].tenant}/{SOURCES[kind].name}"


def with_signed_doors(document: Json) -> Json:
    """An OpenAPI document in which each source has its own path, with the bodies its sender sends."""
    told = deepcopy(document)
    for kind, body in BODIES.items():
        door = deepcopy(told["paths"][DOOR]["post"])
        door.update(
            parameters=[],
            operationId=f"deliver_{kind.name}",
            requestBody={"required": True, "content": {"application/json": {"schema": body}}},
        )
        told["paths"][path_of(kind)] = {"post": door}
    return told


def signer(kind: SourceKind, secret: str | None = None) -> Sign:
    """Signs a body now as the kind's sender would, or with another secret."""
    key = secret or SECRETS[kind].signing[0].get_secret_value()
    return {
        SourceKind.STANDARD: _standard,
        SourceKind.ZENDESK: _zendesk,
        SourceKind.CHATWOOT: _chatwoot,
        SourceKind.ZAMMAD: _zammad,
    }[kind](key)


def _standard(key: str) -> Sign:
    def sign(body: bytes) -> Mapping[str, str]:
        now, delivery = datetime.now(UTC), hashlib.sha256(body).hexdigest()
        # Svix signs text alone; a body that is none is signed as one that was garbled on the way, and is refused.
        signature = Webhook(key).sign(delivery, now, body.decode(errors="replace"))
        return {
            "webhook-id": delivery,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }

    return sign


def _zendesk(key: str) -> Sign:
    def sign(body: bytes) -> Mapping[str, str]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signature = base64.b64encode(hmac.new(key.encode(), now.encode() + body, hashlib.sha256).digest())
        return {
            "x-zendesk-webhook-signature": signature.decode(),
            "x-zendesk-webhook-signature-timestamp": now,
        }

    return sign


def _chatwoot(key: str) -> Sign:
    def sign(body: bytes) -> Mapping[str, str]:
        now = str(int(datetime.now(UTC).timestamp()))
        signature = hmac.new(key.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return {"x-chatwoot-signature": f"sha256={signature}", "x-chatwoot-timestamp": now}

    return sign


def _zammad(key: str) -> Sign:
    def sign(body: bytes) -> Mapping[str, str]:
        return {"x-hub-signature": f"sha1={hmac.new(key.encode(), body, hashlib.sha1).hexdigest()}"}

    return sign


def _object(required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": required.split()}


def _one_of(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


TEXT: Json = {"type": "string"}
YES_OR_NO: Json = {"type": "boolean"}
NUMBER: Json = {"type": "integer", "minimum": 1, "maximum": 99}
MOMENT: Json = {"type": "string", "format": "date-time"}
PERSON = _object("id type", id=NUMBER, name=TEXT, email={"type": "string"}, type=_one_of("contact", "user"))


def _shape(kind: type, *names: str) -> Json:
    """One of our own bodies; its types by what they are made of, as the document has no place for them."""
    schema = TypeAdapter[Any](kind).json_schema()
    types = schema.pop("$defs", {})
    schema["properties"]["type"] = _one_of(*names)
    return {name: _without_names(part, types) for name, part in schema.items()}


def _without_names(part: JsonValue, types: Json) -> JsonValue:
    match part:
        case {"$ref": str() as reference}:
            return _without_names(types[reference.rpartition("/")[2]], types)
        case dict():
            return {name: _without_names(inner, types) for name, inner in part.items()}
        case list():
            return [_without_names(inner, types) for inner in part]
        case _:
            return part


BODIES: dict[SourceKind, Json] = {
    SourceKind.STANDARD: {
        "anyOf": [
            _shape(TicketCreated, "ticket.created"),
            _shape(MessageCreated, "message.created"),
            _shape(AgentReplied, "agent.replied"),
            _shape(TicketMoved, "ticket.solved", "ticket.reopened", "ticket.deleted", "ticket.spam"),
            _shape(RequesterIsAnother, "ticket.requester_changed"),
            _shape(TicketWasMerged, "ticket.merged"),
            _shape(MessageIsAnother, "message.edited"),
            _shape(MessageIsGone, "message.deleted"),
            _shape(TicketRated, "ticket.rated"),
        ]
    },
    SourceKind.ZENDESK: _object(
        "type id account_id detail",
        type=_one_of(
            *(f"zen:event-type:{of}" for of in ("ticket.created", "ticket.comment_added", "ticket.status_changed")),
            "zen:event-type:user.created",
        ),
        id=TEXT,
        account_id=NUMBER,
        detail=_object("id", id={"type": "string", "pattern": "^[0-9]{1,3}$"}, subject=TEXT, status=TEXT),
        event=_object("", comment=_object("id is_public", id=TEXT, body=TEXT, is_public=YES_OR_NO)),
    ),
    SourceKind.CHATWOOT: _object(
        "event id account conversation message_type private content created_at sender",
        event=_one_of("message_created", "conversation_created", "conversation_status_changed"),
        id=NUMBER,
        account=_object("id", id={"type": "integer", "enum": [int(ACCOUNT)]}),
        conversation=_object("id", id=NUMBER, status=_one_of("open", "resolved", "pending")),
        message_type=_one_of("incoming", "outgoing", "template"),
        private=YES_OR_NO,
        content=TEXT,
        created_at=MOMENT,
        sender=PERSON,
    ),
    SourceKind.ZAMMAD: _object(
        "ticket article",
        ticket=_object("id", id=NUMBER, title=TEXT, state=_one_of("new", "open", "closed")),
        article=_object("id", id=NUMBER, body=TEXT, sender=_one_of("Customer", "Agent"), internal=YES_OR_NO),
    ),
}
"""What is sent, by who sends it."""
