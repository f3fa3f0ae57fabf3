"""Rungs that are not asked at all: a row and a line of the case's history say which, and why."""

from decimal import Decimal

from cases.ladder import AttemptOutcome, Job
from cases.outcome import OutcomeKind
from cases.reason import ReasonCode
from tests.small_rulebook import intent_rules, ladder, rulebook
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
    assert "classify: rung 1 of 2, dear: skipped, the cost ceiling of 0.5 USD is reached" in told
    assert "classify dear standard" not in world.asked_models


async def test_a_rung_that_was_skipped_is_a_row_with_its_reason_before_the_one_that_was_asked(
    running_case: RunningCase,
) -> None:
    slow = ladder(Job.CLASSIFY, "slow", "quick")
    rungs = (slow.rungs[0].model_copy(update={"typical_seconds": 90.0}), slow.rungs[1])
    world = World(rules=rulebook(classify=slow.model_copy(update={"rungs": rungs})))
    async with running_case(world) as case:
        await case.result()
    rows = [a for a in world.recorded[-1].attempts if a.job is Job.CLASSIFY]
    assert [(row.model, row.rung, row.outcome) for row in rows] == [
        ("slow", 0, AttemptOutcome.SKIPPED),
        ("quick", 1, AttemptOutcome.SUCCEEDED),
    ]
    assert rows[0].reason is not None
    assert rows[0].reason.code is ReasonCode.FASTER_FOR_CHANNEL
    assert (rows[0].seconds, rows[0].cost) == (0.0, Decimal(0))


async def test_the_rungs_below_the_last_one_asked_are_rows_too(running_case: RunningCase) -> None:
    usual = ladder(Job.CLASSIFY, "cheap", "dear")
    dear = usual.rungs[1].model_copy(update={"expected_cost": Decimal(5)})
    rules = rulebook(classify=usual.model_copy(update={"rungs": (usual.rungs[0], dear)}))
    world = World(rules=rules, classifications=[AttemptOutcome.PERMANENT])
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    rows = [(row.model, row.outcome) for row in world.recorded[-1].attempts]
    assert rows == [("cheap", AttemptOutcome.PERMANENT), ("dear", AttemptOutcome.SKIPPED)]


async def test_a_model_that_was_skipped_for_the_draft_may_still_give_the_second_opinion(
    running_case: RunningCase,
) -> None:
    drafters = ladder(Job.DRAFT, "second-writer", "writer")
    slow = drafters.rungs[0].model_copy(update={"typical_seconds": 90.0})
    other = ladder(Job.DRAFT, "second-writer")
    intents = {**rulebook().intents, "faq_returns": intent_rules(needs_sources=True, second_opinion=other)}
    routes = dict.fromkeys(rulebook().draft, drafters.model_copy(update={"rungs": (slow, drafters.rungs[1])}))
    world = World(rules=rulebook(draft=routes, intents=intents))
    async with running_case(world) as case:
        await case.result()
    assert [request.model for request in world.drafted] == ["writer", "second-writer"]


async def test_an_ordinary_ladder_is_told_without_lines_of_its_own(running_case: RunningCase) -> None:
    world = World()
    async with running_case(world) as case:
        await case.result()
    assert not any("skipped" in step.sentence for step in world.recorded[-1].steps)
