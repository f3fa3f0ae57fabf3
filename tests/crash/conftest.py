"""One ground a module: its servers start once, its workers as often as the tests kill them."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.crash.buyers import Buyer
from tests.crash.ground import Ground, ground

NUMBERS = itertools.count(90_001)


@pytest.fixture(scope="module")
def _standing(pytestconfig: pytest.Config) -> Iterator[Ground]:
    kept = Path(pytestconfig.cache.mkdir("signalbox"))
    with (
        tempfile.TemporaryDirectory(prefix="signalbox-crash-") as directory,
        ground(Path(directory), kept) as standing,
    ):
        yield standing


@pytest.fixture(scope="module")
async def _reached(_standing: Ground) -> AsyncIterator[Ground]:
    async with _standing as ready:
        yield ready


@pytest.fixture
async def field(_reached: Ground) -> Ground:
    """The ground with a worker on it and no faults."""
    await _reached.mend()
    return _reached


@pytest.fixture
def buyer() -> Callable[[Decimal], Buyer]:
    """A new customer each time."""
    return lambda amount: Buyer(next(NUMBERS), amount)
