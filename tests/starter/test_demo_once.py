"""`signalbox demo --once --json`, whole: embedded servers, local models, every ticket, and nothing left running."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from demo.embedded.addresses import StackPorts, free_base
from demo.tickets.load import load_tickets
from starter.command_line.demo_count import DemoCount

pytestmark = pytest.mark.long

PATIENCE_SECONDS = 280


def test_the_demo_loses_nothing_does_nothing_twice_and_leaves_nothing_running(tmp_path: Path) -> None:
    base = free_base()
    played = subprocess.run(
        [
            *(sys.executable, "-m", "starter.command_line.main", "demo", "--once", "--json"),
            *("--port-base", str(base), "--data", str(tmp_path)),
        ],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )

    assert played.returncode == 0, played.stderr
    count = DemoCount.model_validate_json(played.stdout)
    assert count.tickets == sum(count.outcomes.values()) == len(load_tickets(datetime.now(UTC)))
    assert count.actions_executed > 0
    assert (count.actions_executed_twice, count.replies_sent_twice, count.lost) == (0, 0, 0)
    assert "waiting_for_review" not in count.outcomes
    assert "the local models learn, about a minute" in played.stderr
    assert max(map(len, played.stderr.splitlines())) <= 80
    assert StackPorts.from_base(base).busy() == ()
    assert not [process for process in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(words_of(process))]


def words_of(process: psutil.Process) -> list[str]:
    return process.info["cmdline"] or []
