"""The embedded stack around a demo: it starts with a line for each part, and nothing of it runs afterwards."""

import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from cases.errors import StackUnavailable
from demo.embedded.addresses import StackPorts
from demo.embedded.parts import Part, PartState, Progress
from demo.embedded.stack import DevStack
from starter.leave import STOPPED_TWICE, leave

LOOK_EVERY_SECONDS = 0.5


@contextmanager
def running_stack(data: Path, ports: StackPorts, screen: Console) -> Generator[DevStack]:
    """Run the stack for the block; Ctrl-C and SIGTERM both interrupt the block, and a second one leaves at once.

    Raises StackUnavailable where it cannot start.
    """
    for told_by in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_by, signal.default_int_handler)
    stack = DevStack(data, ports, report=lambda progress: tell_progress(screen, progress, data))
    try:
        stack.start()
        yield stack
    finally:
        for told_by in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told_by, lambda _, __: leave(STOPPED_TWICE))
        stack.stop()


def stay(stack: DevStack) -> None:
    """Keep the stack up until Ctrl-C. Raises StackUnavailable where a part has ended by itself."""
    try:
        while (ended := stack.ended_part()) is None:
            time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        return
    raise StackUnavailable(f"The {ended} has ended by itself; its log is in the data directory.")


def tell_progress(screen: Console, progress: Progress, data: Path) -> None:
    """Say how far a part of the stack is; `data` is the stack's data directory."""
    if progress.state is not PartState.STARTING:
        screen.print(f"  {progress.part:<14} {progress.state} after {progress.seconds:.1f} s")
    elif progress.part is Part.WORKER and not _have_learnt(data):
        screen.print(f"  {progress.part:<14} starting; the local models learn, about a minute, this once")


def _have_learnt(data: Path) -> bool:
    """Whether a worker has kept what the local models learnt in an earlier run."""
    return any((data / "models").glob("*.npz"))
