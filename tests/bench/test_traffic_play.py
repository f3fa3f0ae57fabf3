"""Playing a ticket: the policy's own ladder, over a stand-in whose sureness is set."""

from collections.abc import Sequence

import pytest

from activities.retrieve import Retrieving
from bench.bitext import Utterance
from bench.traffic_mix import HOSTED_POLICY, RECORDS
from bench.traffic_play import Player
from bench.traffic_sums import NO_DRAFT, Layer
from cases.classification import Category, Classification, IntentGuess, Priority, Team
from cases.draft import CustomerText, Draft
from cases.facts import Passage
from cases.policy.document import Policy
from cases.ticket import Locale
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.protocol import Answer
from starter.policy_files import read_policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(HOSTED_POLICY)


class AsSureAs:
    """A stand-in that says `order_status` as surely as it is told to."""

    def __init__(self, confidence: float) -> None:
        self._confidence = confidence

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        said = Classification(
            category=Category.OTHER,
            intents=(IntentGuess(name="order_status", confidence=self._confidence),),
            priority=Priority.LOW,
            team=Team.TRIAGE,
            confidence=self._confidence,
            language=request.language,
        )
        return Answer(output=said, reported_model="stand-in")

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        return Answer(output=Draft(reply=CustomerText(text="On its way."), locale="en"), reported_model="stand-in")


class NoArticles:
    name, dimensions = "none", 1

    async def embed_query(self, text: str, locale: Locale) -> Sequence[float]:
        return [1.0]

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        return [[1.0] for _ in texts]

    async def search(
        self, tenant: str, locale: Locale, text: str, vector: Sequence[float], limit: int
    ) -> tuple[Passage, ...]:
        return ()


def player(policy: Policy, confidence: float) -> Player:
    return Player(policy, AsSureAs(confidence), Retrieving(NoArticles(), NoArticles()), "acme", RECORDS)


VAGUE = Utterance("it should have been here, shouldn't it", "order_status")


async def test_a_sure_cheap_rung_settles_it_with_one_call_and_a_draft(policy: Policy) -> None:
    one = await player(policy, 0.9).play(1, VAGUE)
    assert (one.layer, one.answer, one.calls, one.pool) == (Layer.CHEAP, "order_status", 2, "cost")
    assert one.cost == one.alone["gpt-cheap"] > 0


async def test_an_unsure_one_is_asked_strictly_and_then_the_strong_one_has_the_word(policy: Policy) -> None:
    sure, unsure = [await player(policy, confidence).play(1, VAGUE) for confidence in (0.9, 0.5)]
    assert (unsure.layer, unsure.answer, unsure.calls) == (Layer.STRONG, None, 4)
    assert unsure.cost > sure.cost
    assert unsure.cost < unsure.alone["claude-strong"] + 2 * unsure.alone["gpt-cheap"]


async def test_a_pattern_settles_it_without_a_call(policy: Policy) -> None:
    one = await player(policy, 0.1).play(1, Utterance("Where is my order?", "order_status"))
    assert (one.layer, one.answer, one.calls) == (Layer.RULE, "order_status", 1)


async def test_what_the_guard_holds_costs_nothing(policy: Policy) -> None:
    one = await player(policy, 0.9).play(1, Utterance("My lawyer will sue you", None))
    assert (one.layer, one.pool, one.cost, one.calls) == (Layer.GUARD, NO_DRAFT, 0, 0)
    assert set(one.alone.values()) == {0}
