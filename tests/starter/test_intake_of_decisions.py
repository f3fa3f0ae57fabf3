"""What people decide of a case reaches it once."""

from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from cases.case import CaseStart
from cases.classification import Team
from cases.errors import CaseClosed, CaseStuck, DecisionRefused, DecisionUnconfirmed, UnknownCase
from cases.outcome import Stage
from cases.review import Approve, ClaimRequest, Reassign, ReleaseRequest, ReviewRequest, UndoRequest
from cases.task_queues import TaskQueue
from ledger.case_list import CaseFilter
from ledger.cases import CaseLedger
from starter import case_calls, intake
from starter.case_names import WORKFLOW
from starter.intake import decide, start_case
from tests.starter.doors import a_closed_case, another_ticket
from tests.starter.held import HeldCases
from tests.waiting import eventually


def approve(review: ReviewRequest, reviewer: str = "ada") -> Approve:
    return Approve(request_id=review.id, case_version=review.case_version, reviewer=reviewer)


async def test_a_decision_frees_the_case(client: Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("decided") as held:
        receipt = await decide(client, held.id, approve(held.review))
        done = await held.reached(Stage.FOLLOW_UP)

    assert not receipt.already_taken
    assert done.outcome is not None
    assert len(held.actions) == 1


async def test_the_same_decision_again_is_a_success(client: Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("decided-twice") as held:
        await decide(client, held.id, approve(held.review))

        receipt = await decide(client, held.id, approve(held.review))
        await held.reached(Stage.FOLLOW_UP)

    assert receipt.already_taken
    assert len(held.actions) == 1


async def test_a_second_reviewer_hears_who_was_first(client: Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("contested") as held:
        await decide(client, held.id, approve(held.review))

        with pytest.raises(DecisionRefused, match=r"already decided .* by ada"):
            await decide(client, held.id, approve(held.review, reviewer="grace"))


async def test_a_claim_keeps_others_from_deciding_until_it_is_given_back(client: Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("claimed") as held:
        ask = ClaimRequest(request_id=held.review.id, case_version=0, reviewer="ada")

        given = await intake.claim(client, held.id, ask)
        with pytest.raises(DecisionRefused, match=f"ada is looking at {held.review.id} until"):
            await decide(client, held.id, approve(held.review, reviewer="grace"))
        with pytest.raises(DecisionRefused, match="ask ada to release it"):
            await intake.claim(client, held.id, ask.model_copy(update={"reviewer": "grace"}))
        await intake.release(client, held.id, ReleaseRequest(request_id=held.review.id, reviewer="ada"))
        receipt = await decide(client, held.id, approve(held.review, reviewer="grace"))

    assert given.reviewer == "ada"
    assert not receipt.already_taken


async def test_a_decision_that_is_taken_back_does_nothing(client: Client, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("taken-back") as held:
        take_back = UndoRequest(request_id=held.review.id, reviewer="ada")

        with_time = approve(held.review).model_copy(update={"undo_seconds": 60})
        receipt = await decide(client, held.id, with_time)
        undone = await intake.undo(client, held.id, take_back)
        with pytest.raises(DecisionRefused, match="it is open for a decision"):
            await intake.undo(client, held.id, take_back)

    assert receipt.undo_until is not None
    assert "Nothing was done" in undone.sentence
    assert held.actions == []


async def test_another_team_has_the_case_in_its_list(client: Client, ledger: CaseLedger, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("reassigned") as held:
        move = Reassign(request_id=held.review.id, reviewer="ada", team=Team.CORE_ENG)
        await intake.reassign(client, held.id, move)
        await held.reached(Stage.WAITING_FOR_REVIEW, times=2)
        listed = await ledger.cases(CaseFilter(team=Team.CORE_ENG))

    assert [case.case_id for case in listed] == [held.id]


async def test_a_claim_of_no_case_is_refused(client: Client) -> None:
    with pytest.raises(UnknownCase):
        ask = ClaimRequest(request_id="review-1", case_version=0, reviewer="ada")
        await intake.claim(client, "ticket:acme:test:nobody", ask)


async def test_a_decision_for_a_closed_case_is_refused(client: Client, ledger: CaseLedger) -> None:
    ticket = await a_closed_case(client, ledger, "too-late")

    with pytest.raises(CaseClosed, match="signalbox show"):
        await decide(client, ticket.case_id, Approve(request_id="review-1", case_version=0, reviewer="ada"))


async def test_a_decision_for_no_case_is_refused(client: Client) -> None:
    with pytest.raises(UnknownCase):
        await decide(client, "ticket:acme:test:nobody", Approve(request_id="r", case_version=0, reviewer="ada"))


async def test_a_decision_that_nobody_answers_is_not_called_taken(
    client: Client, ledger: CaseLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_calls, "DECIDE_WITHIN", timedelta(seconds=1))
    ticket = another_ticket("no-worker")
    await start_case(client, ledger, ticket)

    with pytest.raises(DecisionUnconfirmed, match="Send the same decision again"):
        await decide(client, ticket.case_id, Approve(request_id="review-1", case_version=0, reviewer="ada"))


@workflow.defn(name=WORKFLOW)
class BrokenCase:
    """A version of the workflow that a bug stops at its first step."""

    @workflow.run
    async def run(self, start: CaseStart) -> None:
        raise RuntimeError(f"a bug stops {start.ticket.case_id}")


async def test_a_decision_for_a_case_that_a_bug_stops_is_told_so_and_changes_nothing(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("stuck")
    await start_case(client, ledger, ticket)

    async def given_up_on() -> bool:
        described = await client.get_workflow_handle(ticket.case_id).describe()
        return described.raw_description.pending_workflow_task.attempt >= 3

    async with Worker(
        client, task_queue=TaskQueue.CASES, workflows=[BrokenCase], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        await eventually(given_up_on, "the third try of its first step")
        with pytest.raises(CaseStuck, match=r"nothing was changed\. Send the same decision again"):
            await decide(client, ticket.case_id, Approve(request_id="review-1", case_version=0, reviewer="ada"))
