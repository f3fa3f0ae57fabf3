"""What a comparison may spend: asked before each ticket, so that what was paid for is never thrown away."""

import asyncio
from decimal import Decimal


class Purse:
    """US dollars for one comparison. What is on its way counts as all it may cost, and then as what it did cost."""

    def __init__(self, ceiling: Decimal) -> None:
        self._left = ceiling
        self._on_their_way = 0
        self._settled = asyncio.Condition()

    async def takes(self, at_most: Decimal) -> bool:
        """Put by what a ticket may cost. False: there is not as much left, and nothing on its way could leave more.

        What costs nothing is always there for.
        """
        async with self._settled:
            await self._settled.wait_for(lambda: self._has(at_most) or not self._on_their_way)
            if not self._has(at_most):
                return False
            self._left -= at_most
            self._on_their_way += 1
            return True

    async def settle(self, at_most: Decimal, cost: Decimal) -> None:
        """Take what it did cost instead of what was put by for it."""
        async with self._settled:
            self._left += at_most - cost
            self._on_their_way -= 1
            self._settled.notify_all()

    def _has(self, at_most: Decimal) -> bool:
        return not at_most or at_most <= self._left
