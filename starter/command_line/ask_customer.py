"""`signalbox ask-customer CASE QUESTION`."""

from typing import Annotated

import typer

from cases.errors import InvalidDecision
from cases.review import AskCustomer, ReviewRequest
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption
from starter.command_line.validating import naming_what_is_wrong

QuestionArgument = Annotated[str, typer.Argument(metavar="QUESTION", help="What the customer reads, word for word.")]


def command(
    case: CaseArgument, question: QuestionArgument, *, reviewer: ReviewerOption, as_json: JsonOption = False
) -> None:
    """Ask the customer one question, in your words, and let the case wait for the answer."""

    def ask(held: ReviewRequest) -> AskCustomer:
        with naming_what_is_wrong(InvalidDecision):
            return AskCustomer(request_id=held.id, case_version=held.case_version, reviewer=reviewer, question=question)

    tell_decided(decide_on(case, ask), as_json=as_json)
