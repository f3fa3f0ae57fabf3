"""What becomes of a ticket in its helpdesk voids what rests on it: another requester, a merge, other words."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from cases.case import CaseView
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.source_event import (
    HelpdeskChange,
    MessageDeleted,
    MessageEdited,
    Removal,
    RequesterChanged,
    TicketMerged,
    TicketRemoved,
)
from cases.ticket import Customer
from tests.samples import ADA, NOW, a_classification, a_message, a_ticket
from tests.workflows.conftest import CaseHandle, RunningCase
from tests.workflows.reviewers import a_risky_refund, approve, decide, for_two_people, held, sentence
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

LATER = NOW + timedelta(minutes=5)
EVE = Customer(name="Eve Moore", email="eve@example.com")
TO_EVE = RequesterChanged(ticket_id="1001", customer=EVE, at=LATER)
MERGED = TicketMerged(ticket_id="1001", into="1002", at=LATER)
DELETED = TicketRemoved(ticket_id="1001", how=Removal.DELETED, at=LATER)
SPAM = TicketRemoved(ticket_id="1001", how=Removal.SPAM, at=LATER)
TAKEN_BACK = MessageDeleted(ticket_id="1001", message_id="m1", at=LATER)
GONE = {
    "merged": (MERGED, OutcomeKind.TAKEN_OVER, ReasonCode.MERGED_ELSEWHERE),
    "deleted": (DELETED, OutcomeKind.WITHDRAWN, ReasonCode.TICKET_DELETED),
    "spam": (SPAM, OutcomeKind.WITHDRAWN, ReasonCode.TICKET_IS_SPAM),
    "all words taken back": (TAKEN_BACK, OutcomeKind.WITHDRAWN, ReasonCode.MESSAGE_WITHDRAWN),
}


def edited(text: str, number: int = 1) -> MessageEdited:
    return MessageEdited(ticket_id="1001", message=a_message(text, number), at=LATER)


async def tell(case: CaseHandle, *changes: HelpdeskChange) -> None:
    for change in changes:
        await case.signal("changed_in_helpdesk", change)


async def refused(case: CaseHandle, view: CaseView) -> str:
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await decide(case, approve(view))
    return sentence(error.value)


@pytest.mark.parametrize("how", GONE)
async def test_a_ticket_that_is_no_more_ends_its_held_case_without_a_word(how: str, running_case: RunningCase) -> None:
    change, kind, code = GONE[how]
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await tell(case, change, change)
        outcome = await case.result()
        view = await case.query(TicketWorkflow.view)
    assert (outcome.kind, outcome.reason.code) == (kind, code)
    assert (world.written, world.acted) == ([], [])
    assert (view.stage, view.review) == (Stage.CLOSED, None)


@pytest.mark.parametrize("how", GONE)
async def test_it_ends_the_wait_for_the_customer(how: str, running_case: RunningCase) -> None:
    change, _, code = GONE[how]
    world = World(classifications=[a_classification("order_status")])
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await tell(case, change)
        outcome = await case.result()
    assert outcome.reason.code is code
    assert world.said == ["questions"]


@pytest.mark.parametrize("how", GONE)
async def test_it_stops_a_case_that_is_being_drafted(how: str, running_case: RunningCase) -> None:
    change, _, code = GONE[how]
    world = World(drafting=asyncio.Event())
    async with running_case(world) as case:
        await world.draft_asked.wait()
        await tell(case, change)
        assert world.drafting is not None
        world.drafting.set()
        outcome = await case.result()
    assert outcome.reason.code is code
    assert world.written == []


@pytest.mark.parametrize("change", [MERGED, DELETED, SPAM])
async def test_after_the_answer_it_closes_the_case_and_the_outcome_stays(
    change: HelpdeskChange, running_case: RunningCase
) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, change)
        view = await world.reached(Stage.CLOSED)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert view.updated_at - outcome.at < timedelta(hours=1)
    assert world.said == ["draft"]


async def test_what_a_person_has_leaves_their_queue_when_it_is_merged(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("faq_returns", confidence=0.2)], drafts=["no"])
    world.rules = world.rules.model_copy(update={"questions_allowed": 0})
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, MERGED)
        view = await world.reached(Stage.CLOSED)
        await case.result()
    assert view.outcome is not None
    assert view.outcome.kind is OutcomeKind.HANDED_OVER


async def test_a_decision_that_could_still_be_taken_back_is_void_with_the_ticket(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, undo_seconds=10))
        await tell(case, DELETED)
        outcome = await case.result()
        shown = await case.query(TicketWorkflow.view)
    assert outcome.kind is OutcomeKind.WITHDRAWN
    assert (world.acted, world.written) == ([], [])
    assert any("no longer counts" in step.sentence for step in shown.steps)


async def test_what_was_done_before_the_merge_stays_and_only_colleagues_are_told(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        told = asyncio.Event()
        world.after_action = told.wait
        await decide(case, approve(view))
        await world.action_asked.wait()
        await tell(case, MERGED)
        told.set()
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.MERGED_ELSEWHERE
    assert len(world.acted) == 1
    assert world.said == []
    assert [note.reference.rpartition("/")[2] for note in world.written] == ["stand-back-2"]


async def test_another_requester_voids_the_review_and_everything_is_found_anew(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await tell(case, TO_EVE)
        anew = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        told = await refused(case, view)
    assert anew.run_id != view.run_id
    assert anew.ticket.customer == EVE
    assert "customer:email:eve@example.com" in world.looked_up
    assert told.startswith("Request review-1 is void, because the ticket was given to another requester.")
    assert (world.acted, world.said) == ([], [])


async def test_nothing_that_was_found_for_the_last_requester_reaches_the_next_draft(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        world.account, world.orders, world.payments = None, (), ()
        await tell(case, TO_EVE)
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        shown = await case.query(TicketWorkflow.view)
    assert ADA.name not in shown.model_dump_json(exclude={"ticket"})
    assert (shown.facts.account, shown.facts.orders, shown.facts.payments) == (None, (), ())
    assert world.written[-1].customer == EVE
    assert ADA.name not in world.written[-1].note.text.split("Eve")[0]


async def test_a_first_approval_of_two_is_void_with_the_requester(running_case: RunningCase) -> None:
    world = a_risky_refund(rules=for_two_people())
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await decide(case, approve(view, "Rita"))
        await tell(case, TO_EVE)
        anew = await world.reached(Stage.WAITING_FOR_REVIEW, times=3)
        with pytest.raises(WorkflowUpdateFailedError):
            await decide(case, approve(view, "Bob"))
    assert held(anew).approvals == ()
    assert world.acted == []


async def test_the_same_requester_again_and_an_older_change_change_nothing(running_case: RunningCase) -> None:
    world = a_risky_refund()
    ada = RequesterChanged(ticket_id="1001", customer=Customer(email="ADA@example.com"), at=LATER)
    older = RequesterChanged(ticket_id="1001", customer=Customer(email="bo@example.com"), at=NOW)
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await tell(case, ada)
        assert (await case.query(TicketWorkflow.view)).review == view.review
        await tell(case, TO_EVE)
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        await tell(case, older, TO_EVE)
        shown = await case.query(TicketWorkflow.view)
    assert shown.ticket.customer == EVE
    assert held(shown).id == "review-2"


async def test_another_requester_of_what_was_answered_is_told_nothing(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, TO_EVE)
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_what_the_next_requester_writes_is_served_with_their_own_facts(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, TO_EVE)
        await case.signal(TicketWorkflow.customer_message, a_message("And how long for the pegs?", 2))
        await case.result()
    assert world.said == ["draft", "draft"]
    assert "customer:email:eve@example.com" in world.looked_up
    assert world.drafted[-1].customer == EVE


async def test_a_requester_who_changes_while_the_reply_is_being_written_is_not_answered_twice(
    running_case: RunningCase,
) -> None:
    world = World()
    async with running_case(world) as case:

        async def corrected() -> None:
            await tell(case, TO_EVE)

        world.before_answer = corrected
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_after_an_action_another_requester_is_a_persons_to_look_at(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        told = asyncio.Event()
        world.after_action = told.wait
        await decide(case, approve(view))
        await world.action_asked.wait()
        await tell(case, TO_EVE)
        told.set()
        outcome = await case.result()
    assert (outcome.kind, outcome.reason.code) == (OutcomeKind.HANDED_OVER, ReasonCode.REQUESTER_CHANGED)
    assert (len(world.acted), world.said) == (1, [])


@pytest.mark.parametrize("change", [TO_EVE, MERGED, DELETED])
async def test_what_the_helpdesk_says_at_the_moment_of_writing_counts_like_what_it_told_before(
    change: HelpdeskChange, running_case: RunningCase
) -> None:
    world = World(overtaken=[change])
    async with running_case(world) as case:
        outcome = await case.result()
    if change is TO_EVE:
        assert outcome.kind is OutcomeKind.RESOLVED
        assert [request.customer for request in world.written if request.say.say == "draft"][-1] == EVE
    else:
        assert outcome.kind in (OutcomeKind.TAKEN_OVER, OutcomeKind.WITHDRAWN)
        assert len(world.written) == 1


async def test_a_deleted_message_is_read_no_more_and_people_still_see_it(running_case: RunningCase) -> None:
    world = a_risky_refund()
    ticket = a_ticket("Please refund my tent.").with_message(a_message("Order W10001.", 2))
    async with running_case(world, ticket) as case:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        await tell(case, TAKEN_BACK, TAKEN_BACK)
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        told = await refused(case, view)
        shown = await case.query(TicketWorkflow.view)
    assert "a message of the customer was deleted" in told
    assert [message.id for message in shown.ticket.messages] == ["m2"]
    assert [gone.message and gone.message.text for gone in shown.ticket.deleted] == ["Please refund my tent."]
    assert world.drafted[-1].text == "Order W10001."


async def test_an_edited_message_is_read_anew(running_case: RunningCase) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        await tell(case, edited("No refund, please."), edited("No  refund, please."))
        await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
        shown = await case.query(TicketWorkflow.view)
    assert [message.text for message in shown.ticket.messages] == ["No refund, please."]
    assert held(shown).id == "review-2"


async def test_a_message_that_is_edited_after_it_was_answered_is_a_new_one(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, edited("How long can I return a tent?"))
        await case.result()
        shown = await case.query(TicketWorkflow.view)
    assert world.said == ["draft", "draft"]
    assert [(message.id, message.sent_at) for message in shown.ticket.messages] == [("m1", LATER)]


async def test_a_message_that_came_and_went_while_we_answered_leaves_the_answer_as_it_is(
    running_case: RunningCase,
) -> None:
    world = World()
    async with running_case(world) as case:

        async def they_write_and_take_it_back() -> None:
            await case.signal(TicketWorkflow.customer_message, a_message("Hello?", 2))
            await tell(case, MessageDeleted(ticket_id="1001", message_id="m2", at=LATER))

        world.before_answer = they_write_and_take_it_back
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]


async def test_a_customer_who_writes_after_all_was_deleted_is_served(running_case: RunningCase) -> None:
    world = World(drafting=asyncio.Event())
    async with running_case(world) as case:
        await world.draft_asked.wait()
        await tell(case, TAKEN_BACK)
        await case.signal(TicketWorkflow.customer_message, a_message("How long can I return a tent?", 2))
        assert world.drafting is not None
        world.drafting.set()
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.drafted[-1].text == "How long can I return a tent?"


async def test_a_message_whose_deletion_came_first_is_never_read(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await world.reached(Stage.FOLLOW_UP)
        await tell(case, MessageDeleted(ticket_id="1001", message_id="m2", at=LATER))
        await case.signal(TicketWorkflow.customer_message, a_message("Oh, forget it", 2))
        await case.result()
        shown = await case.query(TicketWorkflow.view)
    assert world.said == ["draft"]
    assert [message.id for message in shown.ticket.messages] == ["m1"]
