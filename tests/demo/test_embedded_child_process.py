import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from demo.embedded.child_process import ChildProcess
from demo.embedded.leftovers import wait_gone

LIVES_UNTIL_TOLD = "import signal; print('ready', flush=True); signal.pause()"
IGNORES_REQUESTS = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
)


def python(directory: Path, program: str) -> ChildProcess:
    return ChildProcess("The program", [sys.executable, "-c", program], directory / "log", directory=directory)


def says_ready(directory: Path) -> bool:
    return "ready" in (directory / "log").read_text()


def test_a_stopped_child_is_gone(tmp_path: Path) -> None:
    child = python(tmp_path, LIVES_UNTIL_TOLD)
    child.start()
    child.await_ready(lambda: says_ready(tmp_path), 10)
    pid = child.pid
    child.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_a_child_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    child = python(tmp_path, IGNORES_REQUESTS)
    child.start()
    child.await_ready(lambda: says_ready(tmp_path), 10)
    pid = child.pid
    child.stop(seconds=0.1)
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_a_child_that_ends_before_it_is_ready_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = python(tmp_path, "raise SystemExit('the disk is full')")
    child.start()
    with pytest.raises(RuntimeError, match=r"(?s)The program ended .* code 1.*the disk is full"):
        child.await_ready(lambda: False, 10)


def test_the_end_of_the_log_is_that_of_this_run(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("an error of last week\n")
    child = python(tmp_path, "raise SystemExit(1)")
    child.start()
    with pytest.raises(RuntimeError, match=r"says nothing\."):
        child.await_ready(lambda: False, 10)


def test_a_child_that_never_answers_is_reported_with_the_time_it_had(tmp_path: Path) -> None:
    child = python(tmp_path, LIVES_UNTIL_TOLD)
    child.start()
    with pytest.raises(RuntimeError, match=r"did not answer within 0 s"):
        child.await_ready(lambda: False, 0.05)
    child.kill()


def test_a_running_child_is_not_started_again(tmp_path: Path) -> None:
    child = python(tmp_path, LIVES_UNTIL_TOLD)
    child.start()
    with pytest.raises(RuntimeError, match=f"runs already, as process {child.pid}"):
        child.start()
    child.kill()


def test_a_child_starts_again_after_it_was_killed(tmp_path: Path) -> None:
    child = python(tmp_path, LIVES_UNTIL_TOLD)
    child.start()
    first = child.pid
    child.kill()
    child.start()
    assert child.pid not in (None, first)
    child.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """The parent starts it from a thread that ends, which alone must not end the child."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"""
import signal, sys, threading
from pathlib import Path
from demo.embedded.child_process import ChildProcess
directory = Path({str(tmp_path)!r})
child = ChildProcess("child", [sys.executable, "-c", {LIVES_UNTIL_TOLD!r}], directory / "log", directory=directory)
starter = threading.Thread(target=child.start)
starter.start()
starter.join()
child.await_ready(lambda: "ready" in (directory / "log").read_text(), 10)
print(child.pid, flush=True)
signal.pause()
""",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = psutil.Process(int(parent.stdout.readline()))
    assert child.status() != psutil.STATUS_ZOMBIE
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert wait_gone(child, 10)
