"""A sampled turn as a lead reads it: what the customer wrote, what was sent, and what was done."""

import hashlib

from cases.action import ActionArguments, ChangeAddress, ChangeEmail, ChangePlan, Refund
from cases.audit import Verdict
from cases.record import Record
from cases.words import in_words
from ledger.sampled import SampledTurn, SettledAction
from ledger.tables.action import ActionState
from starter.desk.case_view import Turn

VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.RIGHT: ("Right", "The customer got what a good agent would have sent and done."),
    Verdict.WRONG_FACTS: ("Wrong facts", "It says what the records or the help centre do not."),
    Verdict.WRONG_ACTION: ("Wrong action", "Something was done that should not have been, or not done that should."),
    Verdict.WRONG_TONE: ("Wrong tone", "True, but not in words this customer should have read."),
    Verdict.INCOMPLETE: ("Incomplete", "A part of what was asked was left unanswered."),
    Verdict.NEEDED_A_PERSON: (
        "Needed a person",
        "Whatever it says, it should have been held first. Of several that fit, give this one.",
    ),
}
"""Each verdict with its name and what it means."""

STATES: dict[ActionState, str] = {
    ActionState.INTENDED: "begun, its end is not known",
    ActionState.EXECUTED: "done",
    ActionState.REFUSED: "refused",
    ActionState.NOT_DONE: "not done",
    ActionState.OUTDATED: "not done: it was decided on facts that had changed",
    ActionState.UNKNOWN: "perhaps done: nobody knows",
}


class ShownAction(Record):
    """An action in words, and what became of it."""

    words: str
    state: str
    receipt: str | None


class ShownTurn(Record):
    """A sampled turn, put together for the page."""

    turn: SampledTurn
    key: str
    """A short name of the outcome for the page's own ids."""
    customer: str
    said: tuple[Turn, ...]
    """What was said in it on both sides, oldest first."""
    actions: tuple[ShownAction, ...]


def shown_turn(turn: SampledTurn) -> ShownTurn:
    """A sampled turn as the page shows it."""
    customer = turn.ticket.customer
    return ShownTurn(
        turn=turn,
        key=outcome_key(turn.case_id, turn.run_id, turn.ended_at.isoformat()),
        customer=customer.name or customer.email or customer.id or customer.contact_id or "someone",
        said=_said(turn),
        actions=tuple(_shown_action(action) for action in turn.actions),
    )


def outcome_key(*names: str) -> str:
    """A short name for what these name together, fit for an id of HTML."""
    return hashlib.sha256("\n".join(names).encode(errors="surrogatepass")).hexdigest()[:16]


def _said(turn: SampledTurn) -> tuple[Turn, ...]:
    asked = [Turn(speaker="customer", at=message.sent_at, text=message.text, mine=False) for message in turn.asked]
    sent = [Turn(speaker="signalbox", at=reply.at, text=reply.text.text, mine=True) for reply in turn.sent]
    return tuple(sorted((*asked, *sent), key=lambda said: said.at))


def _shown_action(action: SettledAction) -> ShownAction:
    return ShownAction(words=_words(action.arguments), state=STATES[action.state], receipt=action.receipt)


def _words(arguments: ActionArguments) -> str:
    done = f"{in_words(arguments.kind)} {arguments.target}"
    match arguments:
        case Refund():
            return f"{done}: {arguments.amount}"
        case ChangeAddress():
            return f"{done} to {arguments.address}"
        case ChangeEmail():
            return f"{done} to {arguments.email}"
        case ChangePlan():
            return f"{done} to {arguments.plan}"
        case _:
            return done
