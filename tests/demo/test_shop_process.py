"""What the shop keeps when it, its machine or its database goes away."""

import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from cases.facts import OrderStatus
from demo.embedded.ports import LOOPBACK, free_ports
from demo.embedded.postgres import EmbeddedPostgres
from tests.conftest import ServerDirectories
from tests.shop_process import shop_process
from tests.waiting import SETTLES_WITHIN_SECONDS, wait_until

KEY = {"Idempotency-Key": "ticket:acme:demo:1001/cancel_order:W10001"}
CANCEL = {"kind": "cancel_order", "order_id": "W10001"}


@pytest.mark.parametrize("stop_with", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_shop_ends_well_and_keeps_what_it_did(
    database_url: str, tmp_path: Path, stop_with: signal.Signals
) -> None:
    with shop_process(database_url, tmp_path / "seed.yaml", stop_with) as shop:
        httpx.post(f"{shop.address}/reset").raise_for_status()
        cancel(shop.address).raise_for_status()
    with shop_process(database_url, tmp_path / "seed.yaml") as shop:
        assert httpx.get(f"{shop.address}/orders/W10001").json()["status"] == OrderStatus.CANCELLED
        again = cancel(shop.address)
        assert again.headers["Idempotent-Replayed"] == "true"


def test_a_shop_killed_in_the_middle_of_an_action_leaves_nothing_half_done(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url) as rival, shop_process(database_url, tmp_path / "seed.yaml") as shop:
        httpx.post(f"{shop.address}/reset").raise_for_status()
        rival.execute("SELECT 1 FROM shop.orders WHERE id = 'W10001' FOR UPDATE")
        with ThreadPoolExecutor() as caller:
            under_way = caller.submit(cancel, shop.address)
            await_one_behind(rival)
            shop.process.kill()
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                under_way.result()
        shop.process.wait()
    with shop_process(database_url, tmp_path / "seed.yaml") as shop:
        answer = cancel(shop.address)
        assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (200, False)
        assert len(httpx.get(f"{shop.address}/effects").json()) == 1


def cancel(address: str) -> httpx.Response:
    return httpx.post(f"{address}/actions", json=CANCEL, headers=KEY)


def await_one_behind(rival: psycopg.Connection) -> None:
    """Until the shop's transaction, its key taken, stands behind the rival's lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    with psycopg.connect(rival.info.dsn, autocommit=True) as observer:

        def stands_behind() -> bool:
            return observer.execute(waiting, (rival.info.backend_pid,)).fetchone() is not None

        wait_until(stands_behind, "the action to reach the order", within_seconds=SETTLES_WITHIN_SECONDS)


def test_without_its_database_the_shop_says_that_nothing_was_done_and_recovers(
    tmp_path: Path, server_directory: ServerDirectories
) -> None:
    postgres = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    postgres.start()
    try:
        with shop_process(postgres.url(), tmp_path / "seed.yaml") as shop:
            postgres.stop()
            answer = cancel(shop.address)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
            assert answer.headers["Retry-After"] == "1"
            postgres.start()
            answer = cancel(shop.address)
            assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (200, False)
    finally:
        postgres.stop()


def test_a_taken_port_is_named(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text("customers: []")
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("--port", port, "--database-url", database_url, "--seed", str(tmp_path / "seed.yaml"))
    assert ended.returncode != 0
    assert ended.stderr == f"Port {port} is taken. Stop what listens there, or choose another with --port.\n"


def test_a_missing_seed_is_named(database_url: str, tmp_path: Path) -> None:
    ended = run("--port", str(free_ports(1)[0]), "--database-url", database_url, "--seed", str(tmp_path / "no.yaml"))
    assert ended.returncode != 0
    assert (
        ended.stderr == f"{tmp_path / 'no.yaml'}: there is no such file. Give the shop its first records with --seed.\n"
    )


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo.shop", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
