"""What a system of record is: facts to read, and actions that are done once under one key."""

from typing import Protocol

from cases.action import ActionArguments
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record


class Receipt(Record):
    """The system of record's word that an action was done."""

    reference: str
    replayed: bool = False
    """It had been done before under the same key, and was not done again."""


class Commerce(Protocol):
    """A shop.

    Reads raise ToolUnavailable and return None or nothing where there is no such record; repeating one is safe.
    """

    async def account_by_email(self, email: str) -> Account | None:
        """The account that signs in with this address, letter case aside."""
        ...

    async def account(self, customer_id: str) -> Account | None:
        """The account with this id."""
        ...

    async def order(self, order_id: str) -> Order | None:
        """The order with this id, letter case aside."""
        ...

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's orders, newest first, at most ten."""
        ...

    async def payments_of(self, customer_id: str) -> tuple[Payment, ...]:
        """The customer's payments, newest first, at most twenty."""
        ...

    async def subscription_of(self, customer_id: str) -> Subscription | None:
        """The customer's subscription, if there is one."""
        ...

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do an action under an idempotency key, once however often it is called.

        Raises ToolRefused (the shop said no), ToolUnavailable (it certainly did not happen: no connection, or the
        shop said so) or ToolOutcomeUnknown (the answer was lost or late: it may have happened).
        """
        ...

    async def receipt(self, key: str) -> Receipt | None:
        """What was done under this key, or None if nothing was. Raises ToolUnavailable."""
        ...

    async def stands(self, arguments: ActionArguments) -> bool:
        """Whether the records show the action's effect. Raises ToolUnavailable."""
        ...
