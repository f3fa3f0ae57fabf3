"""The limit itself: a test that waits for what never comes fails, and shows where it stood."""

import asyncio
import traceback

import pytest

from tests.time_limit import limited


async def what_never_comes() -> None:
    await asyncio.Event().wait()


async def waits_for_ever() -> None:
    await what_never_comes()


async def test_a_test_that_waits_for_ever_fails_and_shows_what_it_waited_for() -> None:
    with pytest.raises(TimeoutError) as failed:
        await limited(waits_for_ever, 0.01)()
    cancelled = failed.value.__cause__
    assert cancelled is not None
    assert "what_never_comes" in [frame.name for frame in traceback.extract_tb(cancelled.__traceback__)]


async def test_a_test_that_ends_in_time_is_left_alone() -> None:
    ended: list[str] = []

    async def ends(name: str) -> None:
        ended.append(name)

    await limited(ends, 200)("x")
    assert ended == ["x"]
