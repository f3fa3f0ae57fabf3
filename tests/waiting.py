"""Waiting for what can be seen but is told to nobody: look again and again, and never for ever."""

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import httpx

FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.2
"""What takes long is looked at less often: looking costs the processor what is waited for."""

SETTLES_WITHIN_SECONDS = 90.0
STARTS_WITHIN_SECONDS = 60.0

Found = TypeVar("Found")


async def eventually(
    look: Callable[[], Awaitable[Found | None]], what: str, within_seconds: float = SETTLES_WITHIN_SECONDS
) -> Found:
    """Look until something true is there. Raises AssertionError when it never is."""
    deadline = time.monotonic() + within_seconds
    pauses = _pauses()
    while not (found := await look()):
        assert time.monotonic() < deadline, _in_vain(what, within_seconds)
        await asyncio.sleep(next(pauses))
    return found


def wait_until(is_so: Callable[[], bool], what: str, within_seconds: float) -> None:
    """The same where no event loop runs: block until it is so."""
    deadline = time.monotonic() + within_seconds
    pauses = _pauses()
    while not is_so():
        assert time.monotonic() < deadline, _in_vain(what, within_seconds)
        time.sleep(next(pauses))


def wait_until_up(process: subprocess.Popen[bytes], url: str) -> None:
    """Block until a process that was just started answers. Raises AssertionError when it ends or never does."""

    with httpx.Client(trust_env=False) as client:

        def answers() -> bool:
            assert process.poll() is None, f"{process.args!r} has ended; its own words are above"
            try:
                client.get(url).raise_for_status()
            except httpx.ConnectError:
                return False
            return True

        wait_until(answers, f"an answer from {url}", STARTS_WITHIN_SECONDS)


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(LONGEST_PAUSE_SECONDS, 1.3 * pause)


def _in_vain(what: str, seconds: float) -> str:
    return f"waited {seconds:.0f} s in vain for {what}"
