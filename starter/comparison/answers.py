"""What came of one ticket: each model's answer, and where they disagree."""

from collections.abc import Sequence
from decimal import Decimal

from cases.action import ActionKind, ProposedAction
from cases.classification import IntentGuess, IntentName
from cases.ladder import Attempt, AttemptOutcome
from cases.policy.rulebook import Detail
from cases.reason import Reason
from cases.record import Record
from cases.route import Route
from cases.ticket import Locale


class ModelAnswer(Record):
    """What one model made of a ticket, as far as it came."""

    model: str
    attempts: tuple[Attempt, ...]
    """Its calls, at most one for each job; each with its tokens and its prompt's version."""
    seconds: float
    """Its calls together."""
    cost: Decimal
    """US dollars, its calls together."""
    failure: Reason | None = None
    """Why a call of its gave nothing usable."""
    read_by: str | None = None
    """Whose reading the rest rests on: its own, or for a model that only drafts that of the first one that reads."""
    intents: tuple[IntentGuess, ...] = ()
    confidence: float | None = None
    unsure: Reason | None = None
    """Set where the ladder would have asked the next model instead."""
    served: tuple[IntentName, ...] = ()
    """The intents that would be served."""
    route: Route | None = None
    """None also where no help centre could be asked: a route judged without it would be another one."""
    actions: tuple[ProposedAction, ...] = ()
    """What the rules propose for its reading and the records found."""
    suggested_action: ActionKind | None = None
    """What the model itself would do."""
    questions: tuple[Detail, ...] = ()
    """What the customer would be asked."""
    draft: str | None = None
    not_drafted: str | None = None
    """Why there is no draft, where one was not asked for."""
    failed_checks: tuple[Reason, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether the reading is its own."""
        return self.read_by == self.model

    @property
    def actions_wanted(self) -> frozenset[str]:
        """What would be done on its reading, as the ids that make actions one and the same."""
        return frozenset(action.id for action in self.actions)


class ComparedTicket(Record):
    """A ticket and every model's answer to it, in the order the models were named."""

    place: str
    """Where the ticket stands: `FILE:LINE`."""
    ticket_id: str
    text: str
    """What the customer wrote; data, never markup."""
    language: Locale
    held: Reason | None = None
    """Why no model was asked: what the guard found goes straight to a person."""
    left_out: bool = False
    """Whether no model was asked because the comparison's ceiling could not pay for it."""
    by_rule: IntentName | None = None
    """The intent, where a pattern of the policy would have settled it before any model."""
    passages: int = 0
    """How many passages of the help centre were found."""
    answers: tuple[ModelAnswer, ...] = ()
    intents_differ: bool = False
    actions_differ: bool = False


def intents_differ(answers: Sequence[ModelAnswer]) -> bool:
    """Whether two models would serve different intents."""
    return len({frozenset(answer.served) for answer in answers if answer.reads}) > 1


def actions_differ(answers: Sequence[ModelAnswer], suggesting: frozenset[str]) -> bool:
    """Whether two readings lead to different actions, or two of the models that suggest one suggest different ones."""
    proposed = {answer.actions_wanted for answer in answers if answer.reads}
    suggested = {
        answer.suggested_action for answer in answers if answer.model in suggesting and answer.draft is not None
    }
    return len(proposed) > 1 or len(suggested) > 1


def failure_of(attempts: Sequence[Attempt]) -> Reason | None:
    """Why the first call that gave nothing usable gave nothing."""
    failed = (attempt.reason for attempt in attempts if attempt.outcome is not AttemptOutcome.SUCCEEDED)
    return next(failed, None)
