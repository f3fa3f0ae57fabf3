"""Every kind of path a ticket can take, played once in a scripted world so that its history can be kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cases.action import ActionKind, ActionResult, ActionStatus, Refund
from cases.classification import Entities
from cases.ladder import AttemptOutcome
from cases.money import Money
from cases.policy.rulebook import Deadlines, Rulebook
from cases.review import Edit, Reject, RejectReason, TakeOver
from cases.route import GuardFinding, SafetyFlag
from cases.ticket import Ticket
from cases.work import ActRequest, Reading
from tests.replay.plays import (
    Play,
    answer_the_question,
    approve,
    approve_by_two,
    ask_again_then_approve,
    ask_the_customer,
    claim_and_approve,
    deciding,
    leave_unreviewed,
    reopen_after_the_answer,
    take_back_and_approve,
    write_after_the_answer,
    write_between_two_refunds,
    write_during_review,
)
from tests.samples import EUR_30, EUR_80, a_classification, a_payment, a_ticket, an_order
from tests.small_rulebook import rulebook
from tests.workflows.two_refunds import two_refunds
from tests.workflows.world import World


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
    return replace(World(rules=rules()), **changes)


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


def for_two_people(above: Decimal = Decimal(60)) -> Rulebook:
    """Rules by which refunds above so many euros are cleared by two people."""
    refund = rules().actions[ActionKind.REFUND].model_copy(update={"second_approver_above": {"EUR": above}})
    return rules().model_copy(update={"actions": {ActionKind.REFUND: refund}})


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
    Path("review_approved", a_refund, approve),
    Path("two_refunds_by_two", lambda: two_refunds(for_two_people(above=Decimal(50))), approve_by_two),
    Path("stopped_between_two_refunds", lambda: two_refunds(rules()), write_between_two_refunds),
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
