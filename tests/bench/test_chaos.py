"""A handful of chaos's runs over HTTP, and that its rules notice what they are there to notice."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from bench.chaos import summarise, told
from bench.chaos_checks import ChaosEvidence, broken_rules
from bench.chaos_ground import chaos_ground
from bench.chaos_plan import plan_chaos, turn
from cases.ladder import Attempt, AttemptOutcome
from routing.ladder import seconds_spent
from tests.integrations.hosted_gate import Fault, Turn

pytestmark = pytest.mark.long

HANDFUL = range(1, 11)


@pytest.fixture(scope="module")
async def handful() -> list[ChaosEvidence]:
    async with chaos_ground() as ground:
        return [await ground.play(seed) for seed in HANDFUL]


async def test_whatever_models_do_every_ticket_ends_within_its_budgets(handful: list[ChaosEvidence]) -> None:
    assert [line for run in handful for line in told(run)] == []
    assert len(handful) == len(HANDFUL)


async def test_the_handful_meets_every_kind_of_failure(handful: list[ChaosEvidence]) -> None:
    outcomes = {attempt.outcome for run in handful for attempt in run.attempts}
    assert outcomes == set(AttemptOutcome)
    assert summarise(handful, 0).requests > len(HANDFUL)


def test_a_seed_is_always_the_same_run() -> None:
    assert plan_chaos(7) == plan_chaos(7)
    assert [turn("c7.reader-1", n) for n in range(20)] == [turn("c7.reader-1", n) for n in range(20)]
    assert len({plan_chaos(seed)[1:] for seed in range(50)}) > 10


def spoiled(handful: Sequence[ChaosEvidence], **changes: object) -> tuple[str, ...]:
    """What is wrong with a resolved run of the handful, changed as told."""
    run = well(handful)
    assert broken_rules(run) == ()
    return broken_rules(run._replace(**changes))


def well(handful: Sequence[ChaosEvidence]) -> ChaosEvidence:
    return next(run for run in handful if run.attempts and run.attempts[-1].outcome is AttemptOutcome.SUCCEEDED)


def with_last_attempt(run: ChaosEvidence, **changes: object) -> ChaosEvidence:
    assert run.view is not None
    last: Attempt = run.attempts[-1].model_copy(update=changes)
    return run._replace(view=run.view.model_copy(update={"attempts": (*run.attempts[:-1], last)}))


async def test_a_ticket_without_an_outcome_is_noticed(handful: list[ChaosEvidence]) -> None:
    view = well(handful).view
    assert view is not None
    assert "it has no outcome" in spoiled(handful, view=view.model_copy(update={"outcome": None}))
    assert spoiled(handful, ended=False) == ("its workflow did not complete",)


async def test_a_ladder_over_its_time_is_noticed(handful: list[ChaosEvidence]) -> None:
    run = well(handful)
    last = run.attempts[-1]
    spent = seconds_spent(tuple(attempt for attempt in run.attempts if attempt.job is last.job))
    allowed = run.rules.job_seconds[run.plan.channel]
    late = with_last_attempt(run, waited_seconds=last.waited_seconds + 500)
    assert broken_rules(late) == (f"{last.job} took {spent + 500:.3f} s of {allowed:g} s",)


async def test_a_ticket_over_its_ceiling_is_noticed(handful: list[ChaosEvidence]) -> None:
    (broken,) = broken_rules(with_last_attempt(well(handful), cost=Decimal(1)))
    assert broken.startswith("it cost 1.")


async def test_a_fall_without_its_reason_is_noticed(handful: list[ChaosEvidence]) -> None:
    fallen = with_last_attempt(well(handful), outcome=AttemptOutcome.TIMEOUT)
    assert any("ended as timeout with the reason None" in broken for broken in broken_rules(fallen))


async def test_a_third_request_and_one_nobody_knows_of_are_noticed(handful: list[ChaosEvidence]) -> None:
    broken = spoiled(handful, came={**well(handful).came, "x.reader-1": (Turn(Fault.EMPTY),) * 3})
    assert broken == (
        "x.reader-1 was asked 3 times: empty answer, empty answer, empty answer",
        "x.reader-1 got 3 requests for 0 calls",
    )


async def test_a_permanent_failure_that_is_repeated_is_noticed(handful: list[ChaosEvidence]) -> None:
    broken = spoiled(handful, came={**well(handful).came, "x.reader-1": (Turn(Fault.WRONG_KEY), Turn(Fault.NONE))})
    assert "x.reader-1 was asked again after a permanent failure" in broken


async def test_a_reply_that_no_model_wrote_is_noticed(handful: list[ChaosEvidence]) -> None:
    (broken,) = spoiled(handful, came={})
    assert broken == "resolved: True, a draft was taken: True, a good one was given: False"
