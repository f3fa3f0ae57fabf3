"""The worker: runs the task queues it is told to, until it is told to stop.

    python worker.py --queues cases,models,tools
    python worker.py --dev

SIGTERM or Ctrl-C: it takes no more work, finishes what it has, closes what it opened and leaves with 0. A second one:
it leaves at once, and Temporal gives its work to another.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import structlog
import typer
from temporalio.client import Client
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.worker import Worker

from cases.errors import SignalboxError, Unavailable
from cases.record import Record
from cases.task_queues import TaskQueue
from starter.engine import connect
from starter.engine_runs import keep_run_schedule
from starter.health import Address, Readiness, serve_health
from starter.leave import STOPPED_TWICE, leave
from starter.logs import LogFormat, configure_logs
from starter.queues import Sandbox, tuned_worker
from starter.settings import DATA_VARIABLE, Settings, load_settings
from starter.wiring import build_activities

log = structlog.stdlib.get_logger("signalbox.worker")

QUEUE_PREFIX = "signalbox-"


class WorkerOptions(Record):
    """What a worker process is told on its command line."""

    queues: tuple[TaskQueue, ...]
    sandbox: Sandbox
    health: Address
    metrics: Address


async def work(options: WorkerOptions, settings: Settings) -> None:
    """Run the queues until cancelled, then finish what was begun. Raises SignalboxError where a part is missing."""
    readiness = Readiness("temporal", "ledger", "models", "polling")
    async with serve_health(options.health, readiness):
        client = await connect(settings)
        readiness.watch("temporal", lambda: _ask_engine(client))
        if TaskQueue.CASES in options.queues:
            await keep_run_schedule(client)
        async with build_activities(settings, options.queues, readiness) as built:
            workers = [
                tuned_worker(client, queue, built.activities[queue], options.sandbox, built.model_calls)
                for queue in options.queues
            ]
            await _poll(workers, readiness)


async def _poll(workers: Sequence[Worker], readiness: Readiness) -> None:
    running = [asyncio.create_task(worker.run()) for worker in workers]
    readiness.settle("polling")
    log.info("taking work", queues=[str(worker.task_queue) for worker in workers])
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        readiness.lose("polling", "The worker finishes what it has and takes no more.")
        log.info("finishing what was begun")
        await asyncio.gather(*(worker.shutdown() for worker in workers))
    for ended in running:
        ended.result()


async def _ask_engine(client: Client) -> None:
    if not await client.service_client.check_health():
        raise Unavailable(f"Temporal at {client.service_client.config.target_host} answers that it does not serve.")


async def until_told(working: Coroutine[None, None, None]) -> None:
    """Run until the work is done or a signal cancels it; a second signal leaves at once."""
    task = asyncio.create_task(working)

    def told() -> None:
        if task.cancelling():
            leave(STOPPED_TWICE)
        task.cancel()

    for told_by in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told_by, told)
    with suppress(asyncio.CancelledError):
        await task


def measure(metrics: Address) -> None:
    """Serve Temporal's own metrics for Prometheus, and let its core log as everything else does.

    Raises Unavailable where the address is taken.
    """
    core_log = LogForwardingConfig(logging.getLogger("temporalio.core"), append_log_fields_to_message=False)
    telemetry = TelemetryConfig(
        logging=LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=core_log),
        metrics=PrometheusConfig(
            bind_address=str(metrics), counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
        ),
    )
    try:
        Runtime.set_default(Runtime(telemetry=telemetry))
    except ValueError as error:
        raise Unavailable(f"The metrics cannot be served at {metrics}: {error}. Choose another --metrics.") from error


def run_worker(options: WorkerOptions) -> int:
    """Run a worker in this process until it is told to stop; returns its exit code."""
    try:
        measure(options.metrics)
        asyncio.run(until_told(work(options, load_settings())))
    except Exception as error:
        # Whatever ends a worker is told in the form of its log, and with an exit code.
        log.exception("the worker cannot go on", why=str(error))
        return 1
    log.info("stopped")
    return 0


def run_stack(data: Path, port_base: int | None) -> int:
    """Run everything on this machine until Ctrl-C; returns the exit code."""
    # Only here: a worker in production neither has the embedded servers nor needs them.
    from demo.embedded.addresses import StackPorts
    from starter.dev_mode import run_dev

    try:
        run_dev(data, StackPorts() if port_base is None else StackPorts.from_base(port_base))
    except SignalboxError as error:
        typer.echo(str(error), err=True)
        return 1
    return 0


def parse_queues(text: str) -> tuple[TaskQueue, ...]:
    """Read `cases,models,tools`, or some of them."""
    known = {queue.removeprefix(QUEUE_PREFIX): queue for queue in TaskQueue}
    named = [name.strip() for name in text.split(",")]
    unknown = [name for name in named if name not in known]
    if unknown:
        raise typer.BadParameter(f"there is no queue {', '.join(unknown)!r}; the queues are {', '.join(known)}.")
    return tuple(dict.fromkeys(known[name] for name in named))


def parse_address(text: str) -> Address:
    """Read `host:port`."""
    try:
        return Address.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def main(
    queues: Annotated[str, typer.Option(envvar="SIGNALBOX_QUEUES", help="Which queues to run.")] = "cases,models,tools",
    health: Annotated[
        str, typer.Option(envvar="SIGNALBOX_HEALTH", help="Where to answer /healthz and /readyz.")
    ] = "127.0.0.1:8070",
    metrics: Annotated[
        str, typer.Option(envvar="SIGNALBOX_METRICS", help="Where Prometheus finds /metrics.")
    ] = "127.0.0.1:8071",
    sandbox: Annotated[
        Sandbox, typer.Option(envvar="SIGNALBOX_SANDBOX", help="Watch workflow code for what cannot be replayed.")
    ] = Sandbox.ON,
    logs: Annotated[
        LogFormat, typer.Option(envvar="SIGNALBOX_LOGS", help="Log for machines or for people.")
    ] = LogFormat.JSON,
    data: Annotated[
        Path, typer.Option(envvar=DATA_VARIABLE, help="Where the embedded servers keep their data.")
    ] = Path(".signalbox"),
    *,
    dev: Annotated[bool, typer.Option("--dev", help="Run everything on this machine: servers, demo, worker.")] = False,
    port_base: Annotated[
        int | None, typer.Option(help="With --dev: the first of the nine ports to use, instead of the usual ones.")
    ] = None,
) -> None:
    """Run the task queues until SIGTERM or Ctrl-C."""
    # Whatever else this process starts or reads finds the same directory.
    os.environ[DATA_VARIABLE] = str(data)
    if dev:
        leave(run_stack(data, port_base))
    configure_logs(logs)
    leave(
        run_worker(
            WorkerOptions(
                queues=parse_queues(queues),
                sandbox=sandbox,
                health=parse_address(health),
                metrics=parse_address(metrics),
            )
        )
    )


if __name__ == "__main__":
    typer.run(main)
