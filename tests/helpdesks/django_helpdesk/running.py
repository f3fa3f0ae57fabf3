"""The real django-helpdesk in a process of its own, and everybody who has to do with it."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import httpx
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cases.classification import Team
from cases.source import Source, SourceKind, SourceSecrets
from demo.django_helpdesk.people import ADMINISTRATOR, API_USER, kept_passwords
from demo.django_helpdesk.place import Place
from demo.django_helpdesk.process import django_helpdesk, environment
from demo.django_helpdesk.visitor import Visitor
from demo.embedded.addresses import loopback_url
from demo.embedded.ports import free_ports
from demo.embedded.servers import PROJECT, Service
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.django_helpdesk import DjangoHelpdesk, headers
from integrations.sources.protocol import Delivery

BILLING_QUEUE = "2"
"""The second queue a new helpdesk is given."""


class Running(NamedTuple):
    """One helpdesk, with the process that runs it."""

    process: Service
    place: Place
    address: str
    webhook: str | None

    @property
    def source(self) -> Source:
        return Source(
            tenant="acme",
            name="help",
            kind=SourceKind.DJANGO_HELPDESK,
            url=self.address,
            user=API_USER,
            teams={Team.BILLING_SUPPORT: BILLING_QUEUE},
        )

    def password(self, name: str) -> str:
        return kept_passwords(self.place)[name]

    def submit(self, text: str = "Where is my order W10023?", subject: str = "My order") -> str:
        with Visitor(self.address) as visitor:
            return visitor.write(subject, text, "mia@example.com")

    def take_mail(self, subject: str, text: str, sender: str = "Mia Brandt <mia@example.com>") -> None:
        """Let a mail arrive, as a mail server and a time-table would."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "support@example.com", subject
        mail["Message-ID"] = f"<{abs(hash((subject, text)))}@example.com>"
        mail.set_content(text)
        (self.place.mail_in / "one").write_bytes(mail.as_bytes())
        subprocess.run(
            [sys.executable, "-m", "demo.django_helpdesk.take_mail", "--data", str(self.place.data)],
            check=True,
            cwd=PROJECT,
            env=environment(self.webhook),
            capture_output=True,
        )

    def staff(self, name: str = ADMINISTRATOR) -> httpx.Client:
        """Somebody of the staff, at the API."""
        return httpx.Client(base_url=self.address, auth=(name, self.password(name)), timeout=30, trust_env=False)

    def mails_to(self, address: str) -> list[str]:
        """What was mailed to somebody, oldest first."""
        kept = sorted(self.place.mail_out.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        mails = (file.read_text() for file in kept)
        return [mail for mail in mails if f"To: {address}" in mail]


@contextmanager
def running_helpdesk(data: Path, webhook: str | None) -> Generator[Running]:
    """A new helpdesk while the block lasts."""
    port = free_ports(1)[0]
    process = django_helpdesk(data, port, webhook)
    process.start()
    try:
        yield Running(process, Place(data=data), loopback_url(port), webhook)
    finally:
        process.stop()


@asynccontextmanager
async def client_of(
    running: Running, address: str | None = None, password: str | None = None
) -> AsyncGenerator[DjangoHelpdesk]:
    """Our client, as a worker makes it; `address` leads another way to the same helpdesk."""
    source = running.source
    secrets = SourceSecrets(token=SecretStr(password or running.password(API_USER)))
    async with httpx.AsyncClient(
        base_url=address or running.address, headers=headers(source, secrets), timeout=30, trust_env=False
    ) as http:
        yield DjangoHelpdesk(HelpdeskCalls(http), source)


class Recorder:
    """Takes webhooks and keeps them as the door hands them on."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        token = {"x-token": request.query_params["token"]} if "token" in request.query_params else {}
        self.deliveries.append(Delivery({**request.headers, **token}, await request.body(), datetime.now(UTC)))
        await Response()(scope, receive, send)
