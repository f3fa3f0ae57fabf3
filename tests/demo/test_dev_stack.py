import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest

from cases.errors import StackUnavailable
from demo.embedded.addresses import Addresses, StackPorts, free_base
from demo.embedded.leftovers import wait_gone
from demo.embedded.parts import NEEDS, Part, PartState, Progress
from demo.embedded.stack import ADDRESSES_FILE, DevStack
from starter.settings import Settings
from tests.conftest import ServerDirectories
from tests.waiting import SETTLES_WITHIN_SECONDS, wait_until

SERVERS = (Part.POSTGRES, Part.TEMPORAL, Part.LEDGER)
"""Enough of a stack for how it starts and stops; `test_worker_dev` runs the whole of it."""

RUN_UNTIL_KILLED = """
import signal, sys
from pathlib import Path
from demo.embedded.addresses import StackPorts
from demo.embedded.parts import Part
from demo.embedded.stack import DevStack

stack = DevStack(
    Path(sys.argv[1]), StackPorts.from_base(int(sys.argv[2])), parts=[Part[name] for name in sys.argv[3:]]
)
stack.start()
print("started", flush=True)
signal.pause()
"""


class Restart(NamedTuple):
    """A running stack that has been stopped once, and what was seen on the way."""

    stack: DevStack
    told: list[Progress]
    first_addresses: Addresses
    addresses_while_stopped: bool
    seconds: float


@pytest.fixture(scope="module")
def restarted(server_directory: ServerDirectories) -> Iterator[Restart]:
    told: list[Progress] = []
    data = server_directory()
    stack = DevStack(data, StackPorts.from_base(free_base()), parts=SERVERS, report=told.append)
    stack.start()
    with psycopg.connect(stack.addresses.database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    first_addresses = stack.addresses
    stack.stop()
    addresses_while_stopped = (data / ADDRESSES_FILE).exists()
    told.clear()
    begun = time.monotonic()
    stack.start()
    seconds = time.monotonic() - begun
    yield Restart(stack, told, first_addresses, addresses_while_stopped, seconds)
    stack.stop()


@pytest.fixture
def ports() -> StackPorts:
    return StackPorts.from_base(free_base())


@pytest.fixture
def stack(server_directory: ServerDirectories, ports: StackPorts) -> Iterator[DevStack]:
    dev_stack = DevStack(server_directory(), ports, parts=SERVERS)
    yield dev_stack
    dev_stack.stop()


def start_in_another_process(data: Path, ports: StackPorts) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, str(data), str(ports.temporal), *(part.name for part in SERVERS)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "started\n"
    return process


def test_the_data_survives_a_stop_and_a_start(restarted: Restart) -> None:
    with psycopg.connect(restarted.stack.addresses.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_second_start_takes_less_than_ten_seconds(
    restarted: Restart, record_property: Callable[[str, object], None]
) -> None:
    record_property("second_start_seconds", round(restarted.seconds, 1))
    assert restarted.seconds < 10


def test_the_settings_of_every_command_lead_to_a_running_stack(restarted: Restart) -> None:
    stack = restarted.stack
    file = stack.data / ADDRESSES_FILE
    read = Settings.model_validate({**json.loads(file.read_text()), "data": stack.data})
    assert Addresses.model_validate(read.model_dump()) == stack.addresses


def test_only_the_user_can_read_the_token(restarted: Restart) -> None:
    files = (file for file in restarted.stack.data.iterdir() if file.is_file())
    readable = {file.name: file.stat().st_mode & 0o777 for file in files}
    assert readable[ADDRESSES_FILE] == readable["api-token"] == 0o600


def test_the_token_stays_the_same(restarted: Restart) -> None:
    assert restarted.stack.addresses.api_token == restarted.first_addresses.api_token
    assert len(restarted.first_addresses.api_token) >= 32


def test_a_stopped_stack_leaves_no_address(restarted: Restart) -> None:
    assert not restarted.addresses_while_stopped


def test_a_second_stack_on_the_same_directory_is_refused_and_told_who_has_it(restarted: Restart) -> None:
    stack = restarted.stack
    other = DevStack(stack.data, StackPorts.from_base(free_base()), parts=SERVERS)
    with pytest.raises(StackUnavailable, match=rf"already runs on .*, as process {os.getpid()}\."):
        other.start()
    other.stop()
    assert (stack.data / ADDRESSES_FILE).exists()


def test_progress_is_told_of_every_part_in_an_order_its_needs_allow(restarted: Restart) -> None:
    order = [(progress.part, progress.state) for progress in restarted.told]
    assert len(order) == 2 * len(SERVERS)
    for part in SERVERS:
        for need in NEEDS[part]:
            assert order.index((need, PartState.READY)) < order.index((part, PartState.STARTING))


def test_the_addresses_are_those_the_settings_read() -> None:
    assert set(Addresses.model_fields) == set(Settings.model_fields) - {"data", "policy", "door_url", "alert_url"}


def test_a_busy_port_is_named_with_who_has_it_and_the_way_out_before_anything_starts(
    stack: DevStack, ports: StackPorts
) -> None:
    with socket.create_server(("127.0.0.1", ports.shop)), pytest.raises(StackUnavailable) as refused:
        stack.start()
    owner = rf"{psutil.Process().name()} \(process {os.getpid()}\)"
    refused.match(rf"Port {ports.shop}, for the demo shop, is taken by {owner}\.\n.*make demo PORT_BASE=\d+")
    assert not (stack.data / "postgres").exists()


def test_a_stack_starts_once_its_port_is_free_again(stack: DevStack, ports: StackPorts) -> None:
    with socket.create_server(("127.0.0.1", ports.shop)), pytest.raises(StackUnavailable):
        stack.start()
    stack.start()


def test_a_part_that_fails_is_reported_and_nothing_is_left_running(
    server_directory: ServerDirectories, ports: StackPorts
) -> None:
    told: list[Progress] = []
    data = server_directory()
    stack = DevStack(data, ports, parts=SERVERS, report=told.append)
    (data / "temporal").mkdir()
    (data / "temporal" / "temporal.db").write_text("this is no database")
    with pytest.raises(StackUnavailable, match=r"Temporal ended .*temporal\.log ends:"):
        stack.start()
    assert [progress.part for progress in told if progress.state is PartState.FAILED] == [Part.TEMPORAL]
    assert not ports.busy()


def test_a_part_that_ended_by_itself_is_noticed(stack: DevStack) -> None:
    stack.start()
    assert stack.ended_part() is None
    psutil.Process(stack.server(Part.TEMPORAL).pid).kill()
    wait_until(lambda: stack.ended_part() is not None, "a part to have ended", within_seconds=SETTLES_WITHIN_SECONDS)
    assert stack.ended_part() is Part.TEMPORAL


def test_nothing_outlives_a_stack_that_was_killed_and_the_next_one_starts_on_its_data(
    stack: DevStack, ports: StackPorts
) -> None:
    process = start_in_another_process(stack.data, ports)
    descendants = psutil.Process(process.pid).children(recursive=True)
    assert len(descendants) >= 2
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    stack.start()
    assert all(wait_gone(descendant, 10) for descendant in descendants)


def test_ports_can_be_moved_to_a_row_of_their_own() -> None:
    ports = StackPorts.from_base(20_000)
    assert sorted(ports.model_dump().values()) == list(range(20_000, 20_009))
