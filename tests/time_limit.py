"""No test waits for ever: one that hangs fails, and its traceback says where it waited.

Two limits. A coroutine is cancelled after its seconds, so that the whole chain of what awaited what is shown and
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
"""Five times what the slowest takes on two quiet cores."""

LONG_LIMIT_SECONDS = 1_200.0
"""The same for those marked `long`."""


def limit(items: Iterable[pytest.Item]) -> None:
    """Give each coroutine test its limit."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = limited(item.obj, LONG_LIMIT_SECONDS if _takes_long(item) else LIMIT_SECONDS)


def limited(test: Callable[Parameters, Awaitable[None]], seconds: float) -> Callable[Parameters, Awaitable[None]]:
    """The same coroutine function, which fails after so many seconds and shows where it stood."""

    @functools.wraps(test)
    async def within(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        async with asyncio.timeout(seconds):
            await test(*args, **kwargs)

    return within


def _takes_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None
