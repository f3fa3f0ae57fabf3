"""A plain question that was answered before gets the same answer; whatever differs is drafted anew.

Here the activities that recall and keep are the real ones, over the real PostgreSQL and the real encoder: only who
classifies, looks up, drafts and writes in the helpdesk is scripted.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from temporalio import activity

from activities.answer_keeping import AnswerKeeping
from activities.policies import PolicyShelf
from activities.recall import Recalling
from activities.record import Recording
from activities.switches import Switchboard
from bench.caching_policy import caching_policy
from cases.cache import CACHE, RecallReport, RecallRequest
from cases.case import CaseView
from cases.facts import LookupKind
from cases.ladder import AttemptOutcome
from cases.outcome import OutcomeKind, Stage
from cases.policy.cache import CacheLanguage, CacheRules, CacheScope
from cases.policy.document import Policy
from cases.policy.rulebook import Rulebook
from cases.switch import Lever, Position, Switching, SwitchKind
from cases.ticket import Channel, Customer, Ticket
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder
from ledger.cached_answers import CachedAnswers, CacheFilter
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.help_centre import HelpCentre
from ledger.migrate import migrate
from ledger.policies import PolicyLedger
from ledger.switches import SwitchLedger
from tests.ledger.articles import article
from tests.samples import NOW, PASSAGE, a_message, a_ticket
from tests.small_rulebook import intent_rules, rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World

EMBEDDER = LocalEmbedder(Encoders())
ANSWER = "Hello Ada,\n\nYou can return things within 30 days."
QUESTION = "How long can I return things?"


@pytest.fixture(scope="module")
def policy() -> Policy:
    shipped = caching_policy()
    assert shipped.document.cache is not None
    cache = CacheRules(
        intents=shipped.document.cache.intents,
        languages={
            language: CacheLanguage(similarity=0.85, negations=rules.negations, telling=rules.telling)
            for language, rules in shipped.document.cache.languages.items()
        },
    )
    document = shipped.document.model_copy(update={"cache": cache})
    return Policy(version="test@000000000000", document=document)


@pytest_asyncio.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    migrate(database_url)
    opened = Database.at(database_url, connections=10)
    yield opened
    await opened.close()


@dataclass
class Remembering(World):
    """A world that records in a real ledger, and recalls from it."""

    recalling: Recalling | None = None
    recording: Recording | None = None
    recalled: list[RecallRequest] = field(default_factory=list[RecallRequest])

    @property
    def activities(self):
        return [*super().activities, self.recall]

    @activity.defn(name="recall")
    async def recall(self, request: RecallRequest) -> RecallReport:
        assert self.recalling is not None
        self.recalled.append(request)
        return await self.recalling.recall(request)

    @activity.defn(name="record")
    async def record(self, view: CaseView) -> None:
        assert self.recording is not None
        await self.recording.record(view)
        await World.record(self, view)


class Worlds:
    """Worlds of one ledger, one after the other."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self.answers = CachedAnswers(database, EMBEDDER.name)
        self.shelf = PolicyShelf(policy, PolicyLedger(database))
        self.database = database

    def another(self, **changes: object) -> Remembering:
        world = Remembering(**{"rules": cached_rules(), "drafts": (ANSWER,), **changes})  # pyright: ignore[reportArgumentType]
        switches = Switchboard(SwitchLedger(self.database))
        world.recalling = Recalling(self.answers, EMBEDDER, self.shelf, switches)
        world.recording = Recording(CaseLedger(self.database), AnswerKeeping(self.answers, EMBEDDER, self.shelf))
        return world

    async def write(self, body: str, revision: int, tenant: str = "acme") -> None:
        returns = article("returns", "en", "Returns", body, revision=revision)
        await HelpCentre(self.database, EMBEDDER.name).index_articles(tenant, [returns], EMBEDDER.embed_passages)


@pytest.fixture
async def worlds(database: Database, policy: Policy) -> Worlds:
    """Nothing is kept yet, and the article stands at its first revision, as the passages have it."""
    worlds = Worlds(database, policy)
    await worlds.answers.evict(CacheFilter())
    for tenant in ("acme", "other"):
        await HelpCentre(database, EMBEDDER.name).index_articles(tenant, [], EMBEDDER.embed_passages)
        await worlds.write(PASSAGE.text, 1, tenant)
    return worlds


def cached_rules(**changes: object) -> Rulebook:
    return rulebook(cache=CacheScope(intents=("faq_returns",), characters=300), **changes)


_numbers = iter(range(5000, 6000))


def asking(text: str = QUESTION, name: str = "Ada Lovelace", changes: dict[str, object] | None = None) -> Ticket:
    ticket = a_ticket(text, ticket_id=str(next(_numbers)))
    customer = Customer(name=name, email=f"{name.split()[0].lower()}@example.com")
    return ticket.model_copy(update={"customer": customer, **(changes or {})})


async def played(running_case: RunningCase, world: Remembering, ticket: Ticket) -> CaseView:
    """The case as it stood when it was answered."""
    async with running_case(world, ticket) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    return world.recorded[-1]


async def test_the_same_question_is_answered_without_a_draft_and_with_the_customers_own_name(
    running_case: RunningCase, worlds: Worlds
) -> None:
    first = await played(running_case, worlds.another(), asking())
    again = worlds.another()
    second = await played(running_case, again, asking(name="Bob Stone"))

    assert again.drafted == []
    assert second.replies[0].text.text == "Hello Bob,\n\nYou can return things within 30 days."
    assert f"answered from the cache: same question as {first.case_id}, similarity 1.00" in [
        step.sentence for step in second.steps
    ]
    asked = [(one.model, one.outcome, one.cost) for one in second.attempts if one.model == CACHE]
    assert asked == [(CACHE, AttemptOutcome.SUCCEEDED, 0)]
    [kept] = await worlds.answers.answers(CacheFilter(), 10)
    assert (kept.case_id, kept.hits) == (first.case_id, 1)


@pytest.mark.parametrize(
    "text",
    [
        "How long can I not return things?",
        "How long can I return 2 things?",
        "How long can I return my Norrona things?",
    ],
)
async def test_a_changed_word_that_turns_the_question_is_drafted_anew(
    running_case: RunningCase, worlds: Worlds, text: str
) -> None:
    await played(running_case, worlds.another(), asking())
    again = worlds.another()
    await played(running_case, again, asking(text))
    assert len(again.recalled) == 1
    assert len(again.drafted) == 1


@pytest.mark.parametrize("changes", [{"tenant": "other"}, {"channel": Channel.WEB}])
async def test_another_tenant_or_channel_is_drafted_anew(
    running_case: RunningCase, worlds: Worlds, changes: dict[str, object]
) -> None:
    await played(running_case, worlds.another(), asking())
    again = worlds.another()
    await played(running_case, again, asking(changes=changes))
    assert (len(again.recalled), len(again.drafted)) == (1, 1)


async def test_another_language_is_drafted_anew(running_case: RunningCase, worlds: Worlds) -> None:
    await played(running_case, worlds.another(), asking())
    again = worlds.another()
    again.readings = [again.readings[0].model_copy(update={"language": "de"})]
    await played(running_case, again, asking())
    assert (len(again.recalled), len(again.drafted)) == (1, 1)


async def test_another_policy_is_drafted_anew(running_case: RunningCase, worlds: Worlds, policy: Policy) -> None:
    await played(running_case, worlds.another(), asking())
    later = Worlds(worlds.database, policy.model_copy(update={"version": "later@1"}))
    again = later.another(rules=cached_rules(policy_version="later@1"))
    await played(running_case, again, asking())
    assert (len(again.recalled), len(again.drafted)) == (1, 1)


async def test_an_edited_article_is_drafted_from_anew(running_case: RunningCase, worlds: Worlds) -> None:
    await played(running_case, worlds.another(), asking())
    await worlds.write("You can return things within 30 days, with the box.", 2)
    again = worlds.another(passages=(PASSAGE.model_copy(update={"revision": 2}),))
    await played(running_case, again, asking())
    assert (len(again.recalled), len(again.drafted)) == (1, 1)


async def test_an_answer_drafted_from_an_article_that_changed_meanwhile_is_not_kept(
    running_case: RunningCase, worlds: Worlds
) -> None:
    await worlds.write("You can return things within 14 days.", 2)
    view = await played(running_case, worlds.another(), asking())
    assert "no earlier answer fits: an article has just changed" in [step.sentence for step in view.steps]
    assert await worlds.answers.answers(CacheFilter(), 10) == ()


async def test_a_ticket_with_an_account_look_up_never_asks_the_cache(running_case: RunningCase, worlds: Worlds) -> None:
    looking = {"faq_returns": intent_rules(lookups=(LookupKind.SUBSCRIPTION,)), "other": intent_rules()}
    world = worlds.another(rules=cached_rules(intents=looking))
    await played(running_case, world, asking())
    assert world.recalled == []
    assert await worlds.answers.answers(CacheFilter(), 10) == ()


async def test_a_policy_without_a_cache_asks_none(running_case: RunningCase, worlds: Worlds) -> None:
    world = worlds.another(rules=rulebook())
    await played(running_case, world, asking())
    assert world.recalled == []


async def test_an_answer_whose_customer_wrote_again_is_given_to_nobody(
    running_case: RunningCase, worlds: Worlds
) -> None:
    world = worlds.another()
    ticket = asking()
    async with running_case(world, ticket) as case:
        await world.reached(Stage.FOLLOW_UP)
        assert len(await worlds.answers.answers(CacheFilter(), 10)) == 1
        await case.signal("customer_message", a_message("That is not what I asked.", 2))
        await case.result()
    assert await worlds.answers.answers(CacheFilter(), 10) == ()


@pytest.mark.parametrize(
    "lever",
    [
        Lever(kind=SwitchKind.INTENT, name="faq_returns"),
        Lever(kind=SwitchKind.TENANT, name="acme"),
        Lever(kind=SwitchKind.ROUTE, name="routine"),
        Lever(kind=SwitchKind.MODEL, name=CACHE),
        Lever(kind=SwitchKind.MODEL, name="scribe"),
    ],
    ids=str,
)
async def test_what_is_switched_off_is_not_answered_from_the_cache(
    running_case: RunningCase, worlds: Worlds, lever: Lever
) -> None:
    await played(running_case, worlds.another(), asking())
    await _by_scribe(worlds)
    book = SwitchLedger(worlds.database)
    await book.move(Switching(lever=lever, position=Position.OFF, why="a test", by="ada", at=NOW))
    try:
        again = worlds.another()
        await played(running_case, again, asking())
    finally:
        await book.move(Switching(lever=lever, position=Position.ON, why="a test", by="ada", at=NOW))
    assert (len(again.recalled), len(again.drafted)) == (1, 1)


async def _by_scribe(worlds: Worlds) -> None:
    """Name the writer of what is kept: the scripted world's drafts have none."""
    [kept] = await worlds.answers.answers(CacheFilter(), 10)
    await worlds.answers.evict(CacheFilter())
    vector = await EMBEDDER.embed_query(kept.question, "en")
    await worlds.answers.keep(kept.model_copy(update={"written_by": "scribe"}), tuple(vector))
