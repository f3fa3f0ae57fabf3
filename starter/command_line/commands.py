"""The subcommands: name, what the list of commands says of it, and the module that has it.

A module is loaded only when its command is asked for: all of them would take seconds, and `--help` needs none.
"""

from importlib import import_module
from typing import NamedTuple

import typer

from starter.command_line.exits import with_exit_code


class Command(NamedTuple):
    """One subcommand. Its module has a function or a group of its own as `command`."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        """Where it is."""
        return f"starter.command_line.{self.name.replace('-', '_')}"

    def add_to(self, app: typer.Typer) -> None:
        """Load it."""
        command = import_module(self.module).command
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=self.name, help=self.summary)
        else:
            app.command(self.name)(with_exit_code(command))

    def describe_in(self, app: typer.Typer) -> None:
        """Put it in the list of commands without loading it."""
        app.command(self.name, help=self.summary)(_described)


COMMANDS = (
    Command("demo", "Bring everything up and play the demo's tickets."),
    Command("start", "Start a case for each ticket in the files."),
    Command("cases", "List cases, those that changed last first."),
    Command("show", "Show one case: what, why, and what it waits for."),
    Command("approve", "Send the reply and take the actions, as proposed."),
    Command("edit", "Send another reply, or act with another amount."),
    Command("reject", "Do none of it: the owning team answers."),
    Command("ask-again", "Start a case over with details you know."),
    Command("ask-customer", "Ask the customer one question, in your words."),
    Command("take-over", "Answer the customer yourself, in the helpdesk."),
    Command("reply", "Write to a case as its customer would."),
    Command("source", "Say where tickets come from, and try it out."),
    Command("policy", "Check a policy before it is published."),
    Command("switch", "Turn a model, action, intent, route or tenant off."),
    Command("action", "Settle what may or may not have happened in the shop."),
    Command("cache", "List or evict answers that may be given again."),
    Command("eval", "Score how well a policy reads labelled texts."),
    Command("compare", "Run models over the same tickets, side by side."),
    Command("audit", "Check that the log of decisions is whole."),
    Command("migrate", "Bring the database up to date."),
    Command("serve", "Open the HTTP door."),
    Command("desk", "Open the desk, the web pages for people."),
    Command("people", "Say who may use the desk, and as what."),
)
"""In the order they are listed."""


def _described() -> None:
    """Stand in the list of commands."""
