"""`make bench`: what a ticket costs, beside what the engine costs, on the same servers in the same run."""

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from bench.field import Field, field
from bench.plain import QUEUE, Empty, SixActivities
from bench.tickets import Bench, loop_plain, percentile
from cases.record import Record
from ledger.cases import CaseLedger
from ledger.database import Database
from starter.payloads import DATA_CONVERTER

CLEARED = 30
"""How many of the open cases are cleared to see how long one takes."""

screen = Console(stderr=True)


class Measured(Record):
    """One kind of run, the median of its rounds. Milliseconds; none where there is nothing to time."""

    per_second: float
    p50: float | None
    p95: float | None
    cpu_ms: dict[str, float]


class Opened(Record):
    """So many cases open: what they take, and how long clearing one takes. Bytes and milliseconds."""

    cases: int
    worker_bytes: int
    server_bytes_per_case: float
    clear_p50: float
    clear_p95: float


class Figures(Record):
    """Everything measured. A history is its events and its bytes."""

    runs: dict[str, Measured]
    histories: dict[str, tuple[int, int]]
    opened: tuple[Opened, ...]


async def measure(ground: Field, tickets: int, rounds: int, open_cases: list[int]) -> Figures:
    """Measure everything on one field."""
    addresses = ground.stack.addresses
    client = await Client.connect(addresses.temporal_address, data_converter=DATA_CONVERTER)
    database = Database.at(addresses.database_url, connections=4)
    async with httpx.AsyncClient(base_url=addresses.helpdesk_url, trust_env=False, timeout=30) as helpdesk:
        bench = Bench(client, CaseLedger(database), addresses.database_url, helpdesk)
        kinds = _kinds(client, bench, tickets)
        results: dict[str, list[Measured]] = {name: [] for name in kinds}
        await bench.play(await bench.questions(10), approve=False)  # the first ones warm every cache
        for number in range(rounds):
            for name, run in kinds.items():
                screen.print(f"round {number + 1} of {rounds}: {name}")
                results[name].append(await _timed(ground, run, tickets))
        histories = await _histories(bench)
        opened = [
            await _open(ground, bench, before, count)
            for before, count in zip([0, *open_cases], open_cases, strict=False)
        ]
    await database.close()
    runs = {name: _median(rows) for name, rows in results.items()}
    return Figures(runs=runs, histories=histories, opened=tuple(opened))


Run = Callable[[], Awaitable[tuple[float, list[float]]]]


def _kinds(client: Client, bench: Bench, tickets: int) -> dict[str, Run]:
    runs = iter(range(1_000_000))

    async def empty() -> tuple[float, list[float]]:
        async def one(_: int) -> None:
            await client.execute_workflow(Empty.run, id=f"empty-{next(runs)}", task_queue=QUEUE)

        return await loop_plain(one, tickets), []

    async def six() -> tuple[float, list[float]]:
        async def one(_: int) -> None:
            await client.execute_workflow(SixActivities.run, id=f"six-{next(runs)}", task_queue=QUEUE)

        return await loop_plain(one, tickets), []

    async def automatic() -> tuple[float, list[float]]:
        return await bench.play(await bench.questions(tickets), approve=False)

    async def reviewed() -> tuple[float, list[float]]:
        return await bench.play(await bench.refunds(tickets), approve=True)

    return {"empty workflow": empty, "six no-op activities": six, "automatic": automatic, "with review": reviewed}


async def _timed(ground: Field, run: Run, tickets: int) -> Measured:
    before = ground.seconds()
    per_second, seconds = await run()
    after = ground.seconds()
    cpu = {name: round((after[name] - before[name]) / tickets * 1000, 1) for name in after}
    if not seconds:
        return Measured(per_second=per_second, p50=None, p95=None, cpu_ms=cpu)
    p50, p95 = (percentile(seconds, share) * 1000 for share in (0.5, 0.95))
    return Measured(per_second=per_second, p50=p50, p95=p95, cpu_ms=cpu)


def _median(rows: list[Measured]) -> Measured:
    return sorted(rows, key=lambda row: row.per_second)[len(rows) // 2]


async def _histories(bench: Bench) -> dict[str, tuple[int, int]]:
    question, refund = (await bench.questions(1))[0], (await bench.refunds(1))[0]
    await bench.play([question], approve=False)
    await bench.play([refund], approve=True)
    return {"automatic": await bench.history(question), "with review": await bench.history(refund)}


async def _open(ground: Field, bench: Bench, before: int, count: int) -> Opened:
    screen.print(f"opening cases until {count} wait")
    disk = ground.server_disk()
    tickets = await bench.refunds(count - before)
    await bench.open(tickets)
    cleared = [await bench.clear(ticket) for ticket in tickets[:CLEARED]]
    return Opened(
        cases=count,
        worker_bytes=ground.worker_memory(),
        server_bytes_per_case=(ground.server_disk() - disk) / (count - before),
        clear_p50=statistics.median(cleared) * 1000,
        clear_p95=percentile(cleared, 0.95) * 1000,
    )


def main(
    tickets: Annotated[int, typer.Option(min=10, help="Tickets a run.")] = 200,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each kind, in turn; the median counts.")] = 3,
    open_cases: Annotated[str, typer.Option("--open", help="How many open cases to try, rising.")] = "1000,5000",
    file: Annotated[Path | None, typer.Option("--json", help="Write the figures there too.")] = None,
) -> None:
    """Measure what a ticket costs."""
    counts = _rising(open_cases)
    with tempfile.TemporaryDirectory(prefix="signalbox-bench-") as directory, field(Path(directory)) as ground:
        figures = asyncio.run(measure(ground, tickets, rounds, counts))
    text = figures.model_dump_json(indent=2)
    if file is not None:
        file.write_text(text)
    _show(figures)
    typer.echo(text)


def _rising(written: str) -> list[int]:
    """The counts of `--open`; each needs some cases more than the one before, or nothing would be measured."""
    counts = [int(count) if count.isdigit() else 0 for count in written.split(",") if count]
    if any(later <= earlier for earlier, later in zip([0, *counts], counts, strict=False)):
        raise typer.BadParameter(
            f"{written} are no rising numbers of cases; write them like 1000,5000", param_hint="--open"
        )
    return counts


def _show(figures: Figures) -> None:
    table = Table("run", "per second", "p50 ms", "p95 ms", "processor ms")
    for name, run in figures.runs.items():
        times = ["" if value is None else f"{value:.0f}" for value in (run.p50, run.p95)]
        used = ", ".join(f"{part} {spent}" for part, spent in run.cpu_ms.items())
        table.add_row(name, f"{run.per_second:.1f}", *times, used)
    screen.print(table)


if __name__ == "__main__":
    typer.run(main)
