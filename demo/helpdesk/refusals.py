"""What the helpdesk refuses. Each leaves everything as it was."""

from cases.errors import InvalidInput
from demo.helpdesk.conversation import StoredMessage, StoredTicket, Visibility

KIND = {Visibility.PUBLIC: "a reply", Visibility.INTERNAL: "a note to colleagues"}
"""What the messages of each visibility are called in a sentence."""


class UnknownTicket(InvalidInput):
    """There is no such ticket."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__("ticket_id", f"there is no ticket {ticket_id} here.", "Write to it, or PUT it, and it is.")


class TicketTaken(InvalidInput):
    """The id belongs to a ticket of another tenant or source."""

    def __init__(self, standing: StoredTicket) -> None:
        super().__init__(
            "id",
            f"{standing.id} is a ticket of {standing.tenant}/{standing.source}.",
            "Give the ticket an id of its own.",
        )


class ReferenceTaken(InvalidInput):
    """Another message of the ticket stands under this reference."""

    def __init__(self, standing: StoredMessage) -> None:
        super().__init__(
            "reference",
            f"{KIND[standing.visibility]} stands in the ticket under it already, of another text or kind.",
            "Read it there, or choose a new reference for a new message.",
        )


class UnstorableText(InvalidInput):
    """PostgreSQL keeps every character but NUL."""

    def __init__(self) -> None:
        super().__init__("text", "it holds the character NUL, which cannot be kept.", "Leave that character out.")
