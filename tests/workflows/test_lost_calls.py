"""Calls whose worker died: the ladder goes on, and the ticket's ceiling knows what they may have cost."""

from decimal import Decimal

from temporalio import activity

from cases.ladder import AttemptOutcome, Job, Ladder
from cases.outcome import OutcomeKind
from cases.work import ClassifyReport, ClassifyRequest
from tests.small_rulebook import ladder, rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World

MOST = Decimal("0.4")


class Dying(World):
    """A world whose worker does not survive the first model."""

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        if request.model == "cheap":
            raise RuntimeError("the worker is gone")
        return await World.classify(self, request)


def costly() -> Ladder:
    usual = ladder(Job.CLASSIFY, "cheap", "strong")
    rungs = tuple(rung.model_copy(update={"expected_cost": MOST}) for rung in usual.rungs)
    return usual.model_copy(update={"rungs": rungs})


async def test_a_call_that_was_lost_counts_as_all_it_may_cost(running_case: RunningCase) -> None:
    world = Dying(rules=rulebook(classify=costly()))
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    calls = [attempt for attempt in world.recorded[-1].attempts if attempt.job is Job.CLASSIFY]
    assert (calls[0].model, calls[0].cost) == ("cheap", MOST)


async def test_a_ceiling_that_a_lost_call_may_have_used_up_pays_for_no_other(running_case: RunningCase) -> None:
    world = Dying(rules=rulebook(classify=costly(), cost_ceiling=Decimal("0.5")))
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    rungs = [(attempt.model, attempt.outcome) for attempt in world.recorded[-1].attempts]
    assert rungs == [("cheap", AttemptOutcome.PERMANENT), ("strong", AttemptOutcome.SKIPPED)]
