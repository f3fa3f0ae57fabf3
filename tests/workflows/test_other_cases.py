"""Other open cases: nothing is done by itself to a record that another open case would change too."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from cases.case import CaseView
from cases.facts import Facts
from cases.other_case import OtherCase, records_at_stake
from cases.outcome import Stage
from cases.reason import ReasonCode
from cases.review import Approve, ReviewRequest
from cases.work import OtherCases, OtherCasesRequest
from tests.samples import NOW, a_classification, a_payment, a_ticket, an_order
from tests.waiting import eventually
from tests.workflows.conftest import RunningCase, start_case
from tests.workflows.reviewers import a_risky_refund, decide, held
from tests.workflows.workers import working
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

UNTIL_ANYTHING_ELSE = timedelta(minutes=90)
"""Before the reminder of the small rulebook. Whatever two cases still told each other would be done by then."""


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


async def test_a_case_that_opens_while_another_is_held_is_shown_there_and_the_older_request_is_void(
    running_case: RunningCase,
) -> None:
    world = a_risky_refund()
    async with running_case(world) as case:
        first = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        await case.signal(TicketWorkflow.another_case, another("W10001"))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
        with pytest.raises(WorkflowUpdateFailedError):
            await decide(case, Approve(request_id=first.id, case_version=first.case_version, reviewer="Rita"))
    assert again.id != first.id
    assert again.reasons[0].code is ReasonCode.OTHER_OPEN_CASE
    assert world.acted == []


@pytest.mark.parametrize(
    "told", [pytest.param(another("W10001"), id="is named already"), pytest.param(another("W10777"), id="elsewhere")]
)
async def test_what_changes_nothing_of_a_request_leaves_it_standing(running_case: RunningCase, told: OtherCase) -> None:
    world = a_risky_refund()
    world.other_cases = (another("W10001"),)
    async with running_case(world) as case:
        first = held(await world.reached(Stage.WAITING_FOR_REVIEW))
        await case.signal(TicketWorkflow.another_case, told)
        view = await case.query(TicketWorkflow.view)
    assert held(view).id == first.id


async def test_a_case_that_was_known_for_something_else_is_named_once_it_meets(running_case: RunningCase) -> None:
    world = a_risky_refund()
    world.other_cases = (another("W10777"),)
    async with running_case(world) as case:
        await world.reached(Stage.WAITING_FOR_REVIEW)
        world.other_cases = (another("W10001"),)
        await case.signal(TicketWorkflow.another_case, another("W10001"))
        again = held(await world.reached(Stage.WAITING_FOR_REVIEW, times=2))
    assert again.reasons[0].code is ReasonCode.OTHER_OPEN_CASE


@dataclass
class Ledger(World):
    """A world in which each case finds the others that were written down as waiting for a person."""

    @activity.defn(name="other_open_cases")
    async def other_open_cases(self, request: OtherCasesRequest) -> OtherCases:
        views = {view.case_id: view for view in self.recorded if view.case_id != request.ticket.case_id}
        return OtherCases(cases=tuple(self._as_other(view) for view in views.values() if view.review))

    @property
    def requests(self) -> dict[str, ReviewRequest]:
        """What each case is held for now."""
        return {view.case_id: view.review for view in self.recorded if view.review}

    async def all_name_another(self) -> bool:
        """Whether both cases are held, each for the other."""
        codes = [[why.code for why in review.reasons] for review in self.requests.values()]
        return len(codes) > 1 and all(ReasonCode.OTHER_OPEN_CASE in given for given in codes)

    def _as_other(self, view: CaseView) -> OtherCase:
        return OtherCase(
            case_id=view.case_id,
            stage=view.stage,
            intents=("refund_request",),
            records=records_at_stake(view.actions, Facts(payments=self.payments)),
            opened_at=view.opened_at,
        )


async def test_of_two_that_open_at_once_each_names_the_other_and_then_both_rest(engine: WorkflowEnvironment) -> None:
    risky = a_risky_refund()
    world = Ledger(
        rules=risky.rules,
        classifications=risky.classifications,
        orders=risky.orders,
        payments=risky.payments,
        drafts=risky.drafts,
    )
    async with working(engine.client, world):
        for ticket_id in ("1", "2"):
            await start_case(engine, a_ticket(ticket_id=ticket_id))
        await eventually(world.all_name_another, "reviews that name the other case")
        opened = world.requests
        await engine.sleep(UNTIL_ANYTHING_ELSE)
        assert world.requests == opened
