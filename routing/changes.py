"""What an edit changed, as a unified diff: for the page, for the decision log, and for the measure of edits."""

from collections.abc import Sequence
from difflib import unified_diff

from cases.action import ActionArguments
from cases.review import Decision, Edit, ReviewRequest


def changes_of(decision: Decision, review: ReviewRequest) -> str:
    """What goes out otherwise than proposed; empty for every decision but an edit that changes something."""
    if not isinstance(decision, Edit):
        return ""
    proposed = review.draft.reply.text
    reply = _diff("reply", proposed.splitlines(), (decision.reply or proposed).splitlines())
    before = [_line(action.arguments) for action in review.actions]
    after = before if decision.actions is None else [_line(arguments) for arguments in decision.actions]
    return "\n".join([*reply, *_diff("actions", before, after)])


def _diff(what: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    return list(unified_diff(before, after, f"{what} proposed", f"{what} decided", lineterm=""))


def _line(arguments: ActionArguments) -> str:
    return arguments.model_dump_json()
