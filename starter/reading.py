"""Reading a ticket that somebody sent as JSON, or finding everything that is wrong with it."""

from pydantic import ValidationError

from cases.errors import InvalidTicket
from cases.ticket import Ticket
from starter.problems import FieldProblem, problems_of


class UnreadableTicket(InvalidTicket):
    """A ticket that cannot be read; `problems` has everything that is wrong with it."""

    def __init__(self, first: FieldProblem, *others: FieldProblem) -> None:
        super().__init__(first.field, first.problem, first.way_out)
        self.problems = (first, *others)


def read_ticket(json_text: bytes) -> Ticket:
    """Read one ticket. Raises UnreadableTicket."""
    try:
        return Ticket.model_validate_json(json_text)
    except ValidationError as error:
        raise UnreadableTicket(*problems_of(error)) from error
