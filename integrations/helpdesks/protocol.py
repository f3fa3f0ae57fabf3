"""What a helpdesk is: where customers read replies and colleagues read notes, each written once.

Writing is `intent recorded → probe → write → confirm`, and `activities/answer.py` does it; a helpdesk knows only how to
find what was written and how to write. It retries nothing. What a failure of a write means is said by its type:

| raised | means |
|---|---|
| ToolUnavailable | nothing was written; try again, after `retry_after_seconds` where it says so |
| ToolRefused | nothing was written, and the same never will be |
| ToolOutcomeUnknown | it may be there already: look it up before a second try |
"""

from datetime import datetime
from typing import Protocol

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent
from cases.source_event import ChangedTickets, HelpdeskTicket, TicketGone
from cases.ticket import Customer, Slug, TicketId


class Helpdesk(Protocol):
    """A helpdesk that can be written to."""

    async def mark(self, conversation: Conversation) -> str:
        """The state of the ticket now, so that a write bound to it can come through once; "" where there is none.

        Raises ToolUnavailable or ToolRefused.
        """
        ...

    async def find(self, intent: WriteIntent) -> str | None:
        """The id of the message already written under this intent, or None where it certainly is not there.

        Raises ToolUnavailable, and ToolOutcomeUnknown where this helpdesk cannot tell yet.
        """
        ...

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """Whose the ticket is now, or why it is no more; None: this helpdesk cannot tell. Raises ToolUnavailable.

        It is asked right before a reply is written, which may be long after the ticket was read.
        """
        ...

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Write to the customer; returns the message's id."""
        ...

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """Write for colleagues only; returns its id. None: this helpdesk has no place for notes; the desk shows it."""
        ...

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Give the ticket to a team. Repeating it is safe."""
        ...

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Add tags, leaving those that are there. Repeating it is safe."""
        ...


class ReadableHelpdesk(Protocol):
    """A helpdesk whose tickets can be read."""

    async def read(self, ticket_id: TicketId) -> HelpdeskTicket | TicketGone | None:
        """The ticket as it stands, or why it is no more; None: no customer has said a word in it.

        Raises ToolUnavailable.
        """
        ...

    async def changed_since(self, since: datetime, page: str | None) -> ChangedTickets:
        """One page of the tickets that changed at or after a moment, oldest change first. Raises ToolUnavailable."""
        ...


class HelpdeskDirectory(Protocol):
    """Which helpdesk a source's tickets are written to."""

    async def helpdesk_of(self, tenant: Slug, source: Slug) -> Helpdesk:
        """The helpdesk of a registered source, or the built-in one.

        Raises ToolUnavailable where its secrets are missing, and LedgerUnavailable.
        """
        ...
