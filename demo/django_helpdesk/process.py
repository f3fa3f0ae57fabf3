"""The helpdesk as a child process, to be started and stopped at will."""

import os
import sys
from pathlib import Path

from demo.embedded.addresses import loopback_url
from demo.embedded.child_process import ChildProcess
from demo.embedded.servers import PROJECT, Service

WEBHOOKS = ("HELPDESK_NEW_TICKET_WEBHOOK_URLS", "HELPDESK_FOLLOWUP_WEBHOOK_URLS")
"""Where django-helpdesk looks for the addresses it tells of a new ticket, and of whatever happens to one."""


def django_helpdesk(data: Path, port: int, webhook: str | None) -> Service:
    """A helpdesk that keeps everything in a directory and tells one address, or none, what happens."""
    command = [sys.executable, "-m", "demo.django_helpdesk", "--data", str(data), "--port", str(port)]
    child = ChildProcess(
        "django-helpdesk",
        command,
        data / "django-helpdesk.log",
        directory=PROJECT,
        environment=environment(webhook),
    )
    return Service(child, f"{loopback_url(port)}/login/")


def environment(webhook: str | None) -> dict[str, str]:
    """Ours, with where its webhooks go."""
    told = dict.fromkeys(WEBHOOKS, webhook) if webhook else {}
    return {**{name: value for name, value in os.environ.items() if name not in WEBHOOKS}, **told}
