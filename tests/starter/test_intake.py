"""The one way in: one ticket is one case, and nothing people say is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from cases.classification import Team
from cases.errors import (
    CaseClosed,
    CaseStuck,
    DecisionRefused,
    DecisionUnconfirmed,
    EngineUnavailable,
    InvalidInput,
    LedgerUnavailable,
    UnknownCase,
)
from cases.outcome import Satisfaction, Stage
from cases.review import Approve, ClaimRequest, Reassign, ReleaseRequest, ReviewRequest, UndoRequest
from cases.search_attributes import STAGE, TENANT
from cases.task_queues import TaskQueue
from cases.ticket import Author
from cases.work import CaseStart
from ledger.case_list import CaseFilter
from ledger.cases import CaseLedger
from ledger.database import Database
from starter import case_calls, intake
from starter.case_names import WORKFLOW
from starter.engine import connect_at_first_use
from starter.intake import customer_mark, customer_message, decide, start_case
from starter.settings import Settings
from tests.starter.doors import a_closing_world, a_held_world, a_quiet_world, another_ticket, working
from tests.waiting import eventually
from tests.workflows.world import a_message


def approve(review: ReviewRequest, reviewer: str = "ada") -> Approve:
    return Approve(request_id=review.id, case_version=review.case_version, reviewer=reviewer)


async def test_a_new_ticket_starts_its_case(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("new")

    started = await start_case(client, ledger, ticket)

    assert started == intake.StartedCase(case_id="ticket:acme:test:new", already_known=False)
    described = await client.get_workflow_handle(started.case_id).describe()
    assert described.typed_search_attributes.get(TENANT) == "acme"
    assert described.typed_search_attributes.get(STAGE) == Stage.RECEIVED
    assert await described.static_summary() == "email: no subject"


async def test_the_same_ticket_again_is_the_same_case(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("again")
    first = await start_case(client, ledger, ticket)

    second = await start_case(client, ledger, ticket)

    assert second.case_id == first.case_id
    assert second.already_known


async def test_a_long_subject_in_any_script_fits_the_summary(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("long").model_copy(update={"subject": "😀ğüş" * 100})

    assert not (await start_case(client, ledger, ticket)).already_known


async def test_a_ticket_whose_case_has_closed_is_the_same_case(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("closed")
    world = a_closing_world(ledger)
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

    assert (await start_case(client, ledger, ticket)).already_known


async def test_a_ticket_that_only_the_ledger_remembers_is_the_same_case(
    client: Client, ledger: CaseLedger, settings: Settings
) -> None:
    ticket = another_ticket("forgotten")
    async with working(client, a_closing_world(ledger)):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()
    nowhere = await connect_at_first_use(settings.model_copy(update={"temporal_namespace": "another"}))

    assert (await start_case(nowhere, ledger, ticket)).already_known


async def test_without_the_engine_a_ticket_is_refused_and_can_be_sent_again(
    client: Client, ledger: CaseLedger, settings_without_engine: Settings
) -> None:
    away = await connect_at_first_use(settings_without_engine)
    ticket = another_ticket("patient")

    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:\d+ does not answer.*send the same again"):
        await start_case(away, ledger, ticket)

    assert not (await start_case(client, ledger, ticket)).already_known


async def test_without_the_ledger_no_case_is_started(client: Client, settings: Settings) -> None:
    away = Database.at("postgresql://postgres@127.0.0.1:1/nothing", connections=1)
    ticket = another_ticket("unwritten")

    with pytest.raises(LedgerUnavailable):
        await start_case(client, CaseLedger(away), ticket)

    await away.close()
    with pytest.raises(UnknownCase):
        await customer_mark(client, ticket.case_id, Satisfaction(score=3, at=datetime.now(UTC)))


async def test_a_message_reaches_the_open_case(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("open")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)

        await customer_message(client, ledger, ticket.case_id, a_message("And hurry!", 2))
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW, times=2)

    assert [message.text for message in held.ticket.messages][-1] == "And hurry!"
    assert not held.repeat_contact


async def test_a_message_reaches_a_case_the_ledger_has_not_heard_of_yet(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("unheard")
    await start_case(client, ledger, ticket)

    await customer_message(client, ledger, ticket.case_id, a_message("One more thing.", 2))

    world = a_quiet_world(ledger)
    async with working(client, world):
        done = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
    assert [message.id for message in done.ticket.messages] == ["m1", "m2"]


async def test_a_message_to_a_closed_case_begins_a_repeat_contact_with_a_reply_of_its_own(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("repeat")
    world = a_closing_world(ledger)
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

        await customer_message(client, ledger, ticket.case_id, a_message("It is still broken.", 2))
        await client.get_workflow_handle(ticket.case_id).result()

    written = await ledger.case(ticket.case_id)
    assert written is not None
    assert written.repeat_contact
    assert [message.id for message in written.ticket.messages] == ["m1", "m2"]
    references = [request.reference for request in world.written if request.case_id == ticket.case_id]
    assert len(references) == len(set(references)) == 2


async def test_the_same_message_again_begins_nothing_after_the_case_has_closed(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("echo")
    async with working(client, a_closing_world(ledger)):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

        await customer_message(client, ledger, ticket.case_id, ticket.messages[0])

    described = await client.get_workflow_handle(ticket.case_id).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED


async def test_a_known_ticket_with_a_new_message_tells_its_case(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("grown")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)

        again = await start_case(client, ledger, ticket.with_message(a_message("And hurry!", 2)))
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW, times=2)

    assert again.already_known
    assert [message.id for message in held.ticket.messages] == ["m1", "m2"]


async def test_a_message_for_no_case_is_refused(client: Client, ledger: CaseLedger) -> None:
    with pytest.raises(UnknownCase, match="ticket:acme:test:nobody"):
        await customer_message(client, ledger, "ticket:acme:test:nobody", a_message("Hello?"))


async def test_only_the_customer_speaks_as_the_customer(client: Client, ledger: CaseLedger) -> None:
    ours = a_message("I am an agent.").model_copy(update={"author": Author.AGENT})

    with pytest.raises(InvalidInput, match="author"):
        await customer_message(client, ledger, "ticket:acme:test:new", ours)


async def test_a_decision_frees_the_case(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("decided")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None

        receipt = await decide(client, ticket.case_id, approve(held.review))
        done = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)

    assert not receipt.already_taken
    assert done.outcome is not None
    assert len(world.actions_for(ticket.case_id)) == 1


async def test_the_same_decision_again_is_a_success(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("decided-twice")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None
        await decide(client, ticket.case_id, approve(held.review))

        receipt = await decide(client, ticket.case_id, approve(held.review))
        await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)

    assert receipt.already_taken
    assert len(world.actions_for(ticket.case_id)) == 1


async def test_a_second_reviewer_hears_who_was_first(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("contested")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None
        await decide(client, ticket.case_id, approve(held.review))

        with pytest.raises(DecisionRefused, match=r"already decided .* by ada"):
            await decide(client, ticket.case_id, approve(held.review, reviewer="grace"))


async def test_a_claim_keeps_others_from_deciding_until_it_is_given_back(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("claimed")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None
        ask = ClaimRequest(request_id=held.review.id, case_version=0, reviewer="ada")

        given = await intake.claim(client, ticket.case_id, ask)
        with pytest.raises(DecisionRefused, match=f"ada is looking at {held.review.id} until"):
            await decide(client, ticket.case_id, approve(held.review, reviewer="grace"))
        with pytest.raises(DecisionRefused, match="ask ada to release it"):
            await intake.claim(client, ticket.case_id, ask.model_copy(update={"reviewer": "grace"}))
        await intake.release(client, ticket.case_id, ReleaseRequest(request_id=held.review.id, reviewer="ada"))
        receipt = await decide(client, ticket.case_id, approve(held.review, reviewer="grace"))

    assert given.reviewer == "ada"
    assert not receipt.already_taken


async def test_a_decision_that_is_taken_back_does_nothing(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("taken-back")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None
        take_back = UndoRequest(request_id=held.review.id, reviewer="ada")

        with_time = approve(held.review).model_copy(update={"undo_seconds": 60})
        receipt = await decide(client, ticket.case_id, with_time)
        undone = await intake.undo(client, ticket.case_id, take_back)
        with pytest.raises(DecisionRefused, match="it is open for a decision"):
            await intake.undo(client, ticket.case_id, take_back)

    assert receipt.undo_until is not None
    assert "Nothing was done" in undone.sentence
    assert world.actions_for(ticket.case_id) == []


async def test_another_team_has_the_case_in_its_list(client: Client, ledger: CaseLedger) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("reassigned")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        assert held.review is not None

        move = Reassign(request_id=held.review.id, reviewer="ada", team=Team.CORE_ENG)
        await intake.reassign(client, ticket.case_id, move)
        await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW, times=2)
        listed = await ledger.cases(CaseFilter(team=Team.CORE_ENG))

    assert [case.case_id for case in listed] == [ticket.case_id]


async def test_a_claim_of_no_case_is_refused(client: Client) -> None:
    with pytest.raises(UnknownCase):
        ask = ClaimRequest(request_id="review-1", case_version=0, reviewer="ada")
        await intake.claim(client, "ticket:acme:test:nobody", ask)


async def test_a_decision_for_a_closed_case_is_refused(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("too-late")
    async with working(client, a_closing_world(ledger)):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

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
