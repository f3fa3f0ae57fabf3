"""Teaching the local models while somebody waits at a terminal."""

import asyncio
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from integrations.models.local.provider import LocalProvider


async def teach(local: "LocalProvider", version: str) -> None:
    """Let the local models learn a policy version; a line on standard error says what takes so long."""
    with Console(stderr=True).status("Teaching the local models (the first time under a policy takes a while)"):
        await asyncio.to_thread(local.warm, version)
