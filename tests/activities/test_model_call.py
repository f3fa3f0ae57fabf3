"""One model call: asked once, timed, every failure told, and a model that keeps failing left alone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from activities.classify import Classifying
from activities.model_call import call_model
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from cases.classification import Classification, Entities
from cases.errors import ContentFailure, LedgerUnavailable, ModelTimeout, PermanentFailure, TemporaryFailure
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt, Usage
from cases.policy.document import Policy
from cases.policy.rulebook import CoolDown
from cases.reason import ReasonCode
from cases.work import ClassifyRequest
from integrations.models.protocol import Answer
from tests.workflows.world import a_classification

RULES = CoolDown(failures=3, rest=timedelta(seconds=60))
Asking = Callable[[], Awaitable[Answer[Classification]]]

REQUEST = ClassifyRequest(
    case_id="ticket:acme:test:1",
    policy_version="test@0",
    model="some-model",
    rung=1,
    prompt=Prompt.STRICT,
    timeout_seconds=0.2,
    text="hello",
    language="en",
    entities=Entities(),
)


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
    attempt, _ = await call_model(Job.CLASSIFY, REQUEST, ask, health or ModelHealth(), RULES)
    return attempt


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
    assert resting.reason.sentence == "some-model failed again and again, it rests for 60 s"
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


async def test_one_good_answer_forgives_what_failed_before() -> None:
    health = ModelHealth()
    for ask in (failing(ModelTimeout("late")), failing(ModelTimeout("late")), good, failing(ModelTimeout("late"))):
        await called(ask, health)
    assert health.cooling_seconds("some-model") == 0.0


class ArchiveAway:
    """An archive whose database is down."""

    async def policy(self, version: str) -> Policy | None:
        raise LedgerUnavailable(f"The ledger does not answer, so {version} cannot be read.")


async def test_an_older_policy_that_cannot_be_read_now_is_waited_for_and_no_model_is_blamed(
    shipped_policy: Policy,
) -> None:
    health = ModelHealth()
    classifying = Classifying({}, PolicyShelf(shipped_policy, ArchiveAway()), health)
    report = await classifying.classify(REQUEST)
    assert report.attempt.outcome is AttemptOutcome.TEMPORARY
    assert report.attempt.reason is not None
    assert "test@0 cannot be read" in report.attempt.reason.sentence
    assert health.cooling_seconds(REQUEST.model) == 0
