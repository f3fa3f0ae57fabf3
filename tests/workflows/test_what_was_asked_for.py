"""Only what the customer asks for is done: for the order they name, and for no more money than they want."""

from decimal import Decimal
from pathlib import Path

import pytest

from cases.facts import OrderStatus
from cases.money import Money
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.work import Reading, SayQuestions
from routing.entities import extract_entities
from starter.policy_files import read_policy
from tests.samples import NOW, a_classification, a_message, a_payment, an_order
from tests.small_rulebook import rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def reads(*texts: str) -> list[Reading]:
    """What is read off a conversation as it grows, by the words of the policy that ships."""
    read = [extract_entities(text, POLICY.entities, POLICY.value_words) for text in texts]
    so_far = [read[0]]
    for later in read[1:]:
        so_far.append(so_far[-1].merged_with(later))
    return [Reading(language="en", findings=(), entities=entities) for entities in so_far]


def refund_world(text: str, *, refunded: str = "0", drafts: tuple[str, ...] = ("Done.",), **changes: object) -> World:
    paid = a_payment(eur("39.90")).model_copy(update={"refunded": eur(refunded)})
    return World(
        readings=reads(text),
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(paid,),
        drafts=drafts,
        **changes,  # pyright: ignore[reportArgumentType]
    )


async def reasons_of(world: World, running_case: RunningCase) -> list[ReasonCode]:
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert world.acted == []
    return [why.code for why in held.review.reasons]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Please cancel order W-10999", "W-10999"),
        ("Please cancel my order 302-7741-9920", "302-7741-9920"),
        ("Bitte Bestellnr. 4711 stornieren", "4711"),
        ("555123 numaralı siparişimi iptal edin", "555123"),
    ],
)
async def test_an_order_that_is_not_found_is_asked_for_by_its_name_and_never_replaced(
    running_case: RunningCase, text: str, lost: str
) -> None:
    world = World(
        readings=reads(text),
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(eur("22.90")),),
    )
    async with running_case(world):
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
    assert waiting.questions == ("order",)
    assert waiting.route is not None
    assert waiting.route.reason.code is ReasonCode.REFERENCE_NOT_FOUND
    assert waiting.route.reason.sentence == f"named {lost}, and no such order of this customer was found"
    assert world.written[0].say == SayQuestions(details=waiting.questions, not_found=(lost,))
    assert world.acted == []


async def test_a_question_about_an_order_that_is_not_found_is_not_answered_with_another(
    running_case: RunningCase,
) -> None:
    world = World(
        readings=reads("Where is W10999?"), classifications=[a_classification("order_status")], orders=(an_order(),)
    )
    async with running_case(world):
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
    assert world.drafted == []


async def test_the_order_of_somebody_else_is_not_found_for_this_customer(running_case: RunningCase) -> None:
    stranger = an_order("W10999").model_copy(update={"customer_id": "cus_9"})
    world = World(
        readings=reads("Please refund W10999"),
        classifications=[a_classification("refund_request")],
        orders=(an_order(), stranger),
        payments=(a_payment(eur("22.90")),),
    )
    async with running_case(world):
        waiting = await world.reached(Stage.WAITING_FOR_CUSTOMER)
    assert world.written[0].say == SayQuestions(details=waiting.questions, not_found=("W10999",))
    assert world.acted == []


async def test_the_answer_to_which_order_replaces_what_was_not_found(running_case: RunningCase) -> None:
    world = refund_world("Please refund order W-10999")
    world.readings = reads("Please refund order W-10999", "Sorry, it is w 10 001")
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("Sorry, it is w 10 001", 2))
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert [request.action.summary for request in world.acted] == ["Refund 39.90 EUR of payment pay_10001"]


async def test_an_order_that_is_never_found_reaches_a_person_after_the_questions_allowed(
    running_case: RunningCase,
) -> None:
    world = refund_world("Please refund order W-10999", rules=rulebook(questions_allowed=1))
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_CUSTOMER)
        await case.signal("customer_message", a_message("As I said, W-10999", 2))
        outcome = await case.result()
    assert outcome.reason.code is ReasonCode.TOO_MANY_QUESTIONS
    assert world.acted == []


async def test_an_order_can_be_named_by_its_parcel(running_case: RunningCase) -> None:
    sent = an_order("W10002", OrderStatus.SHIPPED).model_copy(update={"tracking": "1Z55W10390"})
    world = World(
        readings=reads("Where is 1Z55W10390?"),
        classifications=[a_classification("order_status")],
        orders=(an_order(), sent),
        drafts=["Your order is on its way."],
    )
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert world.drafted[-1].facts.orders[0].id == "W10002"


@pytest.mark.parametrize(
    ("text", "goes_back"),
    [
        ("One of the three pairs in W10001 has a hole. Could you refund me 10 EUR for it?", "10.00 EUR"),
        ("A 20 % refund of W10001 would be fine", "7.98 EUR"),
        ("Bitte erstatten Sie mir die Hälfte von W10001", "19.95 EUR"),
        ("W10001 için 10 Euro iade edin lütfen", "10.00 EUR"),
        ("I paid 39.90 EUR for W10001, please refund it", "39.90 EUR"),
        ("Please refund W10001", "39.90 EUR"),
    ],
)
async def test_no_more_goes_back_than_was_asked_for(running_case: RunningCase, text: str, goes_back: str) -> None:
    world = refund_world(text)
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert [request.action.summary for request in world.acted] == [f"Refund {goes_back} of payment pay_10001"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("One of the three pairs in W10001 has a hole, please refund me for it", ReasonCode.PART_UNCLEAR),
        ("Bitte nur einen Teil von W10001 erstatten", ReasonCode.PART_UNCLEAR),
        ("W10001 için kısmi iade istiyorum", ReasonCode.PART_UNCLEAR),
        ("Please refund 80 EUR for W10001", ReasonCode.AMOUNT_UNCLEAR),
        ("Please refund 20 USD for W10001", ReasonCode.AMOUNT_UNCLEAR),
        ("Please refund 10 EUR or 20 EUR of W10001", ReasonCode.AMOUNT_UNCLEAR),
    ],
)
async def test_a_person_says_how_much_where_the_words_do_not(
    running_case: RunningCase, text: str, code: ReasonCode
) -> None:
    assert await reasons_of(refund_world(text), running_case) == [code]


async def test_a_payment_that_was_partly_refunded_before_is_looked_at_by_a_person(running_case: RunningCase) -> None:
    world = refund_world("Please refund W10001", refunded="10.00")
    assert await reasons_of(world, running_case) == [ReasonCode.PARTLY_REFUNDED]


async def test_deadlines_count_from_when_the_customer_wrote(running_case: RunningCase) -> None:
    """The message of the test ticket is of 5 January 2026, and the engine's clock is far beyond it."""
    delivered = an_order(status=OrderStatus.DELIVERED).model_copy(update={"delivered_on": NOW.date()})
    world = refund_world("Please refund W10001")
    world.orders = (delivered,)
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
