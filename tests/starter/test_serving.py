"""The HTTP door and the desk, each as a program of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from demo.embedded.ports import LOOPBACK, free_ports
from starter.settings import Settings
from tests.starter.command import environment

PROGRAMS = {
    "python -m starter.api": ["starter.api"],
    "signalbox serve": ["starter.command_line.main", "serve"],
    "python -m starter.desk": ["starter.desk"],
    "signalbox desk": ["starter.command_line.main", "desk"],
}


@contextmanager
def program(settings: Settings, words: list[str], port: int) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--port", str(port)],
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("words", PROGRAMS.values(), ids=PROGRAMS)
def test_it_serves_until_it_is_told_to_stop(settings_without_engine: Settings, words: list[str]) -> None:
    port = free_ports(1)[0]
    with program(settings_without_engine, words, port) as process:
        retrying = httpx.HTTPTransport(retries=10)
        with httpx.Client(transport=retrying, timeout=30) as client:
            alive = client.get(f"http://{LOOPBACK}:{port}/healthz")
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=30)

    assert alive.is_success
    assert "alive" in alive.text
    assert process.returncode == 0
    assert "Traceback" not in complaints


@pytest.mark.parametrize("words", PROGRAMS.values(), ids=PROGRAMS)
def test_a_port_that_is_taken_is_named_with_the_way_out(settings_without_engine: Settings, words: list[str]) -> None:
    with socket.create_server((LOOPBACK, 0)) as holder:
        port = int(holder.getsockname()[1])
        with program(settings_without_engine, words, port) as process:
            _, complaints = process.communicate(timeout=30)

    assert process.returncode == 1
    assert f"{LOOPBACK}:{port}" in complaints
    assert "--port" in complaints
