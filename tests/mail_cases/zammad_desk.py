"""A story in Zammad."""

import hmac
import json
from datetime import UTC, datetime

from pydantic import SecretStr

from cases.source import SourceKind, SourceSecrets
from tests.helpdesks import fake_zammad
from tests.helpdesks.fake_server import FakeServer
from tests.mail_cases.desk import FIRST, SECOND, SIGNING, Json, RealDesk, Sent, quoted, with_requester
from tests.mail_cases.story import File, Opening, Words


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
            b'"Ada"': quoted(first),
            b'"Byron"': quoted(last),
            b"ada@example.com": opening.from_.encode(),
            b'"de-de"': quoted(opening.locale or "en-us"),
        }

    def write(self, number: int, words: Words, text: str) -> Sent:
        ticket = self.fake.tickets.get(number) or self.fake.open(number)
        ticket.title = self.opening.subject or ticket.title
        files = tuple(_file(70 + place, file) for place, file in enumerate(words.files))
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
        return [
            str(article["body"]) for article in articles if article["sender"] == "Agent" and not article["internal"]
        ]

    def notes(self, number: int) -> list[str]:
        ticket = self.fake.tickets.get(number)
        articles = ticket.articles if ticket else []
        return [str(article["body"]) for article in articles if article["sender"] == "Agent" and article["internal"]]

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
                self.app.names.update(self.named(with_requester(self.opening, requester)))
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


def _file(number: int, file: File) -> Json:
    return {
        "id": number,
        "filename": file.name,
        "size": file.size_bytes,
        "preferences": {"Content-Type": file.media_type},
    }
