"""What a helpdesk is: where customers read replies and colleagues read notes, each written once."""

from typing import Protocol

from cases.classification import Team
from cases.draft import CustomerText, InternalNote


class Helpdesk(Protocol):
    """A helpdesk. `reference` is ours, the same on every try; writing raises as `Commerce.execute` does."""

    async def find(self, ticket_id: str, reference: str) -> str | None:
        """The id of the message already written under this reference, or None. Raises ToolUnavailable."""
        ...

    async def reply(self, ticket_id: str, reference: str, text: CustomerText) -> str:
        """Write to the customer; returns the message's id."""
        ...

    async def note(self, ticket_id: str, reference: str, note: InternalNote) -> str:
        """Write for colleagues only; returns the message's id."""
        ...

    async def assign(self, ticket_id: str, team: Team) -> None:
        """Give the ticket to a team. Repeating it is safe."""
        ...
