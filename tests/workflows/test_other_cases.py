"""Other open cases: nothing is done by itself to a record that another open case would change too."""

from cases.other_case import OtherCase
from cases.outcome import Stage
from cases.reason import ReasonCode
from tests.samples import NOW, a_classification, a_payment, an_order
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


def another(*records: str) -> OtherCase:
    return OtherCase(
        case_id="ticket:acme:test:2",
        stage=Stage.WAITING_FOR_REVIEW,
        intents=("refund_request",),
        proposed=("Refund 30.00 EUR",),
        records=records,
        opened_at=NOW,
    )


def refunding(*others: OtherCase) -> World:
    return World(
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(),),
        drafts=["We have refunded 30.00 EUR."],
        other_cases=others,
    )


async def test_a_refund_waits_for_a_person_while_another_case_is_about_the_same_order(
    running_case: RunningCase,
) -> None:
    world = refunding(another("W10001"))
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.OTHER_OPEN_CASE
    assert held.other_cases == world.other_cases
    assert world.acted == []


async def test_another_case_about_something_else_is_shown_and_holds_nothing(running_case: RunningCase) -> None:
    world = refunding(another("W10777"))
    async with running_case(world):
        done = await world.reached(Stage.FOLLOW_UP)
    assert done.other_cases == world.other_cases
    assert len(world.acted) == 1
