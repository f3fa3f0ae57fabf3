"""Stories in a real helpdesk: its fake server, the deliveries it signs, and what stands in it for the customer."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.source import Source, SourceKind, SourceSecrets
from tests.helpdesks import fake_chatwoot, fake_zendesk
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

    def notes(self, number: int) -> list[str]:
        """What we have written for colleagues; none where the helpdesk has no notes."""
        del number
        return []

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


def with_requester(opening: Opening, requester: str | None) -> Opening:
    """The same, whose ticket it is now."""
    assert requester is not None, "new_requester needs a requester"
    return opening.model_copy(update={"from_": requester, "name": NAMES.get(requester)})


def as_json(value: object) -> bytes:
    """As Starlette writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def quoted(text: str) -> bytes:
    """A text as it stands in JSON."""
    return as_json(text)
