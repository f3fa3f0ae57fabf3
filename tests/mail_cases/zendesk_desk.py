"""A story in Zendesk."""

import base64
import hmac
import json
from datetime import UTC, datetime

from pydantic import SecretStr

from cases.source import SourceKind, SourceSecrets
from tests.helpdesks import fake_zendesk
from tests.helpdesks.fake_server import FakeServer
from tests.mail_cases.desk import FIRST, SIGNING, RealDesk, Sent, quoted, with_requester
from tests.mail_cases.story import Opening, Words


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
            b'"locale":"de"': b'"locale":' + quoted(opening.locale or "en"),
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

    def notes(self, number: int) -> list[str]:
        ticket = self.fake.tickets.get(number)
        comments = ticket.comments if ticket else []
        return [str(said["body"]) for said in comments if said["author_id"] == fake_zendesk.BOT and not said["public"]]

    def happens(self, what: str, requester: str | None) -> list[Sent]:
        ticket = self.fake.tickets[FIRST]
        ticket.updated_at = self.fake.clock()
        match what:
            case "new_requester":
                other = with_requester(self.opening, requester)
                self.app.names[b'"requester_id":3,'] = b'"requester_id":4,'
                self.app.names[b'"name":"Eve"'] = b'"name":' + quoted(other.customer_name)
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
