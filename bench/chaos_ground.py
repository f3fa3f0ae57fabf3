"""Where chaos is played: llmock behind a gate, the time-skipping engine, and workers with the real model activities."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from bench.chaos_checks import ChaosEvidence
from bench.chaos_plan import VENDORS, plan_chaos, turn
from cases.policy.document import Policy
from cases.policy.jobs import About
from starter.policy_files import read_policy
from tests.integrations.hosted_gate import Gate, gate_before
from tests.integrations.hosted_server import hosted_server
from tests.samples import a_ticket
from tests.workflows.conftest import CaseHandle, start_case, time_skipping_engine
from tests.workflows.hosted_world import SHIPPED, HostedWorld, good_answer, hosted_policy, hosted_world
from tests.workflows.workers import working

PATIENCE = timedelta(seconds=1.5)
"""What a model is given for an answer; only a silence takes that long."""

LONGEST_RUN_SECONDS = 120.0
"""Real time; six models that hang twice take 18 s."""


class ChaosGround:
    """All that runs need; a run is played by its seed."""

    def __init__(self, engine: WorkflowEnvironment, world: HostedWorld, gate: Gate, shipped: Policy) -> None:
        self._engine = engine
        self._world = world
        self._gate = gate
        self._shipped = shipped

    async def play(self, seed: int) -> ChaosEvidence:
        """Play the run of a seed to its end."""
        plan = plan_chaos(seed)
        ticket = a_ticket(ticket_id=plan.case).model_copy(update={"channel": plan.channel})
        timeouts = (PATIENCE,) * len(VENDORS)
        policy = hosted_policy(self._shipped, plan.case, *VENDORS, timeouts=timeouts, cost_ceiling=plan.cost_ceiling)
        self._world.opens_under(ticket.case_id, policy)
        ended = await self._ended(await start_case(self._engine, ticket))
        about = About(tenant=ticket.tenant, language="en", channel=ticket.channel)
        return ChaosEvidence(
            plan=plan,
            rules=policy.rulebook(about),
            view=self._world.last_view(ticket.case_id),
            ended=ended,
            came={model: tuple(self._gate.came[model]) for model in policy.document.models if model in self._gate.came},
        )

    async def _ended(self, case: CaseHandle) -> bool:
        try:
            async with asyncio.timeout(LONGEST_RUN_SECONDS):
                await case.result()
        except (WorkflowFailureError, TimeoutError):
            return False
        return True


@asynccontextmanager
async def chaos_ground() -> AsyncGenerator[ChaosGround]:
    """All that runs need, for the block."""
    async with AsyncExitStack() as opened:
        llmock = opened.enter_context(hosted_server())
        gate = await opened.enter_async_context(gate_before(llmock, turn, good_answer))
        world = await opened.enter_async_context(hosted_world(gate))
        engine = await opened.enter_async_context(time_skipping_engine())
        await opened.enter_async_context(working(engine.client, world))
        yield ChaosGround(engine, world, gate, read_policy(SHIPPED))
