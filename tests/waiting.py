"""Waiting for what can be seen but is told to nobody: look again and again, and never for ever."""

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

LOOK_EVERY_SECONDS = 0.02
SETTLES_WITHIN_SECONDS = 90.0
STARTS_WITHIN_SECONDS = 60.0

Found = TypeVar("Found")


async def eventually(
    look: Callable[[], Awaitable[Found | None]], what: str, within_seconds: float = SETTLES_WITHIN_SECONDS
) -> Found:
    """Look until something true is there. Raises AssertionError when it never is."""
    deadline = time.monotonic() + within_seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, _in_vain(what, within_seconds)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return found


def wait_until(is_so: Callable[[], bool], what: str, within_seconds: float) -> None:
    """The same where no event loop runs: block until it is so."""
    deadline = time.monotonic() + within_seconds
    while not is_so():
        assert time.monotonic() < deadline, _in_vain(what, within_seconds)
        time.sleep(LOOK_EVERY_SECONDS)


def wait_until_up(process: subprocess.Popen[bytes], url: str) -> None:
    """Block until a process that was just started answers. Raises AssertionError when it ends or never does."""

    def answers() -> bool:
        assert process.poll() is None, f"{process.args!r} has ended; its own words are above"
        try:
            httpx.get(url, trust_env=False).raise_for_status()
        except httpx.ConnectError:
            return False
        return True

    wait_until(answers, f"an answer from {url}", STARTS_WITHIN_SECONDS)


def _in_vain(what: str, seconds: float) -> str:
    return f"waited {seconds:.0f} s in vain for {what}"
