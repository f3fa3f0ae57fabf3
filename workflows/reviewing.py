"""Reviewing: a case is held until a person decides or the customer writes again; the leads hear of what takes long."""

from datetime import timedelta
from typing import NamedTuple

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from cases.draft import Draft
    from cases.outcome import Stage
    from cases.reason import Reason
    from cases.review import Decision, DecisionReceipt, ReviewQueue, ReviewRequest, TakenDecision
    from cases.work import StepKind
    from routing.decisions import is_repeat, refusal

from workflows.case_file import CaseFile
from workflows.telling import leave_a_note, record


class ReviewDesk:
    """Takes decisions for one case: the first valid one counts, the same again is a success, a stale one is refused."""

    def __init__(self, case: CaseFile) -> None:
        self._case = case

    async def wait_for_request(self, decision: Decision) -> None:
        """Wait until the request that is decided about stands again.

        A worker that died right after it had shown a request left the case a moment before it; the case is on its way
        back there, and a decision that was given in that moment counts. One whose request stands is not kept waiting:
        what came in after it must not overtake it.
        """
        if self._is_coming(decision):
            await workflow.wait_condition(lambda: not self._is_coming(decision))

    def _is_coming(self, decision: Decision) -> bool:
        case = self._case
        decided = any(taken.decision.request_id == decision.request_id for taken in case.decisions)
        about_now = decision.request_id == request_id(case) and decision.case_version == case.version
        return about_now and not decided and case.review is None and case.outcome is None

    def check(self, decision: Decision) -> None:
        """Refuse a decision that cannot be taken, with the sentence its sender reads."""
        if not self._is_coming(decision):
            self._refuse_if_it_cannot_count(decision)

    def _refuse_if_it_cannot_count(self, decision: Decision) -> None:
        refused = refusal(decision, self._case.review, self._case.decisions)
        if refused is not None:
            raise ApplicationError(refused, type="DecisionRefused", non_retryable=True)

    def take(self, decision: Decision) -> DecisionReceipt:
        """Let a decision count. Raises ApplicationError with the sentence where it cannot."""
        self._refuse_if_it_cannot_count(decision)
        if is_repeat(decision, self._case.decisions):
            return _receipt(decision, "was taken before; nothing was done twice", already_taken=True)
        self._case.decisions.append(TakenDecision(decision=decision, at=workflow.now()))
        self._case.review = None
        self._case.note(StepKind.DECISION, f"{decision.decision} by {decision.reviewer}")
        return _receipt(decision, "is taken", already_taken=False)

    def take_signal(self, decision: Decision) -> None:
        """Let a decision count that nobody waits an answer for; a refused one is written down."""
        try:
            self.take(decision)
        except ApplicationError as refused:
            self._case.note(StepKind.DECISION, f"{decision.decision} by {decision.reviewer} refused: {refused.message}")

    def decision_on(self, request_id: str) -> Decision | None:
        """What was decided about a request."""
        return next((t.decision for t in self._case.decisions if t.decision.request_id == request_id), None)


def request_id(case: CaseFile) -> str:
    """The id of this pass's request: each pass asks at most once."""
    return f"review-{case.turn}"


class Shown(NamedTuple):
    """What a person is shown: the draft that would go out, and what another model would have written."""

    draft: Draft
    other: Draft | None


async def hold_for_review(
    case: CaseFile, desk: ReviewDesk, shown: Shown, reasons: tuple[Reason, ...]
) -> Decision | None:
    """Wait for a person, however long it takes. None: the customer wrote again, and what was shown no longer counts."""
    request = _open(case, shown, reasons)
    await record(case)
    deadlines = case.rulebook.deadlines
    if not await _decided_within(case, deadlines.review_reminder, "reminder"):
        case.note(StepKind.REVIEW, "nobody has decided yet: reminder sent")
        await leave_a_note(case, reasons[0], "review-reminder")
        if not await _decided_within(case, deadlines.review_escalation - deadlines.review_reminder, "escalation"):
            await _escalate(case, reasons[0])
            await workflow.wait_condition(lambda: case.review is None)
    case.go_on()
    return desk.decision_on(request.id)


def _open(case: CaseFile, shown: Shown, reasons: tuple[Reason, ...]) -> ReviewRequest:
    now = workflow.now()
    case.review = ReviewRequest(
        id=request_id(case),
        case_version=case.version,
        team=case.team,
        draft=shown.draft,
        other_draft=shown.other,
        actions=case.actions,
        reasons=reasons,
        requested_at=now,
        due_at=now + case.rulebook.deadlines.review_escalation,
    )
    case.note(StepKind.REVIEW, f"held for a person: {reasons[0]}")
    case.wait_for(f"a person to decide: {reasons[0]}", _details(case, case.review))
    case.enter(Stage.WAITING_FOR_REVIEW, reasons[0])
    return case.review


async def _decided_within(case: CaseFile, time: timedelta, until: str) -> bool:
    try:
        await workflow.wait_condition(
            lambda: case.review is None, timeout=time, timeout_summary=f"{until} of the review"
        )
    except TimeoutError:
        return case.review is None
    return True


async def _escalate(case: CaseFile, why: Reason) -> None:
    if case.review is None:
        return
    case.review = case.review.model_copy(update={"queue": ReviewQueue.LEADS})
    case.note(StepKind.REVIEW, "still nobody has decided: moved to the leads' queue")
    case.wait_for(f"a lead to decide: {why}", _details(case, case.review))
    case.enter(Stage.WAITING_FOR_REVIEW, why)
    await leave_a_note(case, why, "review-escalation")
    await record(case)


def _receipt(decision: Decision, ended: str, *, already_taken: bool) -> DecisionReceipt:
    sentence = f"The decision “{decision.decision}” on {decision.request_id} {ended}."
    return DecisionReceipt(request_id=decision.request_id, already_taken=already_taken, sentence=sentence)


def _details(case: CaseFile, review: ReviewRequest) -> str:
    proposed = "\n".join(f"- {action.summary}" for action in review.actions) or "- send the drafted reply"
    why = "\n".join(f"- {reason}" for reason in review.reasons)
    return (
        f"**Waits for {review.queue}** until {review.due_at:%Y-%m-%d %H:%M} UTC\n\n"
        f"Proposed:\n{proposed}\n\nWhy a person looks:\n{why}\n\n"
        f"Free it with `signalbox approve {case.case_id}` (or `edit`, `reject`, `ask-again`, `take-over`)."
    )
