"""What a ticket does when a hosted model does this: the table of the ladder, over HTTP, in both vendors' formats.

In each row the first reader and the first writer of a ticket answer as the row says, the second ones well. The first
ones speak one vendor's format, those below them the other's. Requests are counted where they arrive. Time is skipped;
only a model that hangs is really waited for.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from cases.case import CaseView
from cases.ladder import Attempt
from cases.outcome import OutcomeKind
from cases.policy.document import Policy
from cases.policy.models import WireFormat
from starter.policy_files import read_policy
from tests.integrations.hosted_gate import Fault, Gate, Turn, gate_before
from tests.integrations.hosted_server import hosted_server
from tests.samples import a_ticket
from tests.workflows.conftest import start_case, time_skipping_engine
from tests.workflows.hosted_world import SHIPPED, HostedWorld, good_answer, hosted_policy, hosted_world
from tests.workflows.workers import working

FIRST, SECOND = 1, 2
EVER = 1_000_000

STRICTER = "standard, strict"
LIKEWISE = "standard, standard"


class Row(NamedTuple):
    """What the first models do with how many of their requests, and what comes of it."""

    fault: Fault
    times: int
    requests: int
    """How many the first model gets."""
    answers: int
    """Who answers in the end: the first or the second."""
    sentence: str
    """Why the first one was not good enough, as a person reads it; `{model}` is its name."""
    asked: str = ""
    """The wordings it was asked with, where it was asked again for what it had said or had not."""
    retry_after: float | None = None
    waits: tuple[float, ...] = ()
    """Seconds before each of its later requests."""


RESTS = "{model} failed again and again; it is not asked for 60 s"
NOT_USABLE = "the answer of {model} cannot be used: "
BUSY = "{model} cannot answer now: {model} "
TABLE = [
    Row(Fault.NONE, EVER, 1, FIRST, ""),
    # Permanent: no retry, the next rung.
    Row(Fault.BAD_REQUEST, EVER, 1, SECOND, "{model} cannot be used: {model} refuses such a request (400)"),
    Row(Fault.WRONG_KEY, EVER, 1, SECOND, "{model} cannot be used: {model} does not take the provider's key (401)"),
    Row(Fault.UNKNOWN_MODEL, EVER, 1, SECOND, "{model} cannot be used: There is no {model} (404)"),
    # Too late: one retry, as the call is safe to repeat, then the next rung.
    Row(Fault.TIMED_OUT, EVER, 2, SECOND, "{model} gave no answer in 5 s", LIKEWISE),
    Row(Fault.TIMED_OUT, 1, 2, FIRST, "{model} gave no answer in 5 s", LIKEWISE),
    Row(Fault.HANG, EVER, 2, SECOND, "{model} gave no answer in 1 s", LIKEWISE),
    # Clearly temporary: waited for as the provider says, and that is not the retry.
    Row(Fault.BUSY, 1, 2, FIRST, BUSY + "takes no more calls now (429): ask again in 7 s", "", 7, (7,)),
    Row(Fault.BUSY, 3, 4, FIRST, BUSY + "takes no more calls now (429): ask again later", "", None, (1, 2, 4)),
    Row(Fault.ILL, 1, 2, FIRST, BUSY + "is out of order (500): ask again later", "", None, (1,)),
    Row(Fault.AWAY, 1, 2, FIRST, BUSY + "is out of order (503): ask again in 7 s", "", 7, (7,)),
    Row(Fault.OVERLOADED, 1, 2, FIRST, BUSY + "is out of order (529): ask again later", "", None, (1,)),
    Row(Fault.RESET, 2, 3, FIRST, "{model} cannot answer now: {model}'s provider cannot be reached", "", None, (1, 2)),
    # As long as the 120 s of a letter's job allow, and no longer.
    Row(Fault.BUSY, EVER, 3, SECOND, BUSY + "takes no more calls now (429): ask again in 50 s", "", 50, (50, 50)),
    Row(Fault.BUSY, EVER, 1, SECOND, BUSY + "takes no more calls now (429): ask again in 600 s", "", 600),
    # Five failures in a row, and the model is left alone.
    Row(Fault.AWAY, EVER, 5, SECOND, RESTS, "", None, (1, 2, 4, 8, 16)),
    # An answer that cannot be used: one retry with the stricter prompt, then the next rung.
    Row(Fault.MALFORMED, EVER, 2, SECOND, NOT_USABLE + "{model}'s JSON is broken or ends too early", STRICTER),
    Row(Fault.TRUNCATED, EVER, 2, SECOND, NOT_USABLE + "{model}'s JSON is broken or ends too early", STRICTER),
    Row(Fault.TRUNCATED, 1, 2, FIRST, NOT_USABLE + "{model}'s JSON is broken or ends too early", STRICTER),
    Row(Fault.MISSHAPEN, EVER, 2, SECOND, NOT_USABLE + "{model} answered in another shape than asked for", STRICTER),
    Row(Fault.PROSE, EVER, 2, SECOND, NOT_USABLE + "{model} answered in prose, not in JSON", STRICTER),
    Row(Fault.REFUSAL, EVER, 2, SECOND, NOT_USABLE + "{model} refused to answer", STRICTER),
    Row(Fault.EMPTY, EVER, 2, SECOND, NOT_USABLE + "{model} answered with nothing", STRICTER),
]


class Hosted(NamedTuple):
    """Models behind a gate, and a ticket's way to them."""

    engine: WorkflowEnvironment
    world: HostedWorld
    gate: Gate
    rows: dict[str, Row]
    shipped: Policy

    async def served(self, case: str, row: Row, vendors: tuple[WireFormat, WireFormat]) -> CaseView:
        """A ticket whose models do as the row says, once it is through."""
        self.rows[case] = row
        ticket = a_ticket(ticket_id=case)
        patience = timedelta(seconds=1 if row.fault is Fault.HANG else 5)
        timeouts = (patience, timedelta(seconds=5))
        self.world.opens_under(ticket.case_id, hosted_policy(self.shipped, case, *vendors, timeouts=timeouts))
        handle = await start_case(self.engine, ticket)
        outcome = await handle.result()
        assert outcome.kind is OutcomeKind.RESOLVED
        view = self.world.last_view(ticket.case_id)
        assert view is not None
        return view


@pytest.fixture(scope="module")
async def hosted() -> AsyncGenerator[Hosted]:
    rows: dict[str, Row] = {}

    def script(model: str, before: int) -> Turn:
        case, name = model.split(".")
        row = rows[case]
        spoiled = name.endswith("-1") and before < row.times
        return Turn(row.fault, row.retry_after) if spoiled else Turn(Fault.NONE)

    async with AsyncExitStack() as opened:
        llmock = opened.enter_context(hosted_server())
        gate = await opened.enter_async_context(gate_before(llmock, script, good_answer))
        world = await opened.enter_async_context(hosted_world(gate))
        engine = await opened.enter_async_context(time_skipping_engine())
        await opened.enter_async_context(working(engine.client, world))
        yield Hosted(engine, world, gate, rows, read_policy(SHIPPED))


def named(row: Row) -> str:
    after = f" with a delay of {row.retry_after:g} s" if row.retry_after else ""
    return f"{row.fault}{after}, {'always' if row.times == EVER else f'{row.times} times'}"


@pytest.mark.parametrize("first", WireFormat)
@pytest.mark.parametrize("row", TABLE, ids=named)
async def test_a_ticket_goes_down_the_ladder_as_the_table_says(hosted: Hosted, first: WireFormat, row: Row) -> None:
    below = next(vendor for vendor in WireFormat if vendor is not first)
    case = f"{first}-{TABLE.index(row)}"
    view = await hosted.served(case, row, (first, below))
    for job in ("reader", "writer"):
        model, second = f"{case}.{job}-1", f"{case}.{job}-2"
        assert len(hosted.gate.came[model]) == row.requests
        assert len(hosted.gate.came[second]) == (1 if row.answers == SECOND else 0)
        calls = [attempt for attempt in view.attempts if f".{job}-" in attempt.model]
        assert calls[-1].model == f"{case}.{job}-{row.answers}"
        assert calls[-1].reason is None
        assert_told(row, model, calls[:-1])
        asked_first = [call for call in calls if call.model == model]
        assert tuple(call.waited_seconds for call in asked_first if call.waited_seconds) == row.waits
        if row.asked:
            assert ", ".join(call.prompt for call in asked_first) == row.asked


def assert_told(row: Row, model: str, failed: list[Attempt]) -> None:
    """Every call that was not good enough says why, and the last of the first model's as the row has it."""
    assert all(call.reason is not None for call in failed)
    told = [call.reason.sentence for call in failed if call.reason is not None and call.model == model]
    assert bool(told) == bool(row.sentence)
    if told:
        assert told[-1].startswith(row.sentence.format(model=model))


def test_the_table_has_every_fault_there_is() -> None:
    assert {row.fault for row in TABLE} == set(Fault)
