"""The ladder, walked by Hypothesis: whatever models do, it ends, within its time and its cost."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cases.ladder import Ask, Attempt, AttemptOutcome, Budget, Job, Ladder, LastRung, Prompt, Rung, Stop
from cases.reason import ReasonCode
from routing.ladder import cost_spent, next_step, seconds_spent
from routing.messages import reason

WALK_LIMIT = 500

rungs = st.builds(
    Rung,
    model=st.sampled_from(["a", "b", "c", "d"]),
    timeout_seconds=st.floats(0.1, 30),
    typical_seconds=st.floats(0, 10),
    expected_cost=st.decimals(0, 1, places=3),
    strict_retry=st.booleans(),
)
ladders = st.builds(
    Ladder,
    job=st.just(Job.DRAFT),
    rungs=st.lists(rungs, min_size=1, max_size=5).map(tuple),
    last=st.sampled_from(LastRung),
)
budgets = st.builds(Budget, seconds=st.floats(0.5, 120), cost=st.decimals(0, 2, places=3))


@dataclass(frozen=True)
class Fate:
    """What the next call will do: how it ends, and what share of its time and of its expected cost it takes."""

    outcome: AttemptOutcome
    time_share: float
    cost_share: Decimal
    retry_after: float | None


fates = st.builds(
    Fate,
    outcome=st.sampled_from([o for o in AttemptOutcome if o not in (AttemptOutcome.SUCCEEDED, AttemptOutcome.SKIPPED)]),
    time_share=st.floats(0, 1),
    cost_share=st.decimals(0, 1, places=2),
    retry_after=st.none() | st.floats(0, 100),
)


def attempt(ladder: Ladder, ask: Ask, fate: Fate) -> Attempt:
    return Attempt(
        job=ladder.job,
        rung=ask.rung,
        model=ask.model,
        prompt=ask.prompt,
        outcome=fate.outcome,
        reason=reason(ReasonCode.MODEL_BUSY, model=ask.model, what="test"),
        seconds=ask.timeout_seconds * fate.time_share,
        waited_seconds=ask.wait_seconds,
        cost=ladder.rungs[ask.rung].expected_cost * fate.cost_share,
        retry_after_seconds=fate.retry_after if fate.outcome is AttemptOutcome.TEMPORARY else None,
    )


def walk(ladder: Ladder, budget: Budget, data: st.DataObject) -> tuple[list[Attempt], Stop]:
    """Walk down a ladder on which every call fails in its own way."""
    attempts: list[Attempt] = []
    for _ in range(WALK_LIMIT):
        step = next_step(ladder, budget, attempts)
        if isinstance(step, Stop):
            return attempts, step
        attempts.append(attempt(ladder, step, data.draw(fates)))
    raise AssertionError("the ladder did not end")


@given(ladders, budgets, st.data())
def test_it_always_ends_with_the_customer_or_a_person(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, stop = walk(ladder, budget, data)
    answered = any(a.outcome is AttemptOutcome.CONTENT_FAILURE for a in attempts)
    assert stop.last is (ladder.last if answered else LastRung.PERSON)
    assert stop.reason.sentence


@given(ladders, budgets, st.data())
def test_it_never_takes_more_time_than_it_has(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    assert seconds_spent(attempts) <= budget.seconds + 1e-6


@given(ladders, budgets, st.data())
def test_it_never_costs_more_than_the_ceiling(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    assert cost_spent(attempts) <= budget.cost


@given(ladders, budgets, st.data())
def test_no_model_is_asked_a_third_time(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    for model in {a.model for a in attempts}:
        asked = [a for a in attempts if a.model == model and a.outcome is not AttemptOutcome.TEMPORARY]
        assert len(asked) <= 2


@given(ladders, budgets, st.data())
def test_a_permanent_failure_is_never_repeated(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    for index, failed in enumerate(attempts):
        if failed.outcome is AttemptOutcome.PERMANENT:
            assert failed.model not in {later.model for later in attempts[index + 1 :]}


@given(ladders, budgets, st.data())
def test_at_most_one_stricter_retry_a_rung_and_only_after_a_content_failure(
    ladder: Ladder, budget: Budget, data: st.DataObject
) -> None:
    attempts, _ = walk(ladder, budget, data)
    for index, strict in enumerate(attempts):
        if strict.prompt is Prompt.STRICT:
            before = [a for a in attempts[:index] if a.rung == strict.rung]
            assert any(a.outcome is AttemptOutcome.CONTENT_FAILURE for a in before)
            assert ladder.rungs[strict.rung].strict_retry
    for rung in range(len(ladder.rungs)):
        content = [a for a in attempts if a.rung == rung and a.outcome is AttemptOutcome.CONTENT_FAILURE]
        assert len(content) <= 2


@given(ladders, budgets, st.data())
def test_a_rung_has_at_most_one_retry_for_its_content(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    for rung in range(len(ladder.rungs)):
        answered = [a for a in attempts if a.rung == rung and a.outcome is not AttemptOutcome.TEMPORARY]
        assert sum(a.prompt is Prompt.STRICT for a in answered) <= 1


@given(ladders, budgets, st.data())
def test_who_names_no_delay_is_given_twice_as_long_each_time(
    ladder: Ladder, budget: Budget, data: st.DataObject
) -> None:
    attempts, _ = walk(ladder, budget, data)
    wait = 1.0
    for failed_call, later in pairwise(attempts):
        busy = failed_call.outcome is AttemptOutcome.TEMPORARY
        named = failed_call.retry_after_seconds
        if not busy or later.rung != failed_call.rung:
            assert later.waited_seconds == 0
        else:
            assert later.waited_seconds == (wait if named is None else max(1.0, named))
        if not busy or later.model != failed_call.model:
            wait = 1.0
        elif named is None:
            wait *= 2


@given(ladders, budgets, st.data())
def test_it_never_climbs_back_up(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    assert [a.rung for a in attempts] == sorted(a.rung for a in attempts)


@given(ladders, budgets, st.data())
def test_the_same_past_always_leads_to_the_same_step(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts, _ = walk(ladder, budget, data)
    for count in range(len(attempts) + 1):
        assert next_step(ladder, budget, attempts[:count]) == next_step(ladder, budget, attempts[:count])


@given(ladders, budgets, st.data())
def test_each_rung_is_asked_or_told_as_skipped_once(ladder: Ladder, budget: Budget, data: st.DataObject) -> None:
    attempts: list[Attempt] = []
    skipped: list[int] = []
    while True:
        step = next_step(ladder, budget, attempts)
        skipped += [skip.rung for skip in step.skipped]
        if isinstance(step, Stop):
            break
        attempts.append(attempt(ladder, step, data.draw(fates)))
    asked = {a.rung for a in attempts}
    assert len(skipped) == len(set(skipped))
    assert not asked & set(skipped)
    asked_models = {ladder.rungs[rung].model for rung in asked}
    for index, rung in enumerate(ladder.rungs):
        assert index in asked or index in skipped or rung.model in asked_models


def two_rungs() -> Ladder:
    return Ladder(
        job=Job.DRAFT,
        rungs=(
            Rung(model="strong", timeout_seconds=10, typical_seconds=5, strict_retry=True),
            Rung(model="fast", timeout_seconds=5, typical_seconds=1),
        ),
    )


def failed(outcome: AttemptOutcome, seconds: float = 1.0, **changes: object) -> Attempt:
    first = Attempt(job=Job.DRAFT, rung=0, model="strong", prompt=Prompt.STANDARD, outcome=outcome, seconds=seconds)
    return first.model_copy(update=changes)


PLENTY = Budget(seconds=60, cost=Decimal(1))


def test_a_content_failure_is_asked_again_more_strictly() -> None:
    step = next_step(two_rungs(), PLENTY, [failed(AttemptOutcome.CONTENT_FAILURE)])
    assert isinstance(step, Ask)
    assert (step.model, step.prompt) == ("strong", Prompt.STRICT)


def test_being_told_to_wait_waits_as_told_and_does_not_use_up_the_retry() -> None:
    busy = failed(AttemptOutcome.TEMPORARY, retry_after_seconds=7.0)
    step = next_step(two_rungs(), PLENTY, [busy])
    assert isinstance(step, Ask)
    assert (step.model, step.wait_seconds) == ("strong", 7.0)
    waited = busy.model_copy(update={"outcome": AttemptOutcome.TIMEOUT, "waited_seconds": 7.0})
    again = next_step(two_rungs(), PLENTY, [busy, waited])
    assert isinstance(again, Ask)
    assert again.model == "strong"


def test_a_provider_that_names_no_delay_is_waited_for_twice_as_long_each_time() -> None:
    busy = failed(AttemptOutcome.TEMPORARY, seconds=0.0)
    waits: list[float] = []
    attempts = [busy]
    while isinstance(step := next_step(two_rungs(), PLENTY, attempts), Ask) and step.model == "strong":
        waits.append(step.wait_seconds)
        attempts.append(busy.model_copy(update={"waited_seconds": step.wait_seconds}))
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert isinstance(step, Ask)
    assert (step.model, step.wait_seconds) == ("fast", 0.0)


def test_a_wait_that_does_not_fit_the_time_goes_to_the_next_rung() -> None:
    step = next_step(two_rungs(), PLENTY, [failed(AttemptOutcome.TEMPORARY, retry_after_seconds=600.0)])
    assert isinstance(step, Ask)
    assert step.model == "fast"


def test_a_chat_customer_gets_the_faster_model_when_time_runs_low() -> None:
    step = next_step(two_rungs(), Budget(seconds=4, cost=Decimal(1)), [])
    assert isinstance(step, Ask)
    assert step.model == "fast"
    assert step.reason is None or step.reason.code is ReasonCode.FASTER_FOR_CHANNEL


def test_a_model_the_ceiling_cannot_pay_is_not_asked() -> None:
    dear = Ladder(
        job=Job.DRAFT, rungs=(Rung(model="x", timeout_seconds=1, typical_seconds=0, expected_cost=Decimal(2)),)
    )
    step = next_step(dear, PLENTY, [])
    assert isinstance(step, Stop)
    assert step.reason.sentence == "the cost ceiling of 1 USD is reached"
