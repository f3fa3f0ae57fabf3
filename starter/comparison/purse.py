"""What a comparison may spend: asked before each ticket, so that what was paid for is never thrown away."""

from decimal import Decimal


class Purse:
    """US dollars for one comparison. What is on its way counts as all it may cost, and then as what it did cost."""

    def __init__(self, ceiling: Decimal) -> None:
        self._left = ceiling

    def takes(self, at_most: Decimal) -> bool:
        """Put by what a ticket may cost, if there is as much. What costs nothing is always there for."""
        if at_most > self._left or (at_most and self._left <= 0):
            return False
        self._left -= at_most
        return True

    def settle(self, at_most: Decimal, cost: Decimal) -> None:
        """Take what it did cost instead of what was put by for it."""
        self._left += at_most - cost
