"""A story on WhatsApp."""

import hmac
import json
from datetime import UTC, datetime

from pydantic import SecretStr

from cases.source import Source, SourceKind, SourceSecrets
from tests.helpdesks import fake_whatsapp
from tests.helpdesks.fake_server import FakeServer
from tests.mail_cases.desk import SIGNING, RealDesk, Sent
from tests.mail_cases.story import Opening, Words

TELEPHONE = "447700900123"
"""The customer's number, which Ofcom keeps for stories."""


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
        message = {
            "from": TELEPHONE,
            "id": f"wamid.{id(self)}.{self._count}",
            "timestamp": str(int(datetime.now(UTC).timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "0", "phone_number_id": fake_whatsapp.NUMBER},
            "contacts": [{"wa_id": TELEPHONE, "profile": {"name": self.opening.customer_name}}],
            "messages": [message],
        }
        changes = [{"field": "messages", "value": value}]
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": changes}]}).encode()
        signed = hmac.digest(SIGNING.encode(), body, "sha256").hex()
        return Sent({"x-hub-signature-256": f"sha256={signed}"}, body)

    def texts(self, number: int) -> list[str]:
        said = [message.get("text") for message in self.fake.sent]
        return [str(text["body"]) for text in said if isinstance(text, dict)]
