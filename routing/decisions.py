"""What a reviewer's decision means: whether it may be taken, and what goes out by it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cases.action import ActionArguments, ProposedAction, Refund
from cases.draft import CustomerText, Draft
from cases.policy.rulebook import Rulebook
from cases.review import Approve, ClaimRequest, Decision, Edit, Reassign, ReviewRequest, TakenDecision, VoidedRequest
from routing.approvals import approval_refusal
from routing.claims import claim_against
from routing.proposals import asked_by, proposed


class About(NamedTuple):
    """Which request somebody means, and which version of the case they saw it in."""

    request_id: str
    case_version: int


class Edited(NamedTuple):
    """What goes out after an edit."""

    draft: Draft
    actions: tuple[ProposedAction, ...]


def refusal(
    decision: Decision,
    review: ReviewRequest | None,
    taken: Sequence[TakenDecision],
    now: datetime,
    voided: Sequence[VoidedRequest] = (),
) -> str | None:
    """Why a decision cannot be taken, as a sentence with the next step; None if it can, or was taken already."""
    if is_repeat(decision, review, taken):
        return None
    standing = stands(About(decision.request_id, decision.case_version), review, taken)
    if isinstance(standing, str):
        return void_sentence(decision.request_id, voided, review) or standing
    return (
        claim_against(decision.reviewer, standing, now)
        or approval_refusal(decision, standing)
        or _misfit(decision, standing)
    )


def unworded(decision: Decision) -> str | None:
    """Why an edit would send words that nobody has seen, as a sentence with the next step; None if it would not.

    Asked of every new decision and of none that was taken: those taken before this was asked are worded anew.
    """
    if not isinstance(decision, Edit) or decision.actions is None or decision.reply is not None:
        return None
    return (
        "This changes what is done, and the drafted reply tells of what was proposed. Nothing was changed. "
        "Give the reply too, in words that fit."
    )


def doubled(decision: Decision) -> str | None:
    """Why an edit would do one thing twice, as a sentence with the next step; None if it would not.

    Asked of new decisions only, as `unworded` is.
    """
    proposals = decision.actions or () if isinstance(decision, Edit) else ()
    targets = [(arguments.kind, arguments.target) for arguments in proposals]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is None:
        return None
    return f"{twice[0]} of {twice[1]} stands there twice. Nothing was changed. Give it once."


def claim_refusal(
    request: ClaimRequest, review: ReviewRequest | None, taken: Sequence[TakenDecision], now: datetime
) -> str | None:
    """Why a request cannot be claimed, as a sentence with the next step; None if it can."""
    standing = stands(About(request.request_id, request.case_version), review, taken)
    return standing if isinstance(standing, str) else claim_against(request.reviewer, standing, now)


def reassign_refusal(
    request: Reassign, review: ReviewRequest | None, taken: Sequence[TakenDecision], now: datetime
) -> str | None:
    """Why a request cannot go to another team, as a sentence with the next step; None if it can."""
    standing = stands(About(request.request_id, review.case_version if review else 0), review, taken)
    return standing if isinstance(standing, str) else claim_against(request.reviewer, standing, now)


def stands(about: About, review: ReviewRequest | None, taken: Sequence[TakenDecision]) -> ReviewRequest | str:
    """The request that waits for a decision, or why what somebody means does not, as a sentence."""
    earlier = next((known for known in reversed(taken) if known.decision.request_id == about.request_id), None)
    if earlier is not None:
        return (
            f"Request {about.request_id} was already decided ({earlier.decision.decision}) by "
            f"{earlier.decision.reviewer} at {earlier.at:%Y-%m-%d %H:%M} UTC. Nothing was changed."
        )
    if review is None:
        return "This case does not wait for a decision. Look at it again with `signalbox show`."
    if about != (review.id, review.case_version):
        return (
            f"This decision is about {about.request_id} (version {about.case_version}), but the case has "
            f"moved on to {review.id} (version {review.case_version}). Look at the new draft, then decide again."
        )
    if review.pending is not None:
        decided = review.pending
        return (
            f"{decided.decision.reviewer} has decided on {review.id} ({decided.decision.decision}): it is carried out "
            f"at {decided.executes_at:%H:%M:%S} UTC, unless they take it back before. Nothing was changed."
        )
    return review


def void_sentence(request_id: str, voided: Sequence[VoidedRequest], review: ReviewRequest | None) -> str | None:
    """What whoever decides on a request that was voided is told; None of any other."""
    why = next((known.why for known in reversed(voided) if known.request_id == request_id), None)
    if why is None:
        return None
    moved_on = f"The case has moved on to {review.id} (version {review.case_version}). " if review else ""
    next_step = "Look at the new draft, then decide again." if review else "Look at the case again."
    return f"Request {request_id} is void, because {why}. Nothing was done. {moved_on}{next_step}"


def is_repeat(decision: Decision, review: ReviewRequest | None, taken: Sequence[TakenDecision]) -> bool:
    """Whether the very same decision has been taken: saying it again is a success and changes nothing.

    A second tab may show the case a little otherwise, and that is no other decision. Only of one's own approval that
    waits for a second one it is: who has seen that it waits, and approves again, means to be the second.
    """
    decided = (*taken, *([review.pending] if review and review.pending else []))
    approvals = review.approvals if review else ()
    return any(_content(known.decision) == _content(decision) for known in decided) or any(
        known.decision == decision for known in approvals
    )


def edited(rulebook: Rulebook, edit: Edit, draft: Draft, actions: Sequence[ProposedAction]) -> Edited:
    """Put a reviewer's words and arguments in the place of what was proposed."""
    reply = draft if edit.reply is None else draft.model_copy(update={"reply": CustomerText(text=edit.reply)})
    if edit.actions is None:
        return Edited(reply, tuple(actions))
    before = {(action.kind, action.arguments.target): action for action in actions}
    return Edited(
        reply,
        tuple(
            _changed(rulebook, edit, before[arguments.kind, arguments.target], arguments) for arguments in edit.actions
        ),
    )


def taken_up(
    decision: Approve | Edit, actions: Sequence[ProposedAction], earlier: Sequence[ProposedAction]
) -> tuple[ProposedAction, ...]:
    """What was proposed, with what a reviewer takes up of what was asked for earlier: it is they who ask for it now."""
    named = decision.actions or () if isinstance(decision, Edit) else ()
    wanted = {(arguments.kind, arguments.target) for arguments in named}
    taken = (action for action in earlier if (action.kind, action.arguments.target) in wanted)
    return (*actions, *(asked_by(action, decision.request_id) for action in taken))


def _changed(rulebook: Rulebook, edit: Edit, before: ProposedAction, arguments: ActionArguments) -> ProposedAction:
    """What a reviewer made of an action is asked for by the reviewer; what they left as it was, by the customer."""
    if arguments == before.arguments:
        return before
    return proposed(rulebook, before.intent, arguments, edit.request_id, before.moves)


def _content(decision: Decision) -> Decision:
    return decision.model_copy(update={"shown": "", "undo_seconds": 0})


def _misfit(decision: Decision, pending: ReviewRequest) -> str | None:
    if not isinstance(decision, Edit):
        return None
    if decision.reply is None and decision.actions is None:
        return "This edit changes nothing. Give a reply or actions, or approve."
    if decision.actions == () and decision.reply is None:
        return "Nothing would be done, but the drafted reply says it was. Write a reply too, or reject."
    known = {(action.kind, action.arguments.target): action for action in (*pending.actions, *pending.earlier)}
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
