"""How long to wait between tries of a call to somebody else's system."""

from collections.abc import Iterator

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 16.0


def pauses(tries: int) -> Iterator[float]:
    """Yield the wait before each try, in seconds: none, then half a second, doubling up to sixteen."""
    pause = 0.0
    for _ in range(tries):
        yield pause
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2 or FIRST_PAUSE_SECONDS)


def total_seconds(tries: int) -> float:
    """How long all the waits of so many tries take."""
    return sum(pauses(tries))
