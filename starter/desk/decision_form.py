"""What was typed, read as a decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from cases.action import ActionArguments
from cases.case import CaseView
from cases.classification import Entities, Team
from cases.errors import AccessRefused, DecisionRefused, InvalidDecision
from cases.person import Person
from cases.policy.desk import DeskRules
from cases.review import Approve, AskAgain, AskCustomer, Decision, Edit, Reassign, Reject, ReviewRequest
from routing.approval_rights import beyond
from routing.approvals import approval_of
from starter.desk.action_form import edited_actions, kept_actions
from starter.desk.case_view import shown_hash
from starter.desk.diff import is_changed, plain
from starter.desk.proposal import decided_actions, decided_reply, left_earlier
from starter.problems import problems_of

Made = TypeVar("Made")

Typed = Mapping[str, str]


class Subject(NamedTuple):
    """What every decision says: which request it is about, who decides, and what was on the screen."""

    request_id: str
    case_version: int
    reviewer: str
    shown: str
    undo_seconds: int = 0
    """How long the decision can be taken back."""


def subject_of(form: Typed, person: Person) -> Subject:
    """What a form is about. Raises InvalidDecision for a form that is not one of ours."""
    version = form.get("case_version", "")
    if not version.isdecimal() or "request_id" not in form:
        raise InvalidDecision("form", "does not say what it is about.", "Load the page again.")
    return Subject(form["request_id"], int(version), person.name, form.get("shown", ""))


def is_about(subject: Subject, review: ReviewRequest | None) -> bool:
    """Whether the request of a form is the one that waits now."""
    return review is not None and (review.id, review.case_version) == (subject.request_id, subject.case_version)


def refuse_what_was_not_shown(case: CaseView, subject: Subject) -> None:
    """Raise DecisionRefused where the page showed something else than what waits now under the same name."""
    if is_about(subject, case.review) and subject.shown != shown_hash(case):
        raise DecisionRefused(
            "What you looked at has changed since, so nothing was done. Look at it as it stands now, then decide."
        )


def approval(case: CaseView, person: Person, subject: Subject, rules: DeskRules, form: Typed) -> Decision:
    """An approval: of the proposal, or of what the form makes of it.

    Raises InvalidDecision naming the field, AccessRefused for what this person may not approve, and DecisionRefused
    where the case has moved on.
    """
    review = case.review
    if review is None or not is_about(subject, review):
        return _approved_before(case, subject)
    typed = form.get("reply", review.draft.reply.text)
    proposed = decided_actions(review)
    changed = edited_actions(proposed, case.facts, form, left_earlier(review))
    refuse_beyond(person, kept_actions(proposed) if changed is None else changed, rules)
    if not plain(typed):
        raise InvalidDecision("Reply", "is empty.", "Write what the customer reads, or reject instead.")
    reworded = is_changed(decided_reply(review), typed)
    if changed is not None and not reworded:
        # Without words of the reviewer's own the case would have new ones written, and send them unseen.
        raise InvalidDecision(
            "Reply",
            "still tells of the action as it was proposed." if proposed else "does not mention what you have ticked.",
            "Change it to what you approve, then approve again.",
        )
    beyond_limits = _beyond_limits(person, review, form)
    if not reworded:
        return approval_of(review, person.name).model_copy(
            update={
                "shown": subject.shown,
                "undo_seconds": subject.undo_seconds,
                "beyond_limits": beyond_limits,
            }
        )
    reply = plain(typed) if changed is not None or is_changed(review.draft.reply.text, typed) else None
    actions = kept_actions(proposed) if changed is None else changed
    changed_actions = None if actions == kept_actions(review.actions) else actions
    return _made(Edit, subject, reply=reply, actions=changed_actions, beyond_limits=beyond_limits)


def _beyond_limits(person: Person, review: ReviewRequest, form: Typed) -> bool:
    if form.get("beyond_limits") != "yes":
        return False
    if not (person.may_lead and review.leads_may_exceed):
        raise AccessRefused("Only a lead can exceed a limit on moved money, where the policy allows it.")
    return True


def refuse_beyond(person: Person, actions: Sequence[ActionArguments], rules: DeskRules) -> None:
    """Raise AccessRefused where this person may not approve one of these actions."""
    found = beyond(person, actions, rules.agents_approve)
    if found is not None:
        raise AccessRefused(
            f"{found.why}. Nothing was done. Approve less of it, in words that fit, or leave it to somebody who may."
        )


def rejection(subject: Subject, form: Typed) -> Decision:
    """A rejection with its named reason. Raises InvalidDecision."""
    return _made(Reject, subject, reason=form.get("reason", ""), comment=plain(form.get("comment", "")))


def question(subject: Subject, form: Typed) -> Decision:
    """A question for the customer. Raises InvalidDecision."""
    return _made(AskCustomer, subject, question=plain(form.get("question", "")))


def ask_again_details(subject: Subject, form: Typed) -> Decision:
    """New details, typed. Raises InvalidDecision naming the field, also where none was given."""
    amount = form.get("detail-amount", "").strip().replace(",", ".")
    amounts = [{"amount": amount, "currency": form.get("detail-currency", "").strip().upper()}] if amount else []
    given: dict[str, object] = {
        "order_ids": form.get("detail-orders", "").replace(",", " ").split(),
        "emails": form.get("detail-emails", "").replace(",", " ").split(),
        "amounts": amounts,
        "dates": [_date(word) for word in form.get("detail-dates", "").replace(",", " ").split()],
        "plan": form.get("detail-plan", "").strip() or None,
        "address": form.get("detail-address", "").strip() or None,
    }
    if not any(given.values()):
        raise InvalidDecision("Details", "are all empty.", "Give at least one that the case does not know.")
    with_details = _read(lambda: Entities.model_validate(given))
    return _made(AskAgain, subject, details=with_details)


def reassignment(subject: Subject, form: Typed) -> Reassign:
    """Another team. Raises InvalidDecision."""
    if form.get("team") not in set(Team):
        raise InvalidDecision("Team", "is none of the teams.", "Choose one of the list.")
    return Reassign(request_id=subject.request_id, reviewer=subject.reviewer, team=Team(form["team"]))


def _approved_before(case: CaseView, subject: Subject) -> Decision:
    """An approval the engine can only know already, and says so in its own words.

    A request that the ledger has not got may not have been shown to anybody: nobody approves it by its name.
    """
    if all(taken.decision.request_id != subject.request_id for taken in case.decisions):
        raise DecisionRefused("The case has moved on, so nothing was done. Look at it as it stands now, then decide.")
    return _made(Approve, subject)


def _made(kind: Callable[..., Decision], subject: Subject, **values: object) -> Decision:
    return _read(lambda: kind(**subject._asdict(), **values))


def _read(make: Callable[[], Made]) -> Made:
    try:
        return make()
    except ValidationError as error:
        problem = problems_of(error)[0]
        raise InvalidDecision(problem.field.capitalize(), problem.problem, problem.way_out) from error


def _date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise InvalidDecision("Dates", f"“{word}” is not a date.", "Write it as 2026-11-18.") from error
