"""What a reviewer's decision means: whether it may be taken, and what goes out by it."""

from collections.abc import Sequence
from typing import NamedTuple

from cases.action import ProposedAction, Refund
from cases.draft import CustomerText, Draft
from cases.policy.rulebook import Rulebook
from cases.review import Decision, Edit, ReviewRequest, TakenDecision
from routing.proposals import proposed


class Edited(NamedTuple):
    """What goes out after an edit."""

    draft: Draft
    actions: tuple[ProposedAction, ...]


def refusal(decision: Decision, pending: ReviewRequest | None, taken: Sequence[TakenDecision]) -> str | None:
    """Why a decision cannot be taken, as a sentence with the next step; None if it can, or was taken already."""
    if is_repeat(decision, taken):
        return None
    earlier = next((known for known in taken if known.decision.request_id == decision.request_id), None)
    if earlier is not None:
        return (
            f"Request {decision.request_id} was already decided ({earlier.decision.decision}) by "
            f"{earlier.decision.reviewer} at {earlier.at:%Y-%m-%d %H:%M} UTC. Nothing was changed."
        )
    if pending is None:
        return "This case does not wait for a decision. Look at it again with `signalbox show`."
    if decision.request_id != pending.id or decision.case_version != pending.case_version:
        return (
            f"This decision is about {decision.request_id} (version {decision.case_version}), but the case has "
            f"moved on to {pending.id} (version {pending.case_version}). Look at the new draft, then decide again."
        )
    return _misfit(decision, pending)


def is_repeat(decision: Decision, taken: Sequence[TakenDecision]) -> bool:
    """Whether the very same decision has been taken: saying it again is a success and changes nothing."""
    return any(known.decision == decision for known in taken)


def edited(rulebook: Rulebook, edit: Edit, draft: Draft, actions: Sequence[ProposedAction]) -> Edited:
    """Put a reviewer's words and arguments in the place of what was proposed."""
    reply = draft if edit.reply is None else draft.model_copy(update={"reply": CustomerText(text=edit.reply)})
    if edit.actions is None:
        return Edited(reply, tuple(actions))
    intents = {(action.kind, action.arguments.target): action.intent for action in actions}
    return Edited(
        reply,
        tuple(proposed(rulebook, intents[arguments.kind, arguments.target], arguments) for arguments in edit.actions),
    )


def _misfit(decision: Decision, pending: ReviewRequest) -> str | None:
    if not isinstance(decision, Edit):
        return None
    if decision.reply is None and decision.actions is None:
        return "This edit changes nothing. Give a reply or actions, or approve."
    if decision.actions == () and decision.reply is None:
        return "Nothing would be done, but the drafted reply says it was. Write a reply too, or reject."
    known = {(action.kind, action.arguments.target): action for action in pending.actions}
    for arguments in decision.actions or ():
        before = known.get((arguments.kind, arguments.target))
        if before is None:
            return f"{arguments.kind} of {arguments.target} was not proposed. Edit what was, or take the case over."
        if isinstance(arguments, Refund) and _exceeds(arguments, before):
            return f"{arguments.amount} is more than the {before.value} that can be refunded. Give a smaller amount."
    return None


def _exceeds(edit: Refund, before: ProposedAction) -> bool:
    value = before.value
    return value is None or edit.amount.currency != value.currency or edit.amount.amount > value.amount
