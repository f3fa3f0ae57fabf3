"""Rungs that are not asked at all: the case's history says which, and why."""

from decimal import Decimal

from cases.ladder import Job
from tests.small_rulebook import ladder, rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


async def test_a_model_that_the_ceiling_cannot_pay_for_is_a_line_of_the_history(running_case: RunningCase) -> None:
    usual = ladder(Job.CLASSIFY, "dear", "cheap")
    dear = usual.rungs[0].model_copy(update={"expected_cost": Decimal(5)})
    rules = rulebook(classify=usual.model_copy(update={"rungs": (dear, usual.rungs[1])}), cost_ceiling=Decimal("0.5"))
    world = World(rules=rules)
    async with running_case(world) as case:
        await case.result()
    told = [step.sentence for step in world.recorded[-1].steps]
    assert "classify: the cost ceiling of 0.5 USD is reached, so cheap is asked" in told
    assert not any("dear" in attempt.model for attempt in world.recorded[-1].attempts)


async def test_an_ordinary_ladder_is_told_without_lines_of_its_own(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await case.result()
    assert not any("is asked" in step.sentence for step in world.recorded[-1].steps)
