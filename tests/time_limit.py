"""No test waits for ever: one that hangs fails, and its traceback says where it waited.

Two limits. A coroutine is cancelled after `LIMIT_SECONDS`, so that the whole chain of what awaited what is shown and
the other tests go on. What cannot be cancelled (a fixture, a blocking call) ends its process later, with the stacks of
all threads: that is pytest's own `faulthandler_timeout` in `pyproject.toml`.
"""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import ParamSpec

import pytest

Parameters = ParamSpec("Parameters")

LIMIT_SECONDS = 200.0
"""Five times what the slowest takes on two quiet cores; those marked `long` have no limit here."""


def limit(items: Iterable[pytest.Item]) -> None:
    """Give each coroutine test its limit, but for those that take long by design."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj) and not _takes_long(item):
            item.obj = limited(item.obj, LIMIT_SECONDS)


def limited(test: Callable[Parameters, Awaitable[None]], seconds: float) -> Callable[Parameters, Awaitable[None]]:
    """The same coroutine function, which fails after so many seconds and shows where it stood."""

    @functools.wraps(test)
    async def within(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        async with asyncio.timeout(seconds):
            await test(*args, **kwargs)

    return within


def _takes_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None
