"""What a comparison may spend: no more than its ceiling, and all of it."""

import asyncio
from decimal import Decimal

from starter.comparison.purse import Purse

MOST = Decimal("0.05")


async def test_a_ticket_waits_for_what_others_leave_and_is_not_given_up_before() -> None:
    purse = Purse(Decimal("0.06"))
    assert await purse.takes(MOST)
    waiting = asyncio.create_task(purse.takes(MOST))
    await asyncio.sleep(0)
    assert not waiting.done()
    await purse.settle(MOST, Decimal("0.004"))
    assert await waiting


async def test_where_nothing_is_on_its_way_a_ticket_that_could_cost_too_much_is_not_begun() -> None:
    purse = Purse(Decimal("0.06"))
    assert await purse.takes(MOST)
    await purse.settle(MOST, Decimal("0.04"))
    assert not await purse.takes(MOST)
    assert await purse.takes(Decimal("0.02"))


async def test_what_costs_nothing_is_begun_with_an_empty_purse_and_with_an_overdrawn_one() -> None:
    purse = Purse(Decimal(0))
    assert await purse.takes(Decimal(0))
    await purse.settle(Decimal(0), Decimal("0.01"))
    assert await purse.takes(Decimal(0))
