"""What a system of record is: facts to read, and actions that say how it can be proven that they were done once."""

from enum import StrEnum
from typing import Protocol, Self

from pydantic import Field, model_validator

from cases.action import ActionArguments, ActionKind, RefundOnCancel
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from cases.target_records import TargetRecords


class Proof(StrEnum):
    """How it can be proven that an action was done, and done once."""

    KEY = "key"
    """The system of record knows our idempotency key: sent again under it, an action is not done again."""
    NATURAL = "natural"
    """The state can be read, and done twice it is the same: cancelled, or sent to that address. It is sent again only
    while the records still read as they did before."""
    MARKER = "marker"
    """Our key is written into a field that can be read back, and the system of record itself does not look at it. Sent
    once and never again: a look-up that finds nothing proves nothing, while the request may still be carried out."""
    NOTHING = "nothing"
    """Nothing shows it. Sent once and never again; a lost answer is for a person."""


class Operation(Record):
    """What a system of record declares about one kind of action."""

    proof: Proof
    key_seconds: float | None = Field(default=None, gt=0)
    """How long a key is known, from when it was first sent; None: for ever. For `key`."""
    server_seconds: float | None = Field(default=None, ge=0)
    """The system's own timeout: how long a request that we gave up may still be carried out. For `marker`, always."""
    refund_on_cancel: RefundOnCancel = RefundOnCancel.NOTHING
    """The money that moves by itself. For cancelling an order."""

    @model_validator(mode="after")
    def _marker_has_its_time(self) -> Self:
        if self.proof is Proof.MARKER and self.server_seconds is None:
            raise ValueError("server_seconds must be given: how long a lost request may still be carried out")
        return self


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

    async def target_records(self, arguments: ActionArguments) -> TargetRecords:
        """What an action changes, and what it rests on, as it reads now: with an order all that was paid for it."""
        ...

    def operation(self, kind: ActionKind) -> Operation:
        """What is declared about a kind of action."""
        ...

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do an action, and hand over our key: as the idempotency key, or to be written where it is read back.

        Raises ToolRefused (the shop said no), ToolUnavailable (it certainly did not happen: no connection, or the
        shop said so) or ToolOutcomeUnknown (the answer was lost or late: it may have happened).
        """
        ...

    async def receipt(self, key: str, arguments: ActionArguments) -> Receipt | None:
        """What was done under this key or bears it as a marker, or None where nothing is seen. Raises ToolUnavailable.

        Only for `key` and `marker`; of the others the records tell.
        """
        ...
