"""One model call: asked once, timed, every failure told, and a model that keeps failing left alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from temporalio.testing import ActivityEnvironment

from activities.classify import Classifying
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.classification import Classification
from cases.errors import (
    ContentFailure,
    LedgerUnavailable,
    ModelTimeout,
    PermanentFailure,
    TemporaryFailure,
    UnaskableQuestion,
)
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt, Usage
from cases.policy.document import Policy
from cases.policy.rulebook import CoolDown
from cases.reason import ReasonCode
from cases.switch import Lever, Position, Switching, SwitchKind
from integrations.models.protocol import Answer
from tests.model_requests import a_classify_request
from tests.samples import NOW, a_classification

RULES = CoolDown(failures=3, rest=timedelta(seconds=60))
Asking = Callable[[], Awaitable[Answer[Classification]]]

STRICT = {"rung": 1, "prompt": Prompt.STRICT, "timeout_seconds": 0.2}
REQUEST = a_classify_request("test@0", "some-model", "hello", **STRICT)


class Clock:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def good() -> Answer[Classification]:
    return Answer(
        output=a_classification("faq_returns"), usage=Usage(input_tokens=7, output_tokens=3), reported_model="m-1"
    )


def failing(failure: Exception) -> Asking:
    async def ask() -> Answer[Classification]:
        raise failure

    return ask


async def hang() -> Answer[Classification]:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets the event")


async def called(ask: Asking, health: ModelHealth | None = None) -> Attempt:
    attempt, _ = await calls(health).once(Job.CLASSIFY, REQUEST, ask, RULES)
    return attempt


@dataclass
class Levers:
    """A ledger of switches, and how often it was asked."""

    off: dict[Lever, Switching] = field(default_factory=dict[Lever, Switching])
    asked: int = 0

    async def turned_off(self) -> dict[Lever, Switching]:
        self.asked += 1
        return dict(self.off)

    def turn_off(self, lever: Lever) -> None:
        self.off[lever] = Switching(lever=lever, position=Position.OFF, why="it invents refunds", by="Olga", at=NOW)


def calls(health: ModelHealth | None = None, switches: Switchboard | None = None) -> ModelCalls:
    return ModelCalls(health or ModelHealth(), switches or Switchboard(Levers()))


async def test_an_answer_comes_with_what_it_took() -> None:
    attempt = await called(good)
    assert attempt.outcome is AttemptOutcome.SUCCEEDED
    assert (attempt.model, attempt.rung, attempt.prompt) == ("some-model", 1, Prompt.STRICT)
    assert attempt.usage == Usage(input_tokens=7, output_tokens=3)
    assert attempt.reported_model == "m-1"


@pytest.mark.parametrize(
    ("failure", "outcome", "code"),
    [
        (ContentFailure("not JSON"), AttemptOutcome.CONTENT_FAILURE, ReasonCode.MALFORMED_ANSWER),
        (ModelTimeout("late"), AttemptOutcome.TIMEOUT, ReasonCode.MODEL_TIMEOUT),
        (TemporaryFailure("429", 7.0), AttemptOutcome.TEMPORARY, ReasonCode.MODEL_BUSY),
        (PermanentFailure("bad key"), AttemptOutcome.PERMANENT, ReasonCode.MODEL_REFUSED_CALL),
    ],
)
async def test_each_failure_is_told_as_an_attempt(
    failure: Exception, outcome: AttemptOutcome, code: ReasonCode
) -> None:
    attempt = await called(failing(failure))
    assert attempt.outcome is outcome
    assert attempt.reason is not None
    assert attempt.reason.code is code


async def test_the_providers_delay_is_kept_for_the_ladder() -> None:
    assert (await called(failing(TemporaryFailure("429", 7.0)))).retry_after_seconds == 7.0


async def test_a_model_that_hangs_is_given_up_in_its_time() -> None:
    attempt = await called(hang)
    assert attempt.outcome is AttemptOutcome.TIMEOUT
    assert attempt.seconds <= REQUEST.timeout_seconds


async def test_a_bug_is_no_failure_of_the_model() -> None:
    with pytest.raises(KeyError):
        await called(failing(KeyError("bug")))


async def test_a_model_that_keeps_failing_is_not_asked_by_any_ticket_until_it_has_rested() -> None:
    clock = Clock()
    health = ModelHealth(clock)
    for _ in range(3):
        await called(failing(TemporaryFailure("503")), health)
    resting = await called(good, health)
    assert resting.outcome is AttemptOutcome.PERMANENT
    assert resting.reason is not None
    assert resting.reason.sentence == "some-model failed again and again; it is not asked for 60 s"
    clock.seconds = 61.0
    assert (await called(good, health)).outcome is AttemptOutcome.SUCCEEDED


async def test_after_its_rest_one_more_failure_is_enough() -> None:
    clock = Clock()
    health = ModelHealth(clock)
    for _ in range(3):
        await called(failing(ModelTimeout("late")), health)
    clock.seconds = 61.0
    await called(failing(ModelTimeout("late")), health)
    assert health.cooling_seconds("some-model") == 60.0


async def test_a_useless_answer_does_not_make_a_model_rest() -> None:
    health = ModelHealth()
    for _ in range(10):
        await called(failing(ContentFailure("prose")), health)
    assert health.cooling_seconds("some-model") == 0.0


async def test_a_question_too_long_for_a_model_does_not_make_it_rest_for_other_tickets() -> None:
    health = ModelHealth()
    for _ in range(10):
        told = await called(failing(UnaskableQuestion("too long")), health)
        assert told.outcome is AttemptOutcome.PERMANENT
    assert health.cooling_seconds("some-model") == 0.0


async def test_whoever_watches_the_worker_is_told_of_a_model_that_begins_to_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health = ModelHealth()
    for _ in range(3):
        assert "no ticket of this worker asks it" not in caplog.text
        await ActivityEnvironment().run(called, failing(TemporaryFailure("503")), health)
    assert "some-model failed again and again: no ticket of this worker asks it for 60 s" in caplog.text


async def test_one_good_answer_forgives_what_failed_before() -> None:
    health = ModelHealth()
    for ask in (failing(ModelTimeout("late")), failing(ModelTimeout("late")), good, failing(ModelTimeout("late"))):
        await called(ask, health)
    assert health.cooling_seconds("some-model") == 0.0


async def test_a_model_that_is_switched_off_is_not_asked() -> None:
    levers = Levers()
    levers.turn_off(Lever(kind=SwitchKind.MODEL, name="some-model"))
    attempt, answer = await calls(switches=Switchboard(levers)).once(Job.CLASSIFY, REQUEST, hang, RULES)
    assert answer is None
    assert attempt.outcome is AttemptOutcome.PERMANENT
    assert attempt.reason is not None
    assert attempt.reason.sentence == "model some-model was switched off by Olga: it invents refunds"


async def test_another_model_goes_on() -> None:
    levers = Levers()
    levers.turn_off(Lever(kind=SwitchKind.MODEL, name="another-model"))
    attempt, _ = await calls(switches=Switchboard(levers)).once(Job.CLASSIFY, REQUEST, good, RULES)
    assert attempt.outcome is AttemptOutcome.SUCCEEDED


async def test_a_switch_is_seen_within_a_second_by_one_question_for_all_calls() -> None:
    clock, levers = Clock(), Levers()
    switches = Switchboard(levers, clock)
    asking = calls(switches=switches)
    for _ in range(50):
        await asking.once(Job.CLASSIFY, REQUEST, good, RULES)
    assert levers.asked == 1
    levers.turn_off(Lever(kind=SwitchKind.MODEL, name="some-model"))
    clock.seconds = 1.0
    attempt, _ = await asking.once(Job.CLASSIFY, REQUEST, good, RULES)
    assert attempt.outcome is AttemptOutcome.PERMANENT


async def test_an_answer_that_could_not_be_used_is_paid_for_all_the_same() -> None:
    failure = ContentFailure("prose", Usage(input_tokens=900, output_tokens=40))
    failure.cost, failure.prompt_version = Decimal("0.002"), "classify.standard@0f3a"
    attempt = await called(failing(failure))
    assert attempt.cost == Decimal("0.002")
    assert attempt.usage.input_tokens == 900
    assert attempt.prompt_version == "classify.standard@0f3a"


class ArchiveAway:
    """An archive whose database is down."""

    async def policy(self, version: str) -> Policy | None:
        raise LedgerUnavailable(f"The ledger does not answer, so {version} cannot be read.")


async def test_an_older_policy_that_cannot_be_read_now_is_waited_for_and_no_model_is_blamed(
    shipped_policy: Policy,
) -> None:
    health = ModelHealth()
    classifying = Classifying({}, PolicyShelf(shipped_policy, ArchiveAway()), calls(health))
    report = await classifying.classify(REQUEST)
    assert report.attempt.outcome is AttemptOutcome.TEMPORARY
    assert report.attempt.reason is not None
    assert "test@0 cannot be read" in report.attempt.reason.sentence
    assert health.cooling_seconds(REQUEST.model) == 0
