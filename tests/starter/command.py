"""The `signalbox` command, called in this process or as a program of its own, on a terminal of 80 columns."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping

from typer.testing import CliRunner, Result

from cases.ticket import Ticket
from starter.command_line.main import signalbox
from starter.settings import Settings

COLUMNS = 80


def environment(settings: Settings) -> dict[str, str]:
    """The settings as the command reads them."""
    named = settings.model_dump(mode="json", exclude={"policy"})
    return {**{f"SIGNALBOX_{name.upper()}": str(value) for name, value in named.items()}, "COLUMNS": str(COLUMNS)}


class Command:
    """The command of one installation."""

    def __init__(self, settings: Settings, *untold: str) -> None:
        """Use these settings, but for those that the environment is not to tell."""
        named = environment(settings)
        self._environment = {name: told for name, told in named.items() if name[10:].lower() not in untold}

    async def __call__(self, *words: str, typed: str | None = None) -> Result:
        """Run a subcommand here, in a thread of its own as it brings its own event loop."""
        return await asyncio.to_thread(self.here, *words, typed=typed)

    def here(self, *words: str, typed: str | None = None) -> Result:
        """Run a subcommand here."""
        return CliRunner(env=self._environment).invoke(
            signalbox(words), words, input=typed, prog_name="signalbox", catch_exceptions=False
        )

    def apart(self, *words: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a subcommand as a program of its own."""
        return subprocess.run(
            [sys.executable, "-m", "starter.command_line.main", *words],
            env={**os.environ, **self._environment, **(more or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Run a subcommand as a program of its own, and let it go on."""
        return subprocess.Popen(
            [sys.executable, "-m", "starter.command_line.main", *words],
            env={**os.environ, **self._environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def lines(*tickets: Ticket) -> str:
    """Tickets as `start` reads them, one a line."""
    return "".join(f"{ticket.model_dump_json()}\n" for ticket in tickets)


def widest(output: str) -> int:
    """The length of the longest line."""
    return max(len(line) for line in output.splitlines())
