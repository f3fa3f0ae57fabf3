"""The benchmark itself: it runs, and what it says can be true. Never how fast."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long


def test_a_small_run_gives_every_figure(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--tickets", "10", "--rounds", "1", "--open", "12", "--json", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert ran.returncode == 0, ran.stderr[-2_000:]
    figures = json.loads(file.read_text())
    assert set(figures["runs"]) == {"empty workflow", "six no-op activities", "automatic", "with review"}
    assert all(run["per_second"] > 0 and run["cpu_ms"]["server"] > 0 for run in figures["runs"].values())
    assert figures["runs"]["automatic"]["p95"] >= figures["runs"]["automatic"]["p50"] > 0
    assert figures["histories"]["with review"][0] > figures["histories"]["automatic"][0] > 10
    assert figures["opened"][0]["cases"] == 12
    assert figures["opened"][0]["worker_bytes"] > 50_000_000
