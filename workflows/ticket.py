"""The story of one ticket, from the customer's first words to the last chance to hear that it was not solved.

Read it top to bottom: it is told here, and each chapter in the file that it names. Every decision is a pure function
of `routing/`; everything that touches the world is an activity.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.opening import Opening
    from cases.case import CaseStart, CaseView, StepKind
    from cases.other_case import OtherCase
    from cases.outcome import Outcome, OutcomeKind, Reopening, Satisfaction, Stage
    from cases.reason import ReasonCode
    from cases.review import (
        Claim,
        ClaimRequest,
        Decision,
        DecisionReceipt,
        Reassign,
        ReleaseRequest,
        ReviewReceipt,
        UndoRequest,
    )
    from cases.source_event import AgentReply, HelpdeskChange, ReplyUndelivered, TicketSolved
    from cases.ticket import Author, Message
    from cases.words import in_words
    from cases.work import OpenRequest
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.ending import ended, hand_over, step_aside
from workflows.hearing import (
    hear_change,
    hear_colleague,
    hear_customer,
    hear_of_another_case,
    hear_of_undelivered_reply,
    hear_that_it_is_reopened,
    hear_that_it_is_solved,
    hear_that_ops_cancelled,
)
from workflows.listening import heard_only_thanks
from workflows.options import OWN_DATABASE
from workflows.review_desk import ReviewDesk
from workflows.serving import serve
from workflows.showing import enter, record, view_of

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)
"""How a case ends when a person has it: then Signalbox stands back, whatever the customer writes."""


WITH_NOBODY = (ReasonCode.SOLVED_ELSEWHERE, ReasonCode.MERGED_ELSEWHERE)
"""Nobody answers in a ticket that somebody else has solved, or that went into another one."""

CANCELLED_WITHIN = timedelta(seconds=30)
"""How long a cancelled case may take to end what it is in the middle of, and to leave a note. Then it ends without."""


def a_person_has_it(outcome: Outcome) -> bool:
    """Whether somebody answers the customer from here on. Who only solved or merged the ticket does not."""
    return outcome.kind in WITH_A_PERSON and outcome.reason.code not in WITH_NOBODY


@workflow.defn
class TicketWorkflow:
    """One ticket on its way through Signalbox."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._case = CaseFile(start, workflow.now())
        self._desk = ReviewDesk(self._case)

    @workflow.run
    async def run(self, start: CaseStart) -> Outcome:
        """Serve the ticket; where ops cancel it, what is being done is finished, and a person goes on with the rest."""
        story = asyncio.create_task(self._story(start))
        try:
            return await asyncio.shield(story)
        except asyncio.CancelledError:
            if not self._case.policy_version:
                story.cancel()
                raise
            return await self._end_cancelled(story)

    async def _story(self, start: CaseStart) -> Outcome:
        """Serve the ticket, then stay within reach of the customer for the follow-up window."""
        await self._open(start)
        outcome = await self._serve_until_done()
        await self._conclude(outcome)
        return await self._follow_up(outcome)

    async def _open(self, start: CaseStart) -> None:
        case = self._case
        read_version = case.version
        case.open(
            await workflow.execute_local_activity_method(
                Opening.open_case,
                OpenRequest(start=case.as_start(start), run_id=workflow.info().run_id, opened_at=case.opened_at),
                **OWN_DATABASE,
            ),
            read_version,
        )
        case.note(StepKind.RECEIVED, "received again: a repeat contact" if case.repeat_contact else "received")

    async def _serve_until_done(self) -> Outcome:
        """Each time the customer or a reviewer tells us more, the case is gone through again."""
        case = self._case
        while True:
            if case.starts_over and not case.is_out_of_our_hands:
                if case.deeds:
                    return await hand_over(case, reason(ReasonCode.REQUESTER_CHANGED, done="an action was done"))
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(case.start_over())
            outcome = await serve(case, self._desk)
            if outcome is not None:
                return outcome

    async def _conclude(self, outcome: Outcome) -> None:
        case = self._case
        case.outcome = outcome
        if outcome.kind is not OutcomeKind.NO_ANSWER:
            case.close_request()
        case.note(StepKind.OUTCOME, f"{in_words(outcome.kind)}: {outcome.reason}")
        enter(case, Stage.FOLLOW_UP, outcome.reason)
        await record(case)

    async def _follow_up(self, outcome: Outcome) -> Outcome:
        """Stay open for a while. A customer who writes again begins a new run; a reopened ticket goes to a person."""
        case = self._case
        closes_at = workflow.now() + case.rulebook.deadlines.follow_up
        case.take_as_seen_what_needs_no_answer()
        if not a_person_has_it(outcome) and await self._asked_again_before(closes_at) and not case.is_over:
            if case.answered_by is not None or case.undelivered is not None:
                outcome = await step_aside(case)
            elif case.has_moved_on:
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(case.next_run())
            else:
                outcome = await hand_over(case, reason(ReasonCode.REOPENED))
            await self._conclude(outcome)
        if a_person_has_it(outcome) and await self._new_subject_before(closes_at):
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(case.next_run())
        await self._close(outcome)
        return outcome

    async def _new_subject_before(self, closes_at: datetime) -> bool:
        """Stand back before the person who has it; what the customer writes is kept with the case.

        Where the thread never ends, a late message is another subject.
        """
        case = self._case
        silence = case.rulebook.new_subject_seconds.get(case.ticket.channel)
        while True:
            since = workflow.now()
            try:
                await workflow.wait_condition(
                    lambda: case.is_unrecorded or case.is_over,
                    timeout=max(timedelta(0), closes_at - since),
                    timeout_summary="follow-up window",
                )
            except TimeoutError:
                return False
            if case.is_over:
                return False
            if silence is not None and workflow.now() - since >= timedelta(seconds=silence):
                return not case.is_out_of_our_hands
            await record(case)

    async def _close(self, outcome: Outcome) -> None:
        """Close the case, unless the customer writes at the very last moment: nobody else would hear it."""
        case = self._case
        heard = case.version
        case.note(StepKind.OUTCOME, "follow-up window closed")
        enter(case, Stage.CLOSED, outcome.reason)
        await record(case)
        await workflow.wait_condition(workflow.all_handlers_finished)
        if case.version != heard and not case.is_over:
            workflow.continue_as_new(case.next_run())

    async def _asked_again_before(self, closes_at: datetime) -> bool:
        """Wait for anything but thanks."""
        while await self._heard_again_before(closes_at):
            if self._case.reopened or not await heard_only_thanks(self._case):
                return True
            await record(self._case)
        return False

    async def _heard_again_before(self, closes_at: datetime) -> bool:
        """Wait for a message or a reopening."""
        case = self._case
        return await self._until(closes_at, lambda: case.reopened or case.has_moved_on or case.is_over)

    async def _until(self, closes_at: datetime, heard: Callable[[], bool]) -> bool:
        """Wait for something to be heard, at most until the follow-up window closes; tells whether it was."""
        left = max(timedelta(0), closes_at - workflow.now())
        with suppress(TimeoutError):
            await workflow.wait_condition(heard, timeout=left, timeout_summary="follow-up window")
        return heard()

    async def _end_cancelled(self, story: asyncio.Task[Outcome]) -> Outcome:
        """Let the story end with what it hears now; where it is stuck in a call, end it without a word to anybody."""
        case = self._case
        hear_that_ops_cancelled(case)
        with suppress(TimeoutError):
            await workflow.wait_condition(story.done, timeout=CANCELLED_WITHIN, timeout_summary="the case to end")
            return story.result()
        story.cancel()
        outcome = case.outcome or ended(case, OutcomeKind.HANDED_OVER, reason(ReasonCode.CANCELLED_BY_OPS))
        case.outcome = outcome
        case.note(StepKind.OUTCOME, "ended without a note in the helpdesk, which did not answer in time")
        enter(case, Stage.CLOSED, outcome.reason)
        await record(case)
        return outcome

    @workflow.update(description="Approve, edit, reject, ask again, ask the customer, or take over")
    async def decide(self, decision: Decision) -> DecisionReceipt:
        """Take a reviewer's decision; the answer says whether it counts."""
        await self._desk.wait_for_request(decision)
        return self._desk.take(decision)

    @decide.validator
    def _check_decision(self, decision: Decision) -> None:
        self._desk.check(decision)

    @workflow.update(description="Be the only one who decides, for a few minutes")
    def claim(self, request: ClaimRequest) -> Claim:
        """Give a reviewer the lease; the answer says until when."""
        return self._desk.claim(request)

    @claim.validator
    def _check_claim(self, request: ClaimRequest) -> None:
        self._desk.check_claim(request)

    @workflow.update(description="Give a claim back")
    def release(self, request: ReleaseRequest) -> ReviewReceipt:
        """Let others decide again."""
        return self._desk.release(request)

    @workflow.update(description="Take one's own decision back before it is carried out")
    def undo(self, request: UndoRequest) -> ReviewReceipt:
        """Put the request back as it was."""
        return self._desk.undo(request)

    @undo.validator
    def _check_undo(self, request: UndoRequest) -> None:
        self._desk.check_undo(request)

    @workflow.update(description="Let another team decide")
    def reassign(self, request: Reassign) -> ReviewReceipt:
        """Move the request to another team's queue."""
        return self._desk.reassign(request)

    @reassign.validator
    def _check_reassign(self, request: Reassign) -> None:
        self._desk.check_reassign(request)

    @workflow.signal(description="The same as `decide`, for senders who need no answer")
    async def decision(self, decision: Decision) -> None:
        """Take a reviewer's decision."""
        await self._desk.wait_for_request(decision)
        self._desk.take_signal(decision)

    @workflow.signal(description="The customer wrote again")
    async def customer_message(self, message: Message) -> None:
        """Hear the customer."""
        if message.author is Author.CUSTOMER:
            await hear_customer(self._case, message)

    @workflow.signal(description="A colleague answered in the helpdesk")
    async def agent_reply(self, reply: AgentReply) -> None:
        """Stand back before a colleague."""
        hear_colleague(self._case, reply)
        await self._record_if_done()

    @workflow.signal(description="The ticket was solved in the helpdesk")
    async def solved(self, event: TicketSolved) -> None:
        """Leave alone what somebody else has solved."""
        hear_that_it_is_solved(self._case)
        await self._record_if_done()

    @workflow.signal(description="The ticket's requester changed, it is no more, or a message in it is another one")
    async def changed_in_helpdesk(self, change: HelpdeskChange) -> None:
        """Let nothing go on that rests on what is no longer so."""
        hear_change(self._case, change)
        await self._record_if_done()

    @workflow.signal(description="Another open case would change the same record")
    def another_case(self, other: OtherCase) -> None:
        """Let nobody decide without having seen it."""
        hear_of_another_case(self._case, other)

    @workflow.signal(description="A reply of ours never reached the customer")
    async def undelivered(self, event: ReplyUndelivered) -> None:
        """Let a person reach the customer another way."""
        hear_of_undelivered_reply(self._case, event.why)
        await self._record_if_done()

    @workflow.signal(description="The ticket was opened again, without a new message")
    def reopened(self, reopening: Reopening) -> None:
        """Hear that our answer was not the end of it."""
        if self._case.outcome is not None:
            hear_that_it_is_reopened(self._case)

    @workflow.signal(description="The customer's own mark")
    async def satisfaction(self, satisfaction: Satisfaction) -> None:
        """Keep the customer's mark with the case."""
        self._case.satisfaction = satisfaction
        await self._record_if_done()

    async def _record_if_done(self) -> None:
        """A case that is on its way is recorded by its next step anyhow."""
        if self._case.outcome is not None:
            await record(self._case)

    @workflow.query(description="The case as it stands")
    def view(self) -> CaseView:
        """Show the case."""
        return view_of(self._case)
