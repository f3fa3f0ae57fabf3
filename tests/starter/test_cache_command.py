"""`signalbox cache`: what is kept can be seen, and taken out by one command."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cases.cache import CacheKey, KeptAnswer
from cases.facts import Tier
from cases.ticket import Channel
from ledger.cached_answers import CachedAnswers
from ledger.cases import CaseLedger
from ledger.database import Database
from starter.settings import Settings
from tests.ledger.samples import received, ticket
from tests.starter.command import Command


@pytest.fixture(scope="module")
def command(settings: Settings) -> Command:
    """The command of the test installation."""
    return Command(settings)


@pytest.fixture
async def kept(settings: Settings) -> KeptAnswer:
    """One answer, from the article `returns`."""
    database = Database.at(settings.database_url, connections=1)
    case = received(ticket())
    await CaseLedger(database).record(case)
    now = datetime.now(UTC)
    answer = KeptAnswer(
        case_id=case.case_id,
        key=CacheKey(
            tenant="acme",
            policy_version="local@1",
            intent="faq.returns",
            locale="en",
            channel=Channel.EMAIL,
            tier=Tier.STANDARD,
            revision="now",
        ),
        question="How long?",
        body="Thirty days.",
        greeted=False,
        articles=("returns",),
        kept_at=now,
        expires_at=now + timedelta(days=1),
    )
    await CachedAnswers(database, "any").keep(answer, (1.0, 0.0))
    await database.close()
    return answer


async def test_what_is_kept_is_listed_and_taken_out_by_its_article(command: Command, kept: KeptAnswer) -> None:
    listed = json.loads((await command("cache", "list", "--json")).stdout)
    assert [one["case_id"] for one in listed] == [kept.case_id]
    assert "How long?" in (await command("cache", "list", "--intent", "faq.returns")).stdout

    assert (await command("cache", "evict", "--article", "shipping")).stdout == "0 answers taken out.\n"
    assert json.loads((await command("cache", "evict", "--article", "returns", "--json")).stdout) == {"evicted": 1}
    assert (await command("cache", "list")).stdout == "No answer is kept.\n"


@pytest.mark.parametrize("words", [(), ("--all", "--tenant", "acme")])
async def test_evicting_nothing_named_or_everything_and_something_is_refused(
    command: Command, words: tuple[str, ...]
) -> None:
    told = await command("cache", "evict", *words)
    assert told.exit_code == 1
    assert "give --all alone" in told.stderr
