"""What somebody who starts the demo is told while its parts come up."""

from pathlib import Path

import pytest
from rich.console import Console

from demo.embedded.parts import Part, PartState, Progress
from starter.command_line.demo_stack import tell_progress

STARTING = Progress(part=Part.WORKER, state=PartState.STARTING, seconds=0.0)


def told(data: Path, *kept: str) -> str:
    """What is said as a worker starts on a data directory where the local models have kept these files."""
    (data / "models").mkdir()
    for name in kept:
        (data / "models" / name).touch()
    screen = Console(width=80)
    with screen.capture() as said:
        tell_progress(screen, STARTING, data)
    return said.get()


@pytest.mark.parametrize("kept", [[], ["e5-1.lock"]], ids=["nothing learnt", "stopped while it learnt"])
def test_the_first_start_says_what_takes_a_minute(tmp_path: Path, kept: list[str]) -> None:
    assert "the local models learn, about a minute, this once" in told(tmp_path, *kept)


def test_a_start_on_what_was_learnt_does_not(tmp_path: Path) -> None:
    assert told(tmp_path, "e5-1.lock", "e5-1.npz") == ""
