"""Every kind of path a ticket can take, played once in a scripted world so that its history can be kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal

from temporalio.client import WorkflowHandle

from cases.action import ActionKind, ActionResult, ActionStatus, Refund
from cases.classification import Entities, Team
from cases.ladder import AttemptOutcome
from cases.money import Money
from cases.outcome import Outcome, Reopening, Satisfaction, Stage
from cases.policy.rulebook import Deadlines, Rulebook
from cases.record import Document
from cases.review import (
    Approve,
    AskAgain,
    AskCustomer,
    ClaimRequest,
    Decision,
    Edit,
    Reassign,
    Reject,
    RejectReason,
    ReleaseRequest,
    ReviewRequest,
    TakeOver,
    UndoRequest,
)
from cases.route import GuardFinding, SafetyFlag
from cases.ticket import Ticket
from cases.work import ActRequest, Reading
from routing.approvals import approval_of
from tests.workflows.world import (
    EUR_30,
    EUR_80,
    NOW,
    World,
    a_classification,
    a_message,
    a_payment,
    a_ticket,
    an_order,
    rulebook,
)
from workflows.ticket import TicketWorkflow

CaseHandle = WorkflowHandle[TicketWorkflow, Outcome]
Play = Callable[[CaseHandle, World], Awaitable[object]]


def rules(**deadlines: str) -> Rulebook:
    """The test rulebook with its waits in seconds, so that a real clock can be waited for."""
    waits = {"review_reminder": "60s", "review_escalation": "120s", "customer_answer": "60s", "follow_up": "1s"}
    return rulebook(deadlines=Deadlines.model_validate({**waits, **deadlines}))


@dataclass(frozen=True)
class Path:
    """A path: what its name says, the world it runs in, and what people do on the way."""

    name: str
    world: Callable[[], World]
    play: Play = field(default=lambda case, world: case.result())
    ends: bool = True
    ticket: Callable[[str], Ticket] = field(default=lambda ticket_id: a_ticket(ticket_id=ticket_id))


def reading(**entities: object) -> Reading:
    return Reading(language="en", findings=(), entities=Entities.model_validate(entities))


def a_question(**changes: object) -> World:
    return World(**{"rules": rules(), **changes})  # pyright: ignore[reportArgumentType]


def a_refund(amount: Money = EUR_80, **changes: object) -> World:
    return a_question(
        **{
            "classifications": [a_classification("refund_request")],
            "orders": (an_order(),),
            "payments": (a_payment(amount),),
            "drafts": ["We have refunded your tent."],
            **changes,
        }
    )


def deciding(make: Callable[[str, int], Decision]) -> Play:
    """Decide as soon as a person is asked, then see the case to its end."""

    async def play(case: CaseHandle, world: World) -> None:
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        if view.review is None:
            raise AssertionError("a case that waits for review has a request")
        # The SDK leaves a part of one overload's type open.
        await case.execute_update(  # pyright: ignore[reportUnknownMemberType]
            TicketWorkflow.decide, make(view.review.id, view.review.case_version)
        )
        await case.result()

    return play


async def answer_the_question(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_CUSTOMER)
    await case.signal(TicketWorkflow.customer_message, a_message("It is W10002", 2))
    await case.result()


async def write_during_review(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_REVIEW)
    await case.signal(TicketWorkflow.customer_message, a_message("It was the blue tent.", 2))
    view = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    if view.review is None:
        raise AssertionError("a case that waits for review has a request")
    decision = Approve(request_id=view.review.id, case_version=view.review.case_version, reviewer="Rita")
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
    view = await world.reached(Stage.WAITING_FOR_REVIEW)
    if view.review is None:
        raise AssertionError("a case that waits for review has a request")
    again = AskAgain(
        request_id=view.review.id,
        case_version=view.review.case_version,
        reviewer="Rita",
        details=Entities(order_ids=("W10001",)),
    )
    await case.signal(TicketWorkflow.decision, again)
    view = await world.reached(Stage.WAITING_FOR_REVIEW, times=2)
    if view.review is None:
        raise AssertionError("a case that waits for review has a request")
    decision = Approve(request_id=view.review.id, case_version=view.review.case_version, reviewer="Rita")
    await case.signal(TicketWorkflow.decision, decision)
    await case.result()


def for_two_people() -> Rulebook:
    """Rules by which every refund is cleared by two people."""
    refund = rules().actions[ActionKind.REFUND].model_copy(update={"second_approver_above": {"EUR": Decimal(60)}})
    return rules().model_copy(update={"actions": {ActionKind.REFUND: refund}})


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


def refuse(request: ActRequest) -> ActionResult:
    return ActionResult(action_id=request.action.id, status=ActionStatus.REFUSED)


CRITICAL = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="legal_threat", words="my lawyer")
HALF = Refund(payment_id="pay_10001", amount=Money(amount=Decimal("40.00"), currency="EUR"))
UNSURE = a_classification("faq_returns", confidence=0.5)
FAQ = a_classification("faq_returns")

PATHS = (
    Path("answered", a_question),
    Path(
        "critical_words",
        lambda: a_question(readings=[Reading(language="en", findings=(CRITICAL,), entities=Entities())]),
    ),
    Path("always_human", lambda: a_question(classifications=[a_classification("privacy_request")])),
    Path("by_rule", lambda: a_question(readings=[reading().model_copy(update={"by_rule": FAQ})])),
    Path("down_the_ladder", lambda: a_question(classifications=[AttemptOutcome.TEMPORARY, UNSURE, UNSURE, FAQ])),
    Path(
        "unproven_draft_taken_over",
        lambda: a_question(drafts=["Within 60 days."]),
        deciding(lambda request, version: TakeOver(request_id=request, case_version=version, reviewer="Rita")),
    ),
    Path("no_article", lambda: a_question(passages=())),
    Path(
        "nobody_understood",
        lambda: a_question(classifications=[UNSURE, UNSURE, UNSURE, UNSURE, FAQ]),
        answer_the_question,
    ),
    Path(
        "detail_asked_and_given",
        lambda: a_question(
            readings=[reading(), reading(order_ids=("W10002",))],
            classifications=[a_classification("order_status")],
            orders=(an_order("W10001"), an_order("W10002")),
            drafts=["Your order is on its way."],
        ),
        answer_the_question,
    ),
    Path(
        "partly_answered",
        lambda: a_question(
            readings=[reading(), reading(order_ids=("W10002",))],
            classifications=[a_classification("faq_returns", "order_status")],
            orders=(an_order("W10001"), an_order("W10002")),
        ),
        answer_the_question,
    ),
    Path(
        "customer_silent",
        lambda: a_question(rules=rules(customer_answer="1s"), classifications=[a_classification("order_status")]),
    ),
    Path("refund_made", lambda: a_refund(EUR_30)),
    Path(
        "refund_refused",
        lambda: a_refund(EUR_30, action=refuse),
    ),
    Path(
        "review_approved",
        a_refund,
        deciding(lambda request, version: Approve(request_id=request, case_version=version, reviewer="Rita")),
    ),
    Path(
        "review_edited",
        a_refund,
        deciding(
            lambda request, version: Edit(
                request_id=request, case_version=version, reviewer="Rita", reply="Half is on its way.", actions=(HALF,)
            )
        ),
    ),
    Path(
        "review_rejected",
        a_refund,
        deciding(
            lambda request, version: Reject(
                request_id=request, case_version=version, reviewer="Rita", reason=RejectReason.NOT_ELIGIBLE
            )
        ),
    ),
    Path("review_asked_again", a_refund, ask_again_then_approve),
    Path(
        "review_voided_by_customer",
        a_refund,
        write_during_review,
    ),
    Path("review_claimed", a_refund, claim_and_approve),
    Path("review_taken_back", a_refund, take_back_and_approve),
    Path("review_by_two", lambda: a_refund(rules=for_two_people()), approve_by_two),
    Path("review_asks_the_customer", a_refund, ask_the_customer),
    Path(
        "review_escalated",
        lambda: a_refund(rules=rules(review_reminder="1s", review_escalation="2s")),
        leave_unreviewed,
        ends=False,
    ),
    Path("reopened", lambda: a_question(rules=rules(follow_up="5s")), reopen_after_the_answer),
    Path("repeat_contact", lambda: a_question(rules=rules(follow_up="60s")), write_after_the_answer, ends=False),
)
