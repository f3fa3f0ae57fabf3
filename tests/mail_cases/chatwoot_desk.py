"""A story in Chatwoot."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue, SecretStr

from cases.source import SourceKind, SourceSecrets
from tests.helpdesks import fake_chatwoot
from tests.helpdesks.fake_server import FakeServer
from tests.mail_cases.desk import FIRST, SIGNING, Json, RealDesk, Sent, as_json, quoted
from tests.mail_cases.story import Opening, Words


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
            as_json(fake_chatwoot.CONTACT): as_json(contact),
            b"Channel::WebWidget": channel,
            b'"browser_language":"de"': b'"browser_language":' + quoted(opening.locale or "en"),
            **verified,
        }

    def write(self, number: int, words: Words, text: str) -> Sent:
        talk = self.fake.talks.get(str(number)) or self.fake.open(number)
        message = self.fake.say(talk, text)
        mail: Json = {"subject": self.opening.subject, "auto_reply": words.auto_reply}
        message["content_attributes"] = {"email": mail} if self.opening.channel == "email" else {}
        message["attachments"] = [
            {
                "id": 80 + place,
                "file_type": "file",
                "data_url": f"https://files.example/{file.name}",
                "file_size": file.size_bytes,
            }
            for place, file in enumerate(words.files)
        ]
        return self._told("message_created", message)

    def texts(self, number: int) -> list[str]:
        talk = self.fake.talks.get(str(number))
        outgoing = fake_chatwoot.NUMBERS["outgoing"]
        messages = talk.messages if talk else []
        return [str(said["content"]) for said in messages if said["message_type"] == outgoing and not said["private"]]

    def notes(self, number: int) -> list[str]:
        talk = self.fake.talks.get(str(number))
        return [str(said["content"]) for said in (talk.messages if talk else []) if said["private"]]

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
                before: JsonValue = [{"status": {"previous_value": "open"}}]
                moved = {"event": "conversation_status_changed", "changed_attributes": before}
                return [_signed_chatwoot({**self._conversation(talk), **moved})]
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


def _signed_chatwoot(event: Mapping[str, JsonValue]) -> Sent:
    body = json.dumps(event).encode()
    seconds = str(int(datetime.now(UTC).timestamp()))
    signed = hmac.new(SIGNING.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-chatwoot-signature": f"sha256={signed}", "x-chatwoot-timestamp": seconds}
    return Sent({"content-type": "application/json", **headers}, body)
