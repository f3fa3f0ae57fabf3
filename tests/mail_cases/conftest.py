"""One place a session, at which all stories that are asked for play side by side, as far as they do not meet."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.client import Client

from cases.ticket import Channel
from tests.mail_cases.judging import faults
from tests.mail_cases.place import Place, standing_stack
from tests.mail_cases.playing import Player
from tests.mail_cases.story import Story

WORKING_AT_ONCE = 6
"""The local models run on this machine's own processors."""

WAITING_AT_ONCE = 24
"""Stories in which time passes while nothing is done: a chat's quiet moment, or the minute that ops wait."""

KIND = "kind of mail case"


class Stage:
    """The stories on their way. Those of one customer play one after the other."""

    def __init__(self, place: Place, client: Client, stories: list[Story]) -> None:
        self._place = place
        self._client = client
        self._customers: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._working = asyncio.Semaphore(WORKING_AT_ONCE)
        self._waiting = asyncio.Semaphore(WAITING_AT_ONCE)
        self._tasks = {story.id: asyncio.create_task(self._play(story)) for story in stories}

    async def faults(self, story: Story) -> list[str]:
        """What was wrong with it."""
        return await self._tasks[story.id]

    async def close(self) -> None:
        """End what still plays."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _play(self, story: Story) -> list[str]:
        async with AsyncExitStack() as held:
            for address in story.people:
                await held.enter_async_context(self._customers[address])
            await held.enter_async_context(self._waiting if _waits(story) else self._working)
            played = await Player(self._place, self._client, story).play()
            return faults(story, played, self._place.records)


@pytest.fixture(scope="session")
async def stage(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """All selected stories, playing."""
    learnt = Path(pytestconfig.cache.mkdir("signalbox")) / "models"
    learnt.mkdir(exist_ok=True)
    stories = [story for item in request.session.items if (story := story_of(item)) is not None]
    with (
        tempfile.TemporaryDirectory(prefix="signalbox-mail-") as directory,
        standing_stack(Path(directory), learnt) as stack,
    ):
        place = Place(stack)
        playing = Stage(place, await place.open(), stories)
        yield playing
        await playing.close()
        await place.close()


def story_of(item: pytest.Item) -> Story | None:
    """The story that a test is about."""
    parameters = getattr(item, "callspec", None)
    story = parameters.params.get("story") if parameters else None
    return story if isinstance(story, Story) else None


def _waits(story: Story) -> bool:
    chats = any(opening.channel in (Channel.CHAT, Channel.WHATSAPP) for opening in story.openings)
    return chats or story.helpdesk == "whatsapp" or any(step.temporal or step.pause for step in story.steps)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of each report which kind it is about."""
    report = yield
    story = story_of(item)
    if story is not None and report.when == "call":
        report.user_properties.append((KIND, story.kind))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each kind: how many passed and failed."""
    table: dict[str, Counter[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for kind in (value for name, value in report.user_properties if name == KIND):
                table.setdefault(str(kind), Counter())[outcome] += 1
    if table:
        terminalreporter.section("mail cases by kind")
        for kind, counts in sorted(table.items()):
            terminalreporter.write_line(f"{counts['passed']:4} passed {counts['failed']:4} failed  {kind}")
