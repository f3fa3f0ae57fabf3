"""The path of one ticket, as its story is told in `workflows/`."""

import pytest

from cases.action import ActionResult, ActionStatus
from cases.classification import Entities, Team, Tone
from cases.facts import IdentityStrength
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.route import GuardFinding, RouteName, SafetyFlag
from cases.work import Reading, SayHolding
from tests.samples import EUR_30, EUR_80, a_classification, a_message, a_payment, an_order
from tests.small_rulebook import intent_rules, rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


def reading(**entities: object) -> Reading:
    return Reading(language="en", findings=(), entities=Entities.model_validate(entities))


async def test_a_clear_question_is_answered_without_a_person(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.said == ["draft"]
    assert world.recorded[-1].route is not None
    assert world.recorded[-1].route.name is RouteName.ROUTINE


async def test_critical_words_reach_a_person_before_any_model(running_case: RunningCase) -> None:
    finding = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="legal_threat", words="my lawyer")
    world = World(readings=[Reading(language="en", findings=(finding,), entities=Entities())])
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.sentence == "critical words (legal threat): my lawyer"
    assert world.asked_models == []
    assert world.said == ["holding"]


async def test_a_missing_order_number_is_asked_for_and_its_answer_unblocks_only_its_look_up(
    running_case: RunningCase,
) -> None:
    world = World(
        readings=[reading(), reading(order_ids=("W10002",))],
        classifications=[a_classification("order_status")],
        orders=(an_order("W10001"), an_order("W10002")),
        drafts=["Your order is on its way."],
    )
    async with running_case(world) as case:
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
        assert waiting.questions == ("order",)
        asked_before = len(world.looked_up)
        await case.signal("customer_message", a_message("It is W10002", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.looked_up[asked_before:] == ["orders:order_id:W10002"]
    assert len([asked for asked in world.asked_models if asked.startswith("classify")]) == 1
    assert world.drafted[-1].facts.orders[0].id == "W10002"


async def test_a_customer_who_does_not_answer_ends_the_case_without_an_answer(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("order_status")], orders=())
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.NO_ANSWER
    assert outcome.reason.sentence == "the customer did not answer within 3 days"


async def test_what_can_be_answered_is_answered_while_the_rest_is_asked_for(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("faq_returns", "order_status")], orders=())
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        assert world.drafted[0].intents == ("faq_returns",)
        assert world.drafted[0].questions == ("order",)
        world.orders = (an_order("W10001"),)
        world.readings = [reading(order_ids=("W10001",))]
        await case.signal("customer_message", a_message("W10001", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.drafted[-1].intents == ("order_status",)
    assert world.said == ["draft", "draft"]


async def test_a_refund_under_the_limit_is_made_once_and_said(running_case: RunningCase) -> None:
    world = World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(EUR_30),),
        drafts=["We have refunded your tent."],
    )
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert [request.action.summary for request in world.acted] == ["Refund 30.00 EUR of payment pay_10001"]
    assert world.acted[0].idempotency_key == "ticket:acme:test:1001/refund:pay_10001:m1"


async def test_a_refund_that_was_refused_is_not_promised_to_the_customer(running_case: RunningCase) -> None:
    world = World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(EUR_30),),
        action=lambda request: ActionResult(action_id=request.action.id, status=ActionStatus.REFUSED),
    )
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert world.said == ["holding"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payments": (a_payment(EUR_80),)}, ReasonCode.REFUND_OVER_LIMIT),
        ({"identity": IdentityStrength.CLAIMED}, ReasonCode.WEAK_IDENTITY),
        (
            {"classifications": [a_classification("refund_request", tone=Tone.ANGRY)]},
            ReasonCode.ANGRY_CUSTOMER,
        ),
        (
            {"classifications": [a_classification("refund_request", contradictions=("cancel and keep",))]},
            ReasonCode.AMBIGUOUS,
        ),
    ],
)
async def test_a_risk_holds_the_refund_for_a_person(
    running_case: RunningCase, changes: dict[str, object], code: ReasonCode
) -> None:
    parts: dict[str, object] = {
        "classifications": [a_classification("refund_request")],
        "orders": (an_order(),),
        "payments": (a_payment(EUR_30),),
    }
    world = World(**{**parts, **changes})  # pyright: ignore[reportArgumentType]
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert code in [why.code for why in held.review.reasons]
    assert world.acted == []


async def test_a_draft_that_cannot_be_proven_goes_to_a_person(running_case: RunningCase) -> None:
    world = World(drafts=["You can return things within 60 days."])
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].sentence == "the draft failed its check: no source says 60 days"
    assert len(world.drafted) == 4


async def test_no_good_article_means_a_person(running_case: RunningCase) -> None:
    world = World(passages=())
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.WEAK_SOURCES


async def test_an_intent_that_is_always_human_meets_no_drafting_model(running_case: RunningCase) -> None:
    world = World(classifications=[a_classification("privacy_request")])
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert world.drafted == []


async def test_a_customer_in_danger_is_answered_by_the_team_and_in_the_words_for_it(running_case: RunningCase) -> None:
    finding = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="production_down", words="production is down")
    reading = Reading(language="en", findings=(finding,), entities=Entities())
    world = World(rules=rulebook(guard_teams={"production_down": Team.CORE_ENG}), readings=[reading])
    async with running_case(world) as case:
        await case.result()
    assert world.written[0].assign_to is Team.CORE_ENG
    assert world.written[0].say == SayHolding(heading="production_down")


async def test_a_review_reason_of_the_intent_itself_is_enough(running_case: RunningCase) -> None:
    rules = rulebook()
    legal = intent_rules(review=(ReasonCode.LEGAL_RISK,))
    world = World(
        rules=rules.model_copy(update={"intents": {**rules.intents, "contract_question": legal}}),
        classifications=[a_classification("contract_question")],
    )
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.LEGAL_RISK
