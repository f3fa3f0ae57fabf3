"""A lockout: a source's helpdesk no longer lets us write, and only a person can mend that."""

from pydantic import AwareDatetime

from cases.record import Record
from cases.ticket import Slug


class LockedOut(Record):
    """That a reply was refused because of who we are, as the case it belongs to tells."""

    tenant: Slug
    source: Slug
    why: str
    """In a sentence."""


class Lockout(LockedOut):
    """A lockout that lasts."""

    since: AwareDatetime

    @property
    def sentence(self) -> str:
        """What is wrong since when, and the commands that mend it."""
        return f"has not let us write since {self.since:%Y-%m-%d %H:%M} UTC: {self.why} {way_out(self)}"


def way_out(locked: LockedOut) -> str:
    """The exact commands that end a lockout."""
    label = f"{locked.tenant}/{locked.source}"
    return f"Give it a token that works: `signalbox source token {label}`, then `signalbox source test {label}`."
