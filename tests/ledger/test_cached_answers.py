"""The semantic cache in PostgreSQL: found by meaning under one key, gone when anything it rests on is."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from cases.cache import CacheKey, KeptAnswer
from cases.draft import Claim
from cases.facts import Passage, Tier
from cases.ticket import Channel
from ledger.article_index import Vector
from ledger.cached_answers import CachedAnswers, CacheFilter
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.help_centre import HelpCentre
from tests.ledger.articles import article
from tests.ledger.samples import received, ticket

EMBEDDER = "use-multilingual-3"
NORTH = (1.0, 0.0)
NEARLY_NORTH = (math.cos(0.1), math.sin(0.1))
EAST = (0.0, 1.0)

ANOTHER_KEY = [
    {"tenant": "other"},
    {"policy_version": "other@1"},
    {"intent": "faq.shipping"},
    {"locale": "de"},
    {"channel": Channel.CHAT},
    {"tier": Tier.PLUS},
    {"labels": ("instructions_in_text:instructions",)},
    {"revision": "later"},
]


def key(**changes: object) -> CacheKey:
    base: dict[str, object] = {
        "tenant": "acme",
        "policy_version": "local@1",
        "intent": "faq.returns",
        "locale": "en",
        "channel": Channel.EMAIL,
        "tier": Tier.STANDARD,
        "revision": "now",
    }
    return CacheKey.model_validate({**base, **changes})


@pytest.fixture
def answers(database: Database) -> CachedAnswers:
    return CachedAnswers(database, EMBEDDER)


async def kept(
    database: Database, answers: CachedAnswers, under: CacheKey, vector: tuple[float, ...] = NORTH, days: int = 30
) -> KeptAnswer:
    case = received(ticket(tenant=under.tenant))
    await CaseLedger(database).record(case)
    now = datetime.now(UTC)
    answer = KeptAnswer(
        case_id=case.case_id,
        key=under,
        question="How long can I return\x00 things?",
        body="Thirty days.",
        greeted=True,
        claims=(Claim(statement="Thirty days.", source_id="returns/en/0", quote="30 days"),),
        written_by="writer",
        articles=("returns",),
        kept_at=now,
        expires_at=now + timedelta(days=days),
    )
    await answers.keep(answer, vector)
    return answer


async def test_the_nearest_question_comes_first_with_its_likeness(database: Database, answers: CachedAnswers) -> None:
    mine = key(revision="nearest")
    far = await kept(database, answers, mine, EAST)
    near = await kept(database, answers, mine, NEARLY_NORTH)
    found = await answers.nearest(mine, NORTH, 5)
    assert [one.answer.case_id for one in found] == [near.case_id, far.case_id]
    assert found[0].similarity == pytest.approx(math.cos(0.1))
    assert found[0].answer.claims == near.claims
    assert "\x00" not in found[0].answer.question


@pytest.mark.parametrize("changes", ANOTHER_KEY)
async def test_an_answer_is_found_under_its_own_key_alone(
    database: Database, answers: CachedAnswers, changes: dict[str, object]
) -> None:
    mine = key(revision=f"own {changes}")
    await kept(database, answers, mine)
    other = mine.model_copy(update=changes)
    assert len(await answers.nearest(mine, NORTH, 5)) == 1
    assert await answers.nearest(other, NORTH, 5) == ()


async def test_vectors_of_another_model_are_not_compared(database: Database, answers: CachedAnswers) -> None:
    mine = key(revision="embedder")
    await kept(database, answers, mine)
    assert await CachedAnswers(database, "another").nearest(mine, NORTH, 5) == ()


async def test_an_expired_answer_is_not_given_and_goes_when_the_next_is_kept(
    database: Database, answers: CachedAnswers
) -> None:
    old = key(intent="old")
    await kept(database, answers, old, days=-1)
    assert await answers.nearest(old, NORTH, 5) == ()
    await kept(database, answers, key(intent="new"))
    assert await answers.evict(CacheFilter(intent="old")) == 0


async def test_keeping_the_same_case_twice_changes_nothing(database: Database, answers: CachedAnswers) -> None:
    mine = key(revision="twice")
    answer = await kept(database, answers, mine)
    await answers.count_hit(answer.case_id)
    await answers.keep(answer, EAST)
    [found] = await answers.nearest(mine, NORTH, 5)
    assert (found.answer.hits, found.similarity) == (1, pytest.approx(1.0))
    assert found.answer.last_hit_at is not None


async def test_a_forgotten_case_answers_nobody(database: Database, answers: CachedAnswers) -> None:
    mine = key(revision="forgotten")
    answer = await kept(database, answers, mine)
    await answers.forget_case(answer.case_id)
    assert await answers.nearest(mine, NORTH, 5) == ()


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (CacheFilter(tenant="t-1"), {"t-2"}),
        (CacheFilter(intent="faq.other"), {"t-1", "t-2"}),
        (CacheFilter(article="returns", tenant="t-2"), {"t-1"}),
        (CacheFilter(article="shipping"), {"t-1", "t-2"}),
        (CacheFilter(), set[str]()),
    ],
)
async def test_evicting_takes_out_what_is_meant_and_nothing_else(
    database: Database, answers: CachedAnswers, wanted: CacheFilter, left: set[str]
) -> None:
    await answers.evict(CacheFilter())
    for tenant in ("t-1", "t-2"):
        await kept(database, answers, key(tenant=tenant))
    assert await answers.evict(wanted) == 2 - len(left)
    assert {one.key.tenant for one in await answers.answers(CacheFilter(), 10)} == left


async def test_an_edited_article_makes_another_revision_and_makes_what_was_read_stale(
    database: Database, answers: CachedAnswers
) -> None:
    async def embed(texts: Sequence[str]) -> list[Vector]:
        return [[1.0, 0.0] for _ in texts]

    async def write(*said: tuple[str, str, int]) -> None:
        articles = [article(name, "en", name, body, revision=revision) for name, body, revision in said]
        await HelpCentre(database, EMBEDDER).index_articles("edits", articles, embed)

    read = Passage(
        id="returns/en/0", article_id="returns", title="", locale="en", revision=1, text="30 days", confidence=1
    )
    await write(("returns", "30 days", 1), ("shipping", "4 EUR", 1))
    of_returns = await answers.revision("edits", ["returns"], [read])
    of_all = await answers.revision("edits", [], [read])
    assert of_returns is not None

    await write(("returns", "30 days", 1), ("shipping", "5 EUR", 2))
    assert await answers.revision("edits", ["returns"], [read]) == of_returns
    assert await answers.revision("edits", [], [read]) != of_all

    await write(("returns", "14 days", 2), ("shipping", "5 EUR", 2))
    assert await answers.revision("edits", ["returns"], [read]) is None
    assert await answers.revision("edits", ["returns"], [read.model_copy(update={"revision": 2})]) != of_returns
