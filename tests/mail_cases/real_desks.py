"""Stories in a real helpdesk: its fake server, the deliveries it signs, and what stands in it for the customer."""

import base64
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import JsonValue, SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.source import Source, SourceKind, SourceSecrets
from tests.helpdesks import fake_chatwoot, fake_whatsapp, fake_zammad, fake_zendesk
from tests.helpdesks.fake_server import FakeServer
from tests.mail_cases.story import NAMES, Opening, Words

Json = dict[str, JsonValue]

SIGNING = "the-secret-of-the-webhook"
FIRST, SECOND = 11, 12
"""The numbers of the story's tickets."""


class Sent(NamedTuple):
    """A delivery as it goes out."""

    headers: Mapping[str, str]
    body: bytes


class Renamed:
    """A fake server whose one customer is somebody else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.names: dict[bytes, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back under the other name."""
        head: Message = {}

        async def renamed(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
                return
            body: bytes = message.get("body", b"")
            for old, new in self.names.items():
                body = body.replace(old, new)
            kept = [(name, value) for name, value in head["headers"] if name.lower() != b"content-length"]
            await send({**head, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
            await send({**message, "body": body})

        await self._app(scope, receive, renamed)


class RealDesk(ABC):
    """One helpdesk with the tickets of one story."""

    kind: SourceKind

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.app = Renamed(self.server.app())
        self.app.names.update(self.named(opening))

    @property
    @abstractmethod
    def server(self) -> FakeServer:
        """The fake itself."""

    @property
    @abstractmethod
    def secrets(self) -> SourceSecrets:
        """What lets us in, and what its deliveries are signed with."""

    @abstractmethod
    def named(self, opening: Opening) -> dict[bytes, bytes]:
        """What the fake calls its customer, and what this one is called."""

    @abstractmethod
    def write(self, number: int, words: Words, text: str) -> Sent:
        """The customer writes into a ticket, which is opened by it; the delivery that tells of it."""

    @abstractmethod
    def texts(self, number: int) -> list[str]:
        """What we have written for the customer."""

    def happens(self, what: str, requester: str | None) -> list[Sent]:
        """Somebody does something to the first ticket; the deliveries that tell of it."""
        raise NotImplementedError(f"{self.kind} knows nothing of {what} ({requester})")

    def source(self, name: str, address: str) -> Source:
        """It as a registered source."""
        return Source(
            tenant="acme",
            name=name,
            kind=self.kind,
            url=address,
            account=fake_chatwoot.ACCOUNT if self.kind is SourceKind.CHATWOOT else None,
            user=fake_zendesk.USER if self.kind is SourceKind.ZENDESK else None,
        )


class ZammadDesk(RealDesk):
    """Zammad: a delivery is a word to read the ticket."""

    kind = SourceKind.ZAMMAD

    def __init__(self, opening: Opening) -> None:
        self.fake = fake_zammad.FakeZammad()
        super().__init__(opening)

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return SourceSecrets(signing=(SecretStr(SIGNING),), token=SecretStr(fake_zammad.TOKEN))

    def named(self, opening: Opening) -> dict[bytes, bytes]:
        first, _, last = opening.customer_name.partition(" ")
        return {
            b"Ada Byron": opening.customer_name.encode(),
            b'"Ada"': _quoted(first),
            b'"Byron"': _quoted(last),
            b"ada@example.com": opening.from_.encode(),
            b'"de-de"': _quoted(opening.locale or "en-us"),
        }

    def write(self, number: int, words: Words, text: str) -> Sent:
        ticket = self.fake.tickets.get(number) or self.fake.open(number)
        ticket.title = self.opening.subject or ticket.title
        files = tuple(
            {"id": 70 + place, "filename": file.name, "size": file.size_bytes, "preferences": {"Content-Type": file.media_type}}
            for place, file in enumerate(words.files)
        )
        self.fake.add_article(
            ticket,
            words.html or text,
            "Customer",
            content_type="text/html" if words.html else "text/plain",
            preferences={"is-auto-response": True, "send-auto-response": False} if words.auto_reply else None,
            files=files,
        )
        return self._told(number)

    def texts(self, number: int) -> list[str]:
        ticket = self.fake.tickets.get(number)
        articles = ticket.articles if ticket else []
        return [str(article["body"]) for article in articles if article["sender"] == "Agent" and not article["internal"]]

    def happens(self, what: str, requester: str | None) -> list[Sent]:
        first = self.fake.tickets[FIRST]
        match what:
            case "merge_into_second":
                second = self.fake.tickets[SECOND]
                second.articles += [{**article, "ticket_id": SECOND} for article in first.articles]
                second.articles.sort(key=lambda article: int(str(article["id"])))
                first.articles.clear()
                first.state = "merged"
                self.fake.add_article(first, "merged", "System", kind="note", internal=True)
                return [self._told(FIRST), self._told(SECOND)]
            case "solve":
                first.state = "closed"
            case "new_requester":
                self.app.names.update(self.named(_other(self.opening, requester)))
                self.app.names[b'"customer_id":12,'] = b'"customer_id":77,'
                self.app.names[b'{"id":12,'] = b'{"id":77,'
                self.fake.customer = {**self.fake.customer, "id": 77}
            case _:
                return super().happens(what, requester)
        first.updated_at = self.fake.clock()
        return [self._told(FIRST)]

    def _told(self, number: int) -> Sent:
        stamp = datetime.now(UTC).isoformat()
        body = json.dumps({"ticket": {"id": number, "title": "-", "updated_at": stamp}, "article": {}}).encode()
        return Sent({"x-hub-signature": f"sha1={hmac.digest(SIGNING.encode(), body, 'sha1').hex()}"}, body)


class ZendeskDesk(RealDesk):
    """Zendesk: a delivery is a word to read the ticket."""

    kind = SourceKind.ZENDESK

    def __init__(self, opening: Opening) -> None:
        self.fake = fake_zendesk.FakeZendesk()
        super().__init__(opening)

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return SourceSecrets(signing=(SecretStr(SIGNING),), token=SecretStr(fake_zendesk.TOKEN))

    def named(self, opening: Opening) -> dict[bytes, bytes]:
        return {
            b"Ada Byron": opening.customer_name.encode(),
            b"ada@example.com": opening.from_.encode(),
            b'"locale":"de"': b'"locale":' + _quoted(opening.locale or "en"),
        }

    def write(self, number: int, words: Words, text: str) -> Sent:
        kind = "comment_added" if number in self.fake.tickets else "created"
        ticket = self.fake.tickets.get(number) or self.fake.open(number)
        ticket.subject = self.opening.subject or ticket.subject
        markup = words.html or "<p>" + text.replace("\n", "<br>") + "</p>"
        self.fake.add_comment(ticket, markup, fake_zendesk.CUSTOMER)
        ticket.updated_at = self.fake.clock()
        return self._told(number, kind)

    def texts(self, number: int) -> list[str]:
        ticket = self.fake.tickets.get(number)
        comments = ticket.comments if ticket else []
        return [str(said["body"]) for said in comments if said["author_id"] == fake_zendesk.BOT and said["public"]]

    def happens(self, what: str, requester: str | None) -> list[Sent]:
        ticket = self.fake.tickets[FIRST]
        ticket.updated_at = self.fake.clock()
        match what:
            case "new_requester":
                other = _other(self.opening, requester)
                self.app.names[b'"requester_id":3,'] = b'"requester_id":4,'
                self.app.names[b'"name":"Eve"'] = b'"name":' + _quoted(other.customer_name)
                self.app.names[b"eve@example.com"] = other.from_.encode()
                return [self._told(FIRST, "requester_changed")]
            case "solve":
                ticket.status = "solved"
                return [self._told(FIRST, "status_changed")]
            case _:
                return super().happens(what, requester)

    def _told(self, number: int, kind: str) -> Sent:
        now = datetime.now(UTC)
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {
            "type": f"zen:event-type:ticket.{kind}",
            "id": f"event-{number}-{now.timestamp()}",
            "account_id": 1,
            "time": stamp,
            "subject": f"zen:ticket:{number}",
            "zendesk_event_version": "2022-11-06",
            "detail": {"id": str(number), "status": "OPEN"},
            "event": {},
        }
        body = json.dumps(event).encode()
        signed = hmac.digest(SIGNING.encode(), stamp.encode() + body, "sha256")
        headers = {
            "x-zendesk-webhook-signature": base64.b64encode(signed).decode(),
            "x-zendesk-webhook-signature-timestamp": stamp,
        }
        return Sent(headers, body)


class ChatwootDesk(RealDesk):
    """Chatwoot: a delivery carries the message."""

    kind = SourceKind.CHATWOOT

    def __init__(self, opening: Opening) -> None:
        self.fake = fake_chatwoot.FakeChatwoot()
        self._contact: Json = {"id": 331, "name": opening.customer_name, "email": opening.from_, **opening.contact}
        super().__init__(opening)

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return SourceSecrets(signing=(SecretStr(SIGNING),), token=SecretStr(fake_chatwoot.TOKEN))

    def named(self, opening: Opening) -> dict[bytes, bytes]:
        contact = {"type": "contact", **self._contact}
        verified = {} if opening.signed_in else {b'"hmac_verified":true': b'"hmac_verified":false'}
        channel = b"Channel::Email" if opening.channel == "email" else b"Channel::WebWidget"
        return {
            _json(fake_chatwoot.CONTACT): _json(contact),
            b"Channel::WebWidget": channel,
            b'"browser_language":"de"': b'"browser_language":' + _quoted(opening.locale or "en"),
            **verified,
        }

    def write(self, number: int, words: Words, text: str) -> Sent:
        talk = self.fake.talks.get(str(number)) or self.fake.open(number)
        message = self.fake.say(talk, text)
        mail: Json = {"subject": self.opening.subject, "auto_reply": words.auto_reply}
        message["content_attributes"] = {"email": mail} if self.opening.channel == "email" else {}
        message["attachments"] = [
            {"id": 80 + place, "file_type": "file", "data_url": f"https://files.example/{file.name}", "file_size": file.size_bytes}
            for place, file in enumerate(words.files)
        ]
        return self._told("message_created", message)

    def texts(self, number: int) -> list[str]:
        talk = self.fake.talks.get(str(number))
        outgoing = fake_chatwoot.NUMBERS["outgoing"]
        messages = talk.messages if talk else []
        return [str(said["content"]) for said in messages if said["message_type"] == outgoing and not said["private"]]

    def happens(self, what: str, requester: str | None) -> list[Sent]:
        talk = self.fake.talks[str(FIRST)]
        theirs = [said for said in talk.messages if said["message_type"] == fake_chatwoot.NUMBERS["incoming"]]
        match what:
            case "delete_message":
                theirs[-1]["content"] = "This message was deleted"
                theirs[-1]["content_attributes"] = {"deleted": True}
                return [self._told("message_updated", theirs[-1])]
            case "solve":
                talk.status = "resolved"
                moved = {**self._conversation(talk), "changed_attributes": [{"status": {"previous_value": "open"}}]}
                return [_signed_chatwoot({"event": "conversation_status_changed", **moved})]
            case _:
                return super().happens(what, requester)

    def _told(self, event: str, message: Json) -> Sent:
        talk = self.fake.talks[str(message["conversation_id"])]
        moment = datetime.fromtimestamp(int(str(message["created_at"])), UTC).isoformat()
        kinds = {number: kind for kind, number in fake_chatwoot.NUMBERS.items()}
        return _signed_chatwoot(
            {
                **message,
                "event": event,
                "created_at": moment,
                "message_type": kinds[int(str(message["message_type"]))],
                "account": {"id": int(fake_chatwoot.ACCOUNT), "name": "acme"},
                "sender": self._contact,
                "conversation": self._conversation(talk),
            }
        )

    def _conversation(self, talk: fake_chatwoot.Talking) -> Json:
        mail: Json = {"mail_subject": self.opening.subject} if self.opening.channel == "email" else {}
        browser: Json = {"browser": {"browser_language": self.opening.locale}} if self.opening.locale else {}
        return {
            "id": talk.number,
            "status": talk.status,
            "channel": "Channel::Email" if self.opening.channel == "email" else "Channel::WebWidget",
            "meta": {"sender": self._contact, "hmac_verified": self.opening.signed_in},
            "additional_attributes": {**mail, **browser},
        }


class WhatsAppDesk(RealDesk):
    """WhatsApp: a delivery carries the message, and nothing can be read."""

    kind = SourceKind.WHATSAPP

    def __init__(self, opening: Opening) -> None:
        self.fake = fake_whatsapp.FakeWhatsApp()
        self._count = 0
        super().__init__(opening)

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return SourceSecrets(
            signing=(SecretStr(SIGNING),), token=SecretStr(fake_whatsapp.TOKEN), handshake=SecretStr("a-word")
        )

    def source(self, name: str, address: str) -> Source:
        return Source(tenant="acme", name=name, kind=self.kind, url=address, account=fake_whatsapp.NUMBER)

    def named(self, opening: Opening) -> dict[bytes, bytes]:
        return {}

    def write(self, number: int, words: Words, text: str) -> Sent:
        self._count += 1
        telephone = "447700900123"
        message = {
            "from": telephone,
            "id": f"wamid.{id(self)}.{self._count}",
            "timestamp": str(int(datetime.now(UTC).timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "0", "phone_number_id": fake_whatsapp.NUMBER},
            "contacts": [{"wa_id": telephone, "profile": {"name": self.opening.customer_name}}],
            "messages": [message],
        }
        changes = [{"field": "messages", "value": value}]
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": changes}]}).encode()
        signed = hmac.digest(SIGNING.encode(), body, "sha256").hex()
        return Sent({"x-hub-signature-256": f"sha256={signed}"}, body)

    def texts(self, number: int) -> list[str]:
        said = [message.get("text") for message in self.fake.sent]
        return [str(text["body"]) for text in said if isinstance(text, dict)]


REAL_DESKS: Mapping[str, type[ZammadDesk | ZendeskDesk | ChatwootDesk | WhatsAppDesk]] = {
    "zammad": ZammadDesk,
    "zendesk": ZendeskDesk,
    "chatwoot": ChatwootDesk,
    "whatsapp": WhatsAppDesk,
}


def _other(opening: Opening, requester: str | None) -> Opening:
    assert requester is not None, "new_requester needs a requester"
    return opening.model_copy(update={"from_": requester, "name": NAMES.get(requester)})


def _signed_chatwoot(event: Mapping[str, JsonValue]) -> Sent:
    body = json.dumps(event).encode()
    seconds = str(int(datetime.now(UTC).timestamp()))
    signed = hmac.new(SIGNING.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-chatwoot-signature": f"sha256={signed}", "x-chatwoot-timestamp": seconds}
    return Sent({"content-type": "application/json", **headers}, body)


def _json(value: object) -> bytes:
    """As Starlette writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _quoted(text: str) -> bytes:
    return _json(text)
