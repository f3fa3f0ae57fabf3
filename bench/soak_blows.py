"""What breaks during a run: servers that go down and come up again, services that lose what they were asked."""

import asyncio
from collections import defaultdict

import httpx

from bench.soak_insisting import insist
from bench.soak_plan import RunPlan, ServerBlow, ServiceFault
from demo.embedded.parts import Part
from demo.embedded.servers import Server
from demo.shop.faults import ShopFault
from tests.crash.ground import Ground

TRIES_TO_START = 5
"""A worker that finds no Temporal at its start ends, as it should; whoever runs it starts it again."""


class Breaker:
    """Strikes the servers of one ground. Blows at one server wait for each other; those at different ones do not."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._turns: dict[Part, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def break_things(self, plan: RunPlan) -> None:
        """Let everything happen that the plan of a run says, back when all servers run again."""
        async with asyncio.TaskGroup() as happening:
            for blow in plan.blows:
                happening.create_task(self._strike(blow))
            for fault in plan.faults:
                happening.create_task(self._spoil(fault))

    async def restart_what_ended(self) -> tuple[Part, ...]:
        """Start the servers that have ended without being told to; which they were."""
        ended: list[Part] = []
        for part in (Part.POSTGRES, Part.TEMPORAL, Part.SHOP, Part.HELPDESK, Part.WORKER):
            async with self._turns[part]:
                if self._server(part).pid is None:
                    ended.append(part)
                    await self._start(part)
        return tuple(ended)

    async def _strike(self, blow: ServerBlow) -> None:
        await asyncio.sleep(blow.at)
        server = self._server(blow.part)
        async with self._turns[blow.part]:
            await asyncio.to_thread(server.kill if blow.crashes else server.stop)
            await asyncio.sleep(blow.down_seconds)
            await self._start(blow.part)

    async def _spoil(self, spoiled: ServiceFault) -> None:
        await asyncio.sleep(spoiled.at)
        service = self._ground.shop if isinstance(spoiled.fault, ShopFault) else self._ground.helpdesk
        body = spoiled.fault.model_dump(mode="json")

        async def tell() -> httpx.Response:
            return (await service.post("/faults", json=body)).raise_for_status()

        await insist(tell, "tell a service to fail")

    async def _start(self, part: Part) -> None:
        for left in reversed(range(TRIES_TO_START)):
            try:
                await asyncio.to_thread(self._server(part).start)
            except RuntimeError:
                if not left:
                    raise
            else:
                return

    def _server(self, part: Part) -> Server:
        return self._ground.worker if part is Part.WORKER else self._ground.stack.server(part)
