"""What Signalbox is held against: a workflow that does nothing, and one of six activities that do nothing.

python -m bench.plain ADDRESS
"""

import asyncio
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bench"
ACTIVITIES = 6


@activity.defn
async def nothing() -> None:
    """Do nothing."""


@workflow.defn
class Empty:
    """Nothing at all."""

    @workflow.run
    async def run(self) -> None:
        """End at once."""


@workflow.defn
class SixActivities:
    """Six remote activities, one after the other."""

    @workflow.run
    async def run(self) -> None:
        """Run them."""
        for _ in range(ACTIVITIES):
            await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=10))


async def serve(address: str) -> None:
    """Run both until the process is ended."""
    client = await Client.connect(address)
    await Worker(client, task_queue=QUEUE, workflows=[Empty, SixActivities], activities=[nothing]).run()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
