"""What the policy says of the local models is what they go by."""

from pathlib import Path

import numpy as np
import pytest

from cases.classification import OTHER, Classification, IntentGuess, Tone
from cases.draft import Draft
from cases.facts import Facts, IdentityStrength, Passage
from cases.policy.document import Policy
from cases.policy.local import DraftingRules, LocalRules, ReadingRules, ShoutingRules
from cases.ticket import Channel
from integrations.models.local.encoders import Encoders
from integrations.models.local.intent_reader import judge
from integrations.models.local.provider import LocalProvider
from tests.model_requests import a_classify_request, a_draft_request
from tests.samples import ADA, an_order

RETURNS = Passage(
    id="returns#1",
    article_id="returns",
    title="Returning things",
    locale="en",
    revision=3,
    text="Our stores open at 9. You can return unused gear within 30 days of delivery. Tours cannot be returned.",
    confidence=0.9,
)
TWICE = "You can return unused gear within 30 days.\nTents can be returned as gear within 60 days."
STRANGE = "quantum entanglement of photons in a cavity"
TWO_WISHES = "You took my money twice for one tent, and where is my order now?"
SHOUTED = "WHERE IS MY PARCEL, I HAVE BEEN WAITING FOR WEEKS AND NOBODY ANSWERS"


class Local:
    """The local models under the policy that ships, but for one section of it."""

    def __init__(self, policy: Policy, encoders: Encoders, cache: Path) -> None:
        self._shipped = policy
        self._encoders = encoders
        self._cache = cache

    def _provider(self, rules: LocalRules) -> LocalProvider:
        document = self._shipped.document.model_copy(update={"local": rules})
        changed = self._shipped.model_copy(update={"document": document})
        return LocalProvider({changed.version: changed}, self._encoders, self._cache)

    async def read(self, rules: LocalRules, text: str) -> Classification:
        """What a text is about."""
        asked = a_classify_request(self._shipped.version, "local-compact", text)
        return (await self._provider(rules).classify(asked)).output

    async def draft(self, rules: LocalRules, intent: str, channel: Channel, facts: Facts) -> Draft:
        """A reply."""
        wished = {"channel": channel, "text": "How long can I return gear?", "intents": (intent,), "facts": facts}
        asked = a_draft_request(self._shipped.version, "local-templates", **wished)
        return (await self._provider(rules).draft(asked)).output


@pytest.fixture
def local(local_policy: Policy, encoders: Encoders, pytestconfig: pytest.Config) -> Local:
    return Local(local_policy, encoders, Path(pytestconfig.cache.mkdir("signalbox")) / "models")


async def test_a_text_like_no_example_is_unfamiliar(local: Local) -> None:
    assert (await local.read(LocalRules(), STRANGE)).unfamiliar
    assert not (await local.read(LocalRules(), "Where is my order?")).unfamiliar


def test_a_strange_text_surely_read_keeps_its_intent_and_how_sure_it_is() -> None:
    rules = ReadingRules(strange_named_from=0.5)
    assert judged_strange(rules, 0.9) == (IntentGuess(name="order_status", confidence=0.9), True)
    assert judged_strange(rules, 0.49)[0].name == OTHER


@pytest.mark.parametrize("order_status", [0.49, 0.1])
def test_a_strange_text_that_is_other_is_worth_what_the_examples_of_other_say(order_status: float) -> None:
    guess, unfamiliar = judged_strange(ReadingRules(), order_status)
    assert (guess.name, unfamiliar) == (OTHER, True)
    assert guess.confidence == pytest.approx((1 - order_status) * 0.6)


def test_where_nothing_is_taught_as_other_nothing_speaks_for_it() -> None:
    told = judge(ReadingRules(), ("order_status", "refund_request"), np.array([[0.4, 0.6]]), [True], ["Quoth"])
    assert told == ((IntentGuess(name="refund_request", confidence=0.6),), True)
    told = judge(ReadingRules(), ("a", "b", "c"), np.array([[0.4, 0.3, 0.3]]), [True], ["Quoth"])
    assert told == ((IntentGuess(name=OTHER, confidence=0.0),), True)


@pytest.mark.parametrize(("clause", "unfamiliar"), [("order_status", False), ("refund_request", True)])
def test_a_long_text_is_not_strange_where_a_familiar_clause_says_the_same(clause: str, unfamiliar: bool) -> None:  # noqa: FBT001
    intents = ("order_status", "refund_request", OTHER)
    said = [0.6, 0.3, 0.1] if clause == "order_status" else [0.3, 0.6, 0.1]
    likely = np.array([[0.9, 0.06, 0.04], said])
    told = judge(ReadingRules(), intents, likely, [True, False], ["Quoth the parcel. Where is it", "Where is it"])
    assert told == ((IntentGuess(name="order_status", confidence=0.9),), unfamiliar)


@pytest.mark.parametrize(
    ("whole", "clauses", "told"),
    [
        ([0.6, 0.3, 0.1], [[0.9, 0.05, 0.05]], [("order_status", 0.6)]),
        ([0.5, 0.4, 0.1], [[0.95, 0.03, 0.02], [0.04, 0.9, 0.06]], [("order_status", 0.9), ("refund_request", 0.9)]),
        ([0.5, 0.4, 0.1], [[0.8, 0.1, 0.1], [0.04, 0.9, 0.06]], [("order_status", 0.8), ("refund_request", 0.9)]),
        ([0.5, 0.4, 0.1], [[0.4, 0.3, 0.3], [0.04, 0.9, 0.06]], [("order_status", 0.5), ("refund_request", 0.9)]),
    ],
    ids=["one wish", "two wishes", "the clause is less sure", "no clause speaks for the first"],
)
def test_wishes_that_clauses_are_sure_of_share_the_probability_of_the_whole_text(
    whole: list[float], clauses: list[list[float]], told: list[tuple[str, float]]
) -> None:
    parts = ["Where is it, and take it back", "Where is my parcel now", "Please take it back"][: len(clauses) + 1]
    likely = np.array([whole, *clauses])
    judged = judge(ReadingRules(), ("order_status", "refund_request", OTHER), likely, [False] * len(parts), parts)
    assert [(guess.name, pytest.approx(guess.confidence)) for guess in judged.intents] == told
    assert not judged.unfamiliar


def judged_strange(rules: ReadingRules, order_status: float) -> tuple[IntentGuess, bool]:
    """What is made of one strange text that is this likely about an order, and else about a refund or nothing known."""
    rest = 1 - order_status
    likely = np.array([[order_status, rest * 0.4, rest * 0.6]])
    told = judge(rules, ("order_status", "refund_request", OTHER), likely, [True], ["Quoth the parcel"])
    (guess,) = told.intents
    return guess, told.unfamiliar


async def test_a_ticket_has_no_more_intents_than_the_policy_says(local: Local) -> None:
    single = LocalRules(reading=ReadingRules(most_intents=1))
    assert len((await local.read(LocalRules(), TWO_WISHES)).intents) == 2
    assert len((await local.read(single, TWO_WISHES)).intents) == 1


async def test_a_clause_speaks_only_where_it_is_as_sure_as_the_policy_says(local: Local) -> None:
    deaf = LocalRules(reading=ReadingRules(clause_confidence=1.0, lone_clause_confidence=1.0))
    assert len((await local.read(deaf, TWO_WISHES)).intents) == 1


async def test_the_policy_says_what_shouting_is(local: Local) -> None:
    patient = LocalRules(shouting=ShoutingRules(letters=500, exclamation_marks=5))
    for text in (SHOUTED, "Where is my parcel!!!"):
        assert (await local.read(LocalRules(), text)).tone is Tone.ANGRY
        assert (await local.read(patient, text)).tone is Tone.CALM


async def test_the_policy_says_how_much_is_quoted(local: Local) -> None:
    passages = Facts(passages=(RETURNS.model_copy(update={"text": TWICE}),))
    one, two = [
        (await local.draft(LocalRules(drafting=rules), "faq.returns", Channel.EMAIL, passages)).reply.text
        for rules in (DraftingRules(quoted_units=1), DraftingRules(next_best_share=0.0))
    ]
    assert sum(sentence in one for sentence in TWICE.splitlines()) == 1
    assert sum(sentence in two for sentence in TWICE.splitlines()) == 2


async def test_the_policy_says_how_sure_an_answer_must_be(local: Local) -> None:
    passages = Facts(passages=(RETURNS,))
    sure, strict = [
        await local.draft(
            LocalRules(drafting=DraftingRules(answered_from=share)), "faq.returns", Channel.EMAIL, passages
        )
        for share in (0.0, 1.0)
    ]
    assert sure.unanswered is None
    assert strict.unanswered is not None
    assert strict.unanswered.threshold == 1.0


async def test_the_policy_says_where_a_reply_is_no_letter(local: Local) -> None:
    known = Facts(account=ADA, identity=IdentityStrength.MATCHED, orders=(an_order(),))
    formal = LocalRules(drafting=DraftingRules(spoken=()))
    assert "Hello Ada" not in (await local.draft(LocalRules(), "order_status", Channel.CHAT, known)).reply.text
    assert "Hello Ada" in (await local.draft(formal, "order_status", Channel.CHAT, known)).reply.text
