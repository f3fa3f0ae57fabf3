"""What really happened in a demo, counted by those it happened to: the shop, the helpdesk and the ledger.

Nothing here believes the workflow: it is what is being checked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from cases.outcome import OutcomeKind, Stage
from cases.record import Record
from cases.ticket import Author
from demo.helpdesk.conversation import StoredMessage, Visibility
from demo.shop.effects import Effect
from ledger.case_list import CaseSummary

ANSWERED = (OutcomeKind.RESOLVED, OutcomeKind.RESOLVED_AFTER_REVIEW)
NO_CASE = "no_case"
"""How a ticket ended that nothing came of."""

WAITING = (Stage.WAITING_FOR_REVIEW, Stage.WAITING_FOR_CUSTOMER)


class DemoCount(Record):
    """The summary of a demo: what `signalbox demo --once --json` prints."""

    tickets: int
    outcomes: dict[str, int]
    """How many cases ended each way; those that wait stand under what they wait for."""
    actions_executed: int
    """Effects in the shop, for these tickets."""
    actions_executed_twice: int
    """Effects beyond the first of one action of one case."""
    replies_sent_twice: int
    """Texts to a customer beyond the first of one turn of a case."""
    lost: int
    """Tickets that nobody will answer: no case, no outcome and no wait, or an answer that is not in the helpdesk."""
    seconds: float

    @property
    def flawless(self) -> bool:
        """Whether nothing was lost and nothing done twice."""
        return self.actions_executed_twice == self.replies_sent_twice == self.lost == 0


def count_demo(
    case_ids: Sequence[str],
    cases: Mapping[str, CaseSummary],
    effects: Sequence[Effect],
    messages: Mapping[str, Sequence[StoredMessage]],
    seconds: float,
) -> DemoCount:
    """Count. `cases` and `messages` are by case id; effects of other cases do not count."""
    ours = [effect for effect in effects if _case_of(effect) in set(case_ids)]
    per_action = Counter(f"{_case_of(effect)} {effect.kind} {effect.target}" for effect in ours)
    return DemoCount(
        tickets=len(case_ids),
        outcomes=dict(sorted(Counter(ended(cases.get(case_id)) for case_id in case_ids).items())),
        actions_executed=len(ours),
        actions_executed_twice=_beyond_first(per_action),
        replies_sent_twice=sum(_beyond_first(_replies_per_turn(messages.get(case_id, ()))) for case_id in case_ids),
        lost=sum(_is_lost(cases.get(case_id), messages.get(case_id, ())) for case_id in case_ids),
        seconds=round(seconds, 1),
    )


def ended(case: CaseSummary | None) -> str:
    """How a case ended; what waits or is still on its way, where it stands."""
    if case is None:
        return NO_CASE
    return case.outcome or case.stage


def replies(messages: Sequence[StoredMessage]) -> list[StoredMessage]:
    """What Signalbox wrote to the customer."""
    return [
        message
        for message in messages
        if message.author is Author.SIGNALBOX and message.visibility is Visibility.PUBLIC
    ]


def _case_of(effect: Effect) -> str:
    """The key of an action is its case's id, a slash, and its own id."""
    return effect.key.partition("/")[0]


def _replies_per_turn(messages: Sequence[StoredMessage]) -> Counter[str]:
    """A reference ends in the turn it belongs to; in one turn a customer hears one thing."""
    return Counter((message.reference or message.id).rpartition("-")[2] for message in replies(messages))


def _beyond_first(counted: Counter[str]) -> int:
    return sum(times - 1 for times in counted.values())


def _is_lost(case: CaseSummary | None, messages: Sequence[StoredMessage]) -> bool:
    if case is None:
        return True
    if case.outcome is None:
        return case.stage not in WAITING
    return case.outcome in ANSWERED and not replies(messages)
