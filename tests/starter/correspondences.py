"""Tickets of Ada's in which Eve writes too, one at each kind of helpdesk that tells who wrote a message."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
from pydantic import JsonValue, SecretStr

from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import case_id
from demo.django_helpdesk.people import API_USER
from demo.django_helpdesk.standing import standing_tickets
from starter.sources.registering import new_signing_secret
from tests.helpdesks import fake_zammad, fake_zendesk
from tests.helpdesks.django_helpdesk.running import Running, running_helpdesk
from tests.helpdesks.serving import served
from tests.starter.signed_doors import signer

ADA, EVE = "ada@example.com", "eve@example.com"


class Correspondence(ABC):
    """A ticket of Ada's at one helpdesk, and how what is written there reaches our door."""

    kind: SourceKind
    user: str | None = None
    account: str | None = None
    token = "unused"
    ticket_id = "7"

    def __init__(self, url: str) -> None:
        self.name = f"copy-{uuid4().hex[:12]}"
        self.secret = new_signing_secret(self.kind)
        self.source = Source(
            tenant="acme", name=self.name, kind=self.kind, url=url, user=self.user, account=self.account
        )

    @property
    def secrets(self) -> SourceSecrets:
        return SourceSecrets(signing=(self.secret,), token=SecretStr(self.token))

    @property
    def case_id(self) -> str:
        return case_id("acme", self.name, self.ticket_id)

    @abstractmethod
    def write(self, text: str, sender: str) -> JsonValue:
        """Let somebody write; gives the body of the delivery that tells of it."""

    def send(self, door: httpx.Client, body: JsonValue) -> httpx.Response:
        content = json.dumps(body).encode()
        headers = signer(self.kind, self.secret.get_secret_value())(content)
        return door.post(f"/sources/acme/{self.name}", content=content, headers=dict(headers))


class AtZendesk(Correspondence):
    kind = SourceKind.ZENDESK
    user = fake_zendesk.USER
    token = fake_zendesk.TOKEN

    def __init__(self, url: str, fake: fake_zendesk.FakeZendesk) -> None:
        super().__init__(url)
        self.ticket = fake.open(7)
        self.fake = fake

    def write(self, text: str, sender: str) -> JsonValue:
        author = {ADA: fake_zendesk.CUSTOMER, EVE: fake_zendesk.IN_COPY}[sender]
        number = self.fake.add_comment(self.ticket, f"<p>{text}</p>", author)
        self.fake.touch(self.ticket)
        told = "zen:event-type:ticket.comment_added"
        return {"type": told, "id": f"e{number}", "account_id": 1, "detail": {"id": "7"}}


class AtZammad(Correspondence):
    kind = SourceKind.ZAMMAD
    token = fake_zammad.TOKEN

    def __init__(self, url: str, fake: fake_zammad.FakeZammad) -> None:
        super().__init__(url)
        self.ticket = fake.open(7)
        self.fake = fake

    def write(self, text: str, sender: str) -> JsonValue:
        number = {ADA: fake_zammad.CUSTOMER, EVE: fake_zammad.IN_COPY}[sender]
        written: fake_zammad.Json = {"created_by": sender, "created_by_id": number, "from": f"Ada Byron <{sender}>"}
        article = self.fake.add_article(self.ticket, text, "Customer", written=written)
        return {"ticket": {"id": 7}, "article": {"id": article}}


class AtChatwoot(Correspondence):
    """By e-mail, where Chatwoot calls every sender by the conversation's contact."""

    kind = SourceKind.CHATWOOT
    account = "7"
    contact: JsonValue = {"id": 31, "name": "Ada Byron", "email": ADA, "type": "contact"}

    def write(self, text: str, sender: str) -> JsonValue:
        now = datetime.now(UTC)
        return {
            "event": "message_created",
            "id": int(now.timestamp() * 1_000),
            "content": text,
            "content_type": "incoming_email",
            "content_attributes": {"email": {"from": [sender], "subject": "Returns"}, "cc_email": [EVE]},
            "message_type": "incoming",
            "private": False,
            "created_at": now.isoformat(),
            "account": {"id": 7},
            "sender": self.contact,
            "conversation": {"id": 7, "channel": "Channel::Email", "meta": {"sender": self.contact}},
        }


class SignedByUs(Correspondence):
    """A helpdesk of somebody's own, which names who wrote each message."""

    kind = SourceKind.STANDARD

    def write(self, text: str, sender: str) -> JsonValue:
        now = datetime.now(UTC).isoformat()
        message: JsonValue = {
            "id": uuid4().hex,
            "text": text,
            "sent_at": now,
            "written_by": {"email": sender, "name": "Ada Byron"},
        }
        data: JsonValue = {"ticket_id": "7", "customer": {"email": ADA, "name": "Ada Byron"}, "message": message}
        return {"type": "message.created", "timestamp": now, "data": data}


class NamingTheSenderAlone(SignedByUs):
    """The same, where whoever writes is given as the customer of the message."""

    def write(self, text: str, sender: str) -> JsonValue:
        now = datetime.now(UTC).isoformat()
        message: JsonValue = {"id": uuid4().hex, "text": text, "sent_at": now}
        data: JsonValue = {"ticket_id": "7", "customer": {"email": sender}, "message": message}
        return {"type": "message.created", "timestamp": now, "data": data}


class ByMail(Correspondence):
    """A real django-helpdesk, which takes mail."""

    kind = SourceKind.DJANGO_HELPDESK
    user = API_USER

    ticket_id = ""

    def __init__(self, running: Running) -> None:
        super().__init__(running.address)
        self.running = running
        self.token = running.password(API_USER)

    def write(self, text: str, sender: str) -> JsonValue:
        subject = f"Re: [support-{self.ticket_id}] Returns" if self.ticket_id else "Returns"
        self.running.take_mail(subject, text, f"Ada Byron <{sender}>")
        self.ticket_id = self.ticket_id or str(standing_tickets(self.running.place)[-1])
        return {"ticket": {"id": int(self.ticket_id)}, "said": text}

    def send(self, door: httpx.Client, body: JsonValue) -> httpx.Response:
        token = {"token": self.secret.get_secret_value()}
        return door.post(f"/sources/acme/{self.name}", json=body, params=token)


@contextmanager
def _at_zendesk(_: Path) -> Generator[Correspondence]:
    fake = fake_zendesk.FakeZendesk()
    with served(fake.app()) as url:
        yield AtZendesk(url, fake)


@contextmanager
def _at_zammad(_: Path) -> Generator[Correspondence]:
    fake = fake_zammad.FakeZammad()
    with served(fake.app()) as url:
        yield AtZammad(url, fake)


@contextmanager
def _by_mail(data: Path) -> Generator[Correspondence]:
    with running_helpdesk(data, None) as running:
        yield ByMail(running)


@contextmanager
def _at_chatwoot(_: Path) -> Generator[Correspondence]:
    yield AtChatwoot("https://chat.example.com")


@contextmanager
def _signed_by_us(_: Path) -> Generator[Correspondence]:
    yield SignedByUs("https://desk.example.com")


@contextmanager
def _naming_the_sender_alone(_: Path) -> Generator[Correspondence]:
    yield NamingTheSenderAlone("https://desk.example.com")


CORRESPONDENCES: dict[str, Callable[[Path], AbstractContextManager[Correspondence]]] = {
    "zendesk": _at_zendesk,
    "zammad": _at_zammad,
    "chatwoot": _at_chatwoot,
    "standard-webhooks": _signed_by_us,
    "standard-webhooks, by customer": _naming_the_sender_alone,
    "django-helpdesk": _by_mail,
}
"""By what they are called; each is given a directory of its own."""
