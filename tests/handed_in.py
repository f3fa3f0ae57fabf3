"""What is handed into activities where a test has no whole installation: one helpdesk, one store, one policy."""

from collections.abc import Mapping

from cases.policy.document import Policy
from cases.switch import Lever, Position, Switching
from integrations.attachments.protocol import AttachmentStore
from integrations.helpdesks.protocol import Helpdesk
from tests.samples import NOW


class OneHelpdesk:
    """A directory of one helpdesk, whoever's ticket it is."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk

    async def helpdesk_of(self, tenant: str, source: str) -> Helpdesk:
        """It."""
        return self._helpdesk


class OneStore:
    """A directory of one store: every source's files are there."""

    def __init__(self, store: AttachmentStore) -> None:
        self._store = store

    async def store_of(self, tenant: str, source: str | None) -> AttachmentStore:
        """It."""
        return self._store


class NoArchive:
    """An archive beside the only policy there is: nobody ever needs another."""

    async def policy(self, version: str) -> Policy | None:
        """Raises AssertionError: a case was begun under a policy that there is not."""
        raise AssertionError(f"{version} is not the only policy")


class AllOn:
    """No switch is off."""

    async def turned_off(self) -> Mapping[Lever, Switching]:
        """Nothing."""
        return {}


class TurnedOff:
    """Switches, of which these are off."""

    def __init__(self, *off: Lever) -> None:
        self._off = off

    async def turned_off(self) -> Mapping[Lever, Switching]:
        """Them."""
        return {
            lever: Switching(lever=lever, position=Position.OFF, why="it invents numbers", by="Olga", at=NOW)
            for lever in self._off
        }
