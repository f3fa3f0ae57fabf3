"""What people do on the paths: each play sees a case through to where its history is kept."""

from collections.abc import Awaitable, Callable

from temporalio.client import WorkflowHandle

from cases.classification import Entities, Team
from cases.outcome import Outcome, Reopening, Satisfaction, Stage
from cases.record import Document
from cases.review import (
    Approve,
    AskAgain,
    AskCustomer,
    ClaimRequest,
    Decision,
    Reassign,
    ReleaseRequest,
    ReviewRequest,
    UndoRequest,
)
from routing.approvals import approval_of
from tests.samples import NOW, a_message
from tests.workflows.two_refunds import TwoRefunds
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

CaseHandle = WorkflowHandle[TicketWorkflow, Outcome]
Play = Callable[[CaseHandle, World], Awaitable[object]]


def deciding(make: Callable[[str, int], Decision]) -> Play:
    """Decide as soon as a person is asked, then see the case to its end."""

    async def play(case: CaseHandle, world: World) -> None:
        review = await standing(world)
        await ask(case, "decide", make(review.id, review.case_version))
        await case.result()

    return play


async def approve(case: CaseHandle, world: World) -> None:
    await ask(case, "decide", approval_of(await standing(world), "Rita"))
    await case.result()


async def write_between_two_refunds(case: CaseHandle, world: World) -> None:
    assert isinstance(world, TwoRefunds)
    world.case.append(case)
    await approve(case, world)


async def answer_the_question(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_CUSTOMER)
    await case.signal(TicketWorkflow.customer_message, a_message("It is W10002", 2))
    await case.result()


async def write_during_review(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_REVIEW)
    await case.signal(TicketWorkflow.customer_message, a_message("It was the blue tent.", 2))
    review = await standing(world, times=2)
    decision = Approve(request_id=review.id, case_version=review.case_version, reviewer="Rita")
    await case.signal(TicketWorkflow.decision, decision)
    await case.result()


async def leave_unreviewed(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_REVIEW, times=2)


async def write_after_the_answer(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.FOLLOW_UP)
    await case.signal(TicketWorkflow.satisfaction, Satisfaction(score=2, at=NOW))
    await world.reached(Stage.FOLLOW_UP, times=2)
    await case.signal(TicketWorkflow.customer_message, a_message("And in winter?", 2))
    await world.reached(Stage.FOLLOW_UP, times=3)


async def reopen_after_the_answer(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.FOLLOW_UP)
    await case.signal(TicketWorkflow.reopened, Reopening(at=NOW))
    await case.result()


async def ask_again_then_approve(case: CaseHandle, world: World) -> None:
    review = await standing(world)
    again = AskAgain(
        request_id=review.id,
        case_version=review.case_version,
        reviewer="Rita",
        details=Entities(order_ids=("W10001",)),
    )
    await case.signal(TicketWorkflow.decision, again)
    review = await standing(world, times=2)
    decision = Approve(request_id=review.id, case_version=review.case_version, reviewer="Rita")
    await case.signal(TicketWorkflow.decision, decision)
    await case.result()


async def standing(world: World, times: int = 1) -> ReviewRequest:
    view = await world.reached(Stage.WAITING_FOR_REVIEW, times=times)
    if view.review is None:
        raise AssertionError("a case that waits for review has a request")
    return view.review


async def ask(case: CaseHandle, update: str, content: Document) -> None:
    # By name: the SDK's own type of an update that waits is open.
    await case.execute_update(update, content)  # pyright: ignore[reportUnknownMemberType]


async def claim_and_approve(case: CaseHandle, world: World) -> None:
    review = await standing(world)
    about = {"request_id": review.id, "reviewer": "Rita"}
    await ask(case, "claim", ClaimRequest(**about, case_version=review.case_version))
    await standing(world, times=2)
    await ask(case, "reassign", Reassign(**about, team=Team.ACCOUNT_OPS))
    await standing(world, times=3)
    await ask(case, "claim", ClaimRequest(**about, case_version=review.case_version))
    await standing(world, times=4)
    await ask(case, "release", ReleaseRequest(**about))
    await standing(world, times=5)
    await ask(case, "decide", approval_of(review, "Rita"))
    await case.result()


async def take_back_and_approve(case: CaseHandle, world: World) -> None:
    review = await standing(world)
    await ask(case, "decide", approval_of(review, "Rita").model_copy(update={"undo_seconds": 30}))
    await standing(world, times=2)
    await ask(case, "undo", UndoRequest(request_id=review.id, reviewer="Rita"))
    await standing(world, times=3)
    await ask(case, "decide", approval_of(review, "Rita").model_copy(update={"undo_seconds": 1}))
    await case.result()


async def approve_by_two(case: CaseHandle, world: World) -> None:
    review = await standing(world)
    await ask(case, "decide", approval_of(review, "Rita"))
    await standing(world, times=2)
    await ask(case, "decide", approval_of(review, "Leo"))
    await case.result()


async def ask_the_customer(case: CaseHandle, world: World) -> None:
    review = await standing(world)
    question = AskCustomer(
        request_id=review.id, case_version=review.case_version, reviewer="Rita", question="Which of the two tents?"
    )
    await ask(case, "decide", question)
    await world.reached(Stage.WAITING_FOR_CUSTOMER)
    await case.signal(TicketWorkflow.customer_message, a_message("The blue one.", 2))
    await ask(case, "decide", approval_of(await standing(world, times=2), "Rita"))
    await case.result()
