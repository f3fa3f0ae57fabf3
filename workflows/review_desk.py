"""The review desk: what people may ask of a case that is held, and what they are answered.

It only changes how the request stands; `reviewing.py` sees the change and carries it out.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from cases.case import StepKind
    from cases.review import (
        Claim,
        ClaimRequest,
        Decision,
        DecisionReceipt,
        Reassign,
        ReleaseRequest,
        ReviewReceipt,
        ReviewRequest,
        TakenDecision,
        UndoRequest,
    )
    from cases.words import in_words
    from routing.approvals import after_decision, counted, deciding
    from routing.changes import changes_of
    from routing.claims import claimed, released, same_person
    from routing.decisions import claim_refusal, doubled, is_repeat, reassign_refusal, refusal, unworded
    from routing.undoing import undo_refusal, undone

from workflows.case_file import CaseFile


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
        _refuse(unworded(decision) or doubled(decision))

    def _refuse_if_it_cannot_count(self, decision: Decision) -> None:
        case = self._case
        _refuse(refusal(decision, case.review, case.decisions, workflow.now(), case.voided))

    def take(self, decision: Decision) -> DecisionReceipt:
        """Let a decision count. Raises ApplicationError with the sentence where it cannot."""
        case = self._case
        self._refuse_if_it_cannot_count(decision)
        if is_repeat(decision, case.review, case.decisions):
            return _receipt(decision, "was taken before; nothing was done twice.", case.review, already_taken=True)
        review = self._standing()
        taken = TakenDecision(decision=decision, at=workflow.now(), changes=changes_of(decision, review))
        case.review = after_decision(review, taken)
        if case.review is None:
            self.let_count(review, taken)
        return _receipt(decision, "is taken.", case.review, already_taken=False)

    def let_count(self, review: ReviewRequest, decided: TakenDecision) -> None:
        """Decide the request: from here on there is no way back."""
        taken = TakenDecision(decision=decided.decision, at=decided.at, changes=decided.changes)
        self._case.decisions.extend(counted(review, taken))
        self._case.review = None
        self._case.note(StepKind.DECISION, f"{in_words(taken.decision.decision)} by {taken.decision.reviewer}")

    def take_signal(self, decision: Decision) -> None:
        """Let a decision count that nobody waits an answer for; a refused one is written down."""
        try:
            self.take(decision)
        except ApplicationError as refused:
            self._case.note(
                StepKind.DECISION, f"{in_words(decision.decision)} by {decision.reviewer} refused: {refused.message}"
            )

    def check_claim(self, request: ClaimRequest) -> None:
        """Refuse a claim that cannot be given."""
        _refuse(claim_refusal(request, self._case.review, self._case.decisions, workflow.now()))

    def claim(self, request: ClaimRequest) -> Claim:
        """Let one person be the only one who decides, for as long as the policy gives."""
        self.check_claim(request)
        before = self._standing()
        lease: timedelta = self._case.rulebook.review.claim
        self._case.review = claimed(before, request, workflow.now(), lease)
        claim = Claim(reviewer=request.reviewer, until=workflow.now() + lease)
        if before.claim is None or not same_person(before.claim.reviewer, request.reviewer):
            self._case.note(StepKind.REVIEW, f"claimed by {request.reviewer}")
        return claim

    def release(self, request: ReleaseRequest) -> ReviewReceipt:
        """Let others decide again. Somebody else's claim stays, and so it is never an error."""
        review = self._case.review
        if review is not None and review.id == request.request_id:
            self._case.review = released(review, request.reviewer)
        return ReviewReceipt(request_id=request.request_id, sentence=f"You hold no claim on {request.request_id}.")

    def check_undo(self, request: UndoRequest) -> None:
        """Refuse to take back what cannot be."""
        _refuse(undo_refusal(request, self._case.review, self._case.decisions))

    def undo(self, request: UndoRequest) -> ReviewReceipt:
        """Take a decision back: the request stands as it did before."""
        self.check_undo(request)
        self._case.review = undone(self._standing(), request)
        self._case.note(StepKind.DECISION, f"taken back by {request.reviewer}: nothing was done")
        sentence = f"Your decision on {request.request_id} is taken back. Nothing was done; decide again."
        return ReviewReceipt(request_id=request.request_id, sentence=sentence)

    def check_reassign(self, request: Reassign) -> None:
        """Refuse to move what cannot be."""
        _refuse(reassign_refusal(request, self._case.review, self._case.decisions, workflow.now()))

    def reassign(self, request: Reassign) -> ReviewReceipt:
        """Move the request to another team's queue; the case is that team's from now on."""
        self.check_reassign(request)
        review = self._standing()
        if review.team is not request.team:
            self._case.give_to(request.team)
            self._case.note(StepKind.REVIEW, f"moved to {in_words(request.team)} by {request.reviewer}")
        return ReviewReceipt(
            request_id=request.request_id, sentence=f"{request.request_id} waits for {in_words(request.team)} now."
        )

    def decision_on(self, request_id: str) -> Decision | None:
        """What was decided about a request."""
        return deciding(self._case.decisions, request_id)

    def _standing(self) -> ReviewRequest:
        if self._case.review is None:
            raise RuntimeError("nothing is let through that is about no standing request")
        return self._case.review


def request_id(case: CaseFile) -> str:
    """The id of this pass's request: each pass asks at most once."""
    return f"review-{case.turn}"


def _refuse(sentence: str | None) -> None:
    if sentence is not None:
        raise ApplicationError(sentence, type="DecisionRefused", non_retryable=True)


def _receipt(decision: Decision, ended: str, review: ReviewRequest | None, *, already_taken: bool) -> DecisionReceipt:
    pending = review.pending if review else None
    waits = ""
    if pending is not None:
        waits = f" It is carried out at {pending.executes_at:%H:%M:%S} UTC, unless you take it back before."
    elif review is not None:
        waits = " Nothing is done until another person approves it too."
    return DecisionReceipt(
        request_id=decision.request_id,
        already_taken=already_taken,
        sentence=f"The decision “{decision.decision}” on {decision.request_id} {ended}{waits}",
        undo_until=pending.executes_at if pending else None,
    )
