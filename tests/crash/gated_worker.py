"""The real worker with one gate: while the gate's file exists, a model call waits. So a test can kill it inside one.

python -m tests.crash.gated_worker GATE [options of worker.py]
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer

import worker
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.local.provider import LocalProvider

Request = TypeVar("Request", ClassifyRequest, DraftRequest)
Reply = TypeVar("Reply")
LOOK_EVERY_SECONDS = 0.02


def gate_file(directory: Path, job: str) -> Path:
    """The file that shuts the gate of a job."""
    return directory / f"{job}.gate"


def inside_file(directory: Path, job: str) -> Path:
    """The file that says a call is waiting at the gate."""
    return directory / f"{job}.inside"


def gated(
    directory: Path, job: str, call: Callable[[LocalProvider, Request], Awaitable[Reply]]
) -> Callable[[LocalProvider, Request], Awaitable[Reply]]:
    """The same call, behind the gate."""

    async def wait(provider: LocalProvider, request: Request) -> Reply:
        while gate_file(directory, job).exists():
            inside_file(directory, job).touch()
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        return await call(provider, request)

    return wait


def main() -> None:
    """Put the gates up and be the worker."""
    directory = Path(sys.argv.pop(1))
    LocalProvider.classify = gated(directory, "classify", LocalProvider.classify)  # pyright: ignore[reportAttributeAccessIssue]
    LocalProvider.draft = gated(directory, "draft", LocalProvider.draft)  # pyright: ignore[reportAttributeAccessIssue]
    typer.run(worker.main)


if __name__ == "__main__":
    main()
