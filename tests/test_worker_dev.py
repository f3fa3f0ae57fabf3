"""`worker.py --dev`: the whole of Signalbox from one command, and nothing of it left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
import pytest

from demo.embedded.addresses import StackPorts, free_base, loopback_url
from demo.embedded.leftovers import wait_gone

PROJECT = Path(__file__).parents[1]
LAST_LINE = "signalbox show CASE"
"""What it prints last, once everything runs."""


class DevRun(NamedTuple):
    """A running `worker.py --dev`, and every process it has started."""

    process: subprocess.Popen[str]
    ports: StackPorts
    descendants: list[psutil.Process]
    said: list[str]

    def end(self, told: signal.Signals) -> str:
        """Send a signal and wait for the end; what it said meanwhile."""
        os.kill(self.process.pid, told)
        return self.process.communicate(timeout=120)[0]


@pytest.fixture
def data(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    """A data directory whose local models have learnt already, in an earlier run or in another test."""
    directory = tmp_path / "data"
    directory.mkdir()
    assert pytestconfig.cache is not None
    (directory / "models").symlink_to(Path(pytestconfig.cache.mkdir("signalbox")).absolute() / "models")
    return directory


@contextmanager
def dev_run(data: Path, ports: StackPorts) -> Generator[DevRun]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIGNALBOX_")}
    process = subprocess.Popen(
        [sys.executable, "worker.py", "--dev", "--data", str(data), "--port-base", str(ports.temporal)],
        cwd=PROJECT,
        env={**inherited, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if LAST_LINE in line:
                break
        else:
            pytest.fail("it ended before it was ready:\n" + "".join(said))
        yield DevRun(process, ports, psutil.Process(process.pid).children(recursive=True), said)
    finally:
        process.kill()
        process.communicate()


def leftovers(run: DevRun, data: Path) -> list[str]:
    """What still runs of it: its descendants, and whatever else names its directory or belongs to its session."""
    others = [process for process in psutil.process_iter() if belongs_to(process, run, data)]
    return [str(process) for process in (*run.descendants, *others) if not wait_gone(process, 10)]


def belongs_to(process: psutil.Process, run: DevRun, data: Path) -> bool:
    try:
        return os.getsid(process.pid) == run.process.pid or str(data) in " ".join(process.cmdline())
    except (psutil.Error, ProcessLookupError):
        return False


def test_everything_answers_and_ctrl_c_leaves_no_process_behind(data: Path) -> None:
    ports = StackPorts.from_base(free_base())
    with dev_run(data, ports) as run:
        answers = {
            url: httpx.get(url, timeout=30).status_code
            for url in (
                loopback_url(ports.temporal_ui),
                f"{loopback_url(ports.shop)}/health",
                f"{loopback_url(ports.helpdesk)}/health",
                f"{loopback_url(ports.api)}/healthz",
                f"{loopback_url(ports.health)}/readyz",
                f"{loopback_url(ports.desk)}/sign-in",
            )
        }
        assert set(answers.values()) == {200}, answers
        assert len(run.descendants) >= 7
        assert any("sign in as ada / " in line for line in run.said)
        assert f"  SIGNALBOX_DATA={data} signalbox cases\n" in run.said
        said = run.end(signal.SIGINT)
        assert run.process.returncode == 0, said
        assert f"The data stays in {data}" in said
    assert leftovers(run, data) == []
    assert not ports.busy()


@pytest.mark.long
def test_a_kill_leaves_no_process_behind_and_the_next_run_starts_on_the_same_ports(data: Path) -> None:
    ports = StackPorts.from_base(free_base())
    with dev_run(data, ports) as run:
        run.end(signal.SIGKILL)
    assert leftovers(run, data) == []
    with dev_run(data, ports) as again:
        again.end(signal.SIGTERM)
        assert again.process.returncode == 0


@pytest.mark.long
def test_a_part_that_dies_ends_the_run_with_its_name(data: Path) -> None:
    with dev_run(data, StackPorts.from_base(free_base())) as run:
        helpdesk = next(process for process in run.descendants if "demo.helpdesk" in process.cmdline())
        helpdesk.kill()
        said = run.process.communicate(timeout=120)[0]
        assert run.process.returncode == 1
        assert "demo helpdesk has ended by itself" in said
    assert leftovers(run, data) == []
