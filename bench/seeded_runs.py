"""Runs drawn from seeds, one after the other: how far they are, and what is said of those that broke a rule."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cases.record import Record

TOLD_EVERY = 50
"""How often runs without a terminal say how far they are."""

Run = TypeVar("Run")


class BrokenRun(Record):
    """A run that broke a rule, and how to see it again."""

    seed: int
    broken: tuple[str, ...]
    again: str


def runs_progress(screen: Console) -> Progress:
    """A line that counts runs, where there is a terminal to show it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=screen, disable=not screen.is_terminal)


async def play_seeds(
    play: Callable[[int], Awaitable[Run]],
    seeds: Sequence[int],
    told: Callable[[Run], Sequence[str]],
    screen: Console,
    at_once: int = 1,
) -> list[Run]:
    """Play the run of each seed, and print what is to be told of it as soon as it has ended.

    Runs that share nothing may go on `at_once`.
    """
    played: list[Run] = []
    places = asyncio.Semaphore(at_once)

    async def placed(seed: int) -> Run:
        async with places:
            return await play(seed)

    with runs_progress(screen) as progress:
        task = progress.add_task("runs", total=len(seeds))
        begun = [asyncio.create_task(placed(seed)) for seed in seeds]
        for ended in asyncio.as_completed(begun):
            run = await ended
            played.append(run)
            for line in told(run):
                progress.console.print(line, soft_wrap=True)
            progress.advance(task)
            if not screen.is_terminal and len(played) % TOLD_EVERY == 0:
                screen.print(f"{len(played)} of {len(seeds)} runs")
    return played
