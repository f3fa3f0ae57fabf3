"""The worker as a process: what it says of itself, and how it ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Generator, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from cases.facts import Account, Facts, LookupKind, LookupRequest
from cases.task_queues import TaskQueue
from cases.ticket import Customer
from cases.work import LookupOrder
from demo.embedded.addresses import StackPorts, free_base, loopback_url
from demo.embedded.parts import Part
from demo.embedded.stack import DevStack
from starter.payloads import DATA_CONVERTER
from tests.conftest import ServerDirectories
from tests.waiting import eventually, wait_until

PROJECT = Path(__file__).parents[1]


@workflow.defn(sandboxed=False)
class OneLookup:
    """Asks the worker under test for one account."""

    @workflow.run
    async def run(self) -> Facts:
        order = LookupOrder(
            tenant="acme",
            requests=(LookupRequest(kind=LookupKind.CUSTOMER, by="customer_id", value="cus_1001"),),
            customer=Customer(),
        )
        return await workflow.execute_activity(
            "look_up",
            order,
            task_queue=TaskQueue.TOOLS,
            result_type=Facts,
            start_to_close_timeout=timedelta(seconds=30),
        )


class SlowShop:
    """A shop that answers when it is allowed to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._answer, "127.0.0.1", port)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self.may_answer.wait()
        account = Account(id="cus_1001", name="Ada", email="ada@example.com").model_dump_json().encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(account)}\r\n\r\n"
        writer.write(head.encode() + account)
        await writer.drain()
        writer.close()


@pytest.fixture(scope="module")
def ports() -> StackPorts:
    return StackPorts.from_base(free_base())


@pytest.fixture(scope="module")
def stack(server_directory: ServerDirectories, ports: StackPorts) -> Iterator[DevStack]:
    parts = (Part.POSTGRES, Part.TEMPORAL, Part.LEDGER)
    with DevStack(server_directory(), ports, parts=parts) as dev_stack:
        yield dev_stack


def start_worker(data: Path, ports: StackPorts, *options: str, **variables: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SIGNALBOX_", "TEMPORAL_"))}
    return subprocess.Popen(
        [
            *(sys.executable, "worker.py", "--queues", "tools", "--data", str(data)),
            *("--health", f"127.0.0.1:{ports.health}", "--metrics", f"127.0.0.1:{ports.metrics}", *options),
        ],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**inherited, **variables},
    )


@contextmanager
def running_worker(stack: DevStack, ports: StackPorts) -> Generator[subprocess.Popen[str]]:
    process = start_worker(stack.data, ports)
    try:
        await_ready(process, ports)
        yield process
    finally:
        process.kill()
        process.communicate()


def await_ready(process: subprocess.Popen[str], ports: StackPorts) -> None:
    def is_ready() -> bool:
        assert process.poll() is None, process.communicate()[0]
        try:
            return ask(f"{loopback_url(ports.health)}/readyz").is_success
        except httpx.TransportError:
            return False

    wait_until(is_ready, "the worker to be ready", within_seconds=60)


def ask(url: str) -> httpx.Response:
    return httpx.get(url, timeout=30)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def test_a_worker_answers_for_itself_and_its_parts(stack: DevStack, ports: StackPorts) -> None:
    health = loopback_url(ports.health)
    with running_worker(stack, ports):
        assert ask(f"{health}/healthz").json() == {"alive": True}
        assert set(ask(f"{health}/readyz").json()["parts"].values()) == {"ok"}
        assert "temporal_num_pollers" in ask(f"{loopback_url(ports.metrics)}/metrics").text


def test_a_worker_names_the_part_that_is_away_until_it_is_back(stack: DevStack, ports: StackPorts) -> None:
    readiness = f"{loopback_url(ports.health)}/readyz"
    with running_worker(stack, ports):
        stack.server(Part.POSTGRES).stop()
        away = ask(readiness)
        stack.server(Part.POSTGRES).start()
        assert away.status_code == 503
        parts = away.json()["parts"]
        assert "does not answer" in parts.pop("ledger")
        assert set(parts.values()) == {"ok"}
        assert ask(readiness).status_code == 200


async def one_lookup_under_way(
    held: AsyncExitStack, stack: DevStack, ports: StackPorts
) -> tuple[SlowShop, asyncio.Task[Facts], subprocess.Popen[str]]:
    """A worker in the middle of asking a shop that does not answer yet."""
    shop = SlowShop()
    held.callback((await shop.serve(ports.shop)).close)
    process = await asyncio.to_thread(held.enter_context, running_worker(stack, ports))
    client = await Client.connect(stack.addresses.temporal_address, data_converter=DATA_CONVERTER)
    asking = Worker(client, task_queue="one-lookup", workflows=[OneLookup], workflow_runner=UnsandboxedWorkflowRunner())
    await held.enter_async_context(asking)
    lookup = asyncio.create_task(
        client.execute_workflow(OneLookup.run, id=f"lookup-{uuid.uuid4()}", task_queue="one-lookup")
    )
    await shop.asked.wait()
    return shop, lookup, process


async def until_it_polls_no_more(ports: StackPorts) -> None:
    async with httpx.AsyncClient(timeout=30) as client:

        async def look() -> bool:
            return not (await client.get(f"{loopback_url(ports.health)}/readyz")).is_success

        await eventually(look, "the worker to stop polling")


async def test_a_worker_told_to_stop_finishes_the_call_it_has(stack: DevStack, ports: StackPorts) -> None:
    async with AsyncExitStack() as held:
        shop, lookup, process = await one_lookup_under_way(held, stack, ports)
        process.send_signal(signal.SIGTERM)
        await until_it_polls_no_more(ports)
        shop.may_answer.set()
        facts = await lookup
        assert facts.account is not None
        code, output = await asyncio.to_thread(ended, process)
        assert code == 0, output


async def test_a_second_signal_waits_for_no_call(stack: DevStack, ports: StackPorts) -> None:
    async with AsyncExitStack() as held:
        shop, lookup, process = await one_lookup_under_way(held, stack, ports)
        process.send_signal(signal.SIGINT)
        await until_it_polls_no_more(ports)
        process.send_signal(signal.SIGINT)
        code, output = await asyncio.to_thread(ended, process)
        assert code == 130, output
        lookup.cancel()
        shop.may_answer.set()


def test_a_worker_without_an_engine_says_so_and_leaves(tmp_path: Path) -> None:
    ports = StackPorts.from_base(free_base())
    nobody = f"127.0.0.1:{ports.temporal}"
    code, output = ended(start_worker(tmp_path, ports, SIGNALBOX_TEMPORAL_ADDRESS=nobody))
    assert code == 1
    assert f"Temporal at {nobody} does not answer" in output


def test_a_worker_on_a_database_without_tables_names_the_command_that_makes_them(
    stack: DevStack, ports: StackPorts
) -> None:
    with psycopg.connect(stack.addresses.database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    empty = stack.addresses.database_url.replace("/signalbox", "/empty")
    code, output = ended(start_worker(stack.data, ports, SIGNALBOX_DATABASE_URL=empty))
    assert code == 1
    assert "Run `signalbox migrate`" in output


def test_a_worker_whose_health_port_is_taken_says_so_and_leaves(stack: DevStack, ports: StackPorts) -> None:
    with socket.create_server(("127.0.0.1", ports.health)):
        code, output = ended(start_worker(stack.data, ports))
    assert code == 1
    assert f"('127.0.0.1', {ports.health})" in output


def test_a_worker_whose_metrics_port_is_taken_says_so_and_leaves(stack: DevStack, ports: StackPorts) -> None:
    with socket.create_server(("127.0.0.1", ports.metrics)):
        code, output = ended(start_worker(stack.data, ports))
    assert code == 1
    assert f"127.0.0.1:{ports.metrics}" in output


def test_an_unknown_queue_is_refused_with_those_that_are(tmp_path: Path, ports: StackPorts) -> None:
    code, output = ended(start_worker(tmp_path, ports, "--queues", "tools,typing"))
    assert code == 2
    assert "'typing'; the queues are cases, models, tools" in " ".join(output.replace("│", " ").split())
