"""The records of a shop that speaks our small HTTP contract. It only reads; `http_shop.py` acts.

It retries nothing: Temporal does. A read that fails is ToolUnavailable whatever happened. Only the shop's own word
means that a record is not there: a 404 of anybody else on the way says nothing about the shop.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from cases.action import (
    ActionArguments,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    Refund,
    ResetAccess,
)
from cases.errors import ToolUnavailable
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from cases.target_records import TargetRecords

Answer = TypeVar("Answer")

MOST_ORDERS = 10
MOST_PAYMENTS = 20
"""How many of a customer's records `Commerce` gives."""

MOST_RECORDS = 100
"""How many the contract gives at most: so many are looked through for what was paid for an order."""

NO_SUCH_RECORD = "unknown_record"
"""The shop's code for what it does not have."""


class Problem(Record):
    """What the shop says is wrong."""

    code: str
    message: str


class _ProblemAnswer(Record):
    error: Problem


_ACCOUNT = TypeAdapter(Account)
_ACCOUNTS = TypeAdapter(tuple[Account, ...])
_ORDER = TypeAdapter(Order)
_ORDERS = TypeAdapter(tuple[Order, ...])
_PAYMENT = TypeAdapter(Payment)
_PAYMENTS = TypeAdapter(tuple[Payment, ...])
_SUBSCRIPTION = TypeAdapter(Subscription)


class HttpRecords:
    """The reads of a `Commerce` behind HTTP.

    The client given brings the address and the timeouts, and is closed by its owner.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def account_by_email(self, email: str) -> Account | None:
        """The account that signs in with this address, letter case aside. Raises ToolUnavailable."""
        accounts = await self.read("the account of an e-mail address", path_of("customers"), _ACCOUNTS, email=email)
        return accounts[0] if accounts else None

    async def account(self, customer_id: str) -> Account | None:
        """The account with this id. Raises ToolUnavailable."""
        return await self.read(f"account {customer_id}", path_of("customers", customer_id), _ACCOUNT)

    async def order(self, order_id: str) -> Order | None:
        """The order with this id, letter case aside. Raises ToolUnavailable."""
        return await self.read(f"order {order_id}", path_of("orders", order_id), _ORDER)

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's orders, newest first, at most ten. Raises ToolUnavailable."""
        path = path_of("customers", customer_id, "orders")
        return await self.read(f"the orders of {customer_id}", path, _ORDERS, limit=MOST_ORDERS) or ()

    async def payments_of(self, customer_id: str) -> tuple[Payment, ...]:
        """The customer's payments, newest first, at most twenty. Raises ToolUnavailable."""
        path = path_of("customers", customer_id, "payments")
        return await self.read(f"the payments of {customer_id}", path, _PAYMENTS, limit=MOST_PAYMENTS) or ()

    async def subscription_of(self, customer_id: str) -> Subscription | None:
        """The customer's subscription, if there is one. Raises ToolUnavailable."""
        path = path_of("customers", customer_id, "subscription")
        return await self.read(f"the subscription of {customer_id}", path, _SUBSCRIPTION)

    async def target_records(self, arguments: ActionArguments) -> TargetRecords:
        """What an action changes, and what it rests on, as it reads now. Raises ToolUnavailable."""
        read_at, target = datetime.now(UTC), arguments.target
        match arguments:
            case Refund():
                payment = await self._payment(target)
                order = await self.order(payment.order_id) if payment and payment.order_id else None
                paid = (payment,) if payment else ()
                return TargetRecords(target=target, read_at=read_at, order=order, payments=paid)
            case CancelOrder():
                order = await self.order(target)
                paid = await self._paid_for(order) if order else ()
                return TargetRecords(target=target, read_at=read_at, order=order, payments=paid)
            case ChangeAddress():
                return TargetRecords(target=target, read_at=read_at, order=await self.order(target))
            case CancelSubscription() | ChangePlan():
                return TargetRecords(target=target, read_at=read_at, subscription=await self._subscription(target))
            case ChangeEmail() | CloseAccount() | ResetAccess():
                return TargetRecords(target=target, read_at=read_at, account=await self.account(target))

    async def _paid_for(self, order: Order) -> tuple[Payment, ...]:
        path = path_of("customers", order.customer_id, "payments")
        payments = await self.read(f"the payments for {order.id}", path, _PAYMENTS, limit=MOST_RECORDS) or ()
        return tuple(payment for payment in payments if payment.order_id == order.id)

    async def _payment(self, payment_id: str) -> Payment | None:
        return await self.read(f"payment {payment_id}", path_of("payments", payment_id), _PAYMENT)

    async def _subscription(self, subscription_id: str) -> Subscription | None:
        path = path_of("subscriptions", subscription_id)
        return await self.read(f"subscription {subscription_id}", path, _SUBSCRIPTION)

    async def read(self, asked: str, path: str, shape: TypeAdapter[Answer], **query: str | int) -> Answer | None:
        """One record, or None where the shop says that it has none. Raises ToolUnavailable."""
        try:
            response = await self._client.get(path, params=query)
            if _is_missing(response):
                return None
            response.raise_for_status()
            return shape.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise ToolUnavailable(
                f"The shop could not be asked for {asked}: {cause_of(error)}. Nothing was changed; ask again."
            ) from error


def _is_missing(response: httpx.Response) -> bool:
    problem = problem_in(response) if response.status_code == HTTPStatus.NOT_FOUND else None
    return problem is not None and problem.code == NO_SUCH_RECORD


def problem_in(response: httpx.Response) -> Problem | None:
    """What the shop says is wrong, where it is the shop that speaks."""
    try:
        return _ProblemAnswer.model_validate_json(response.content).error
    except ValidationError:
        return None


def cause_of(error: Exception) -> str:
    """What went wrong on the way, in few words."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    if isinstance(error, ValidationError):
        return "an answer of another shape"
    return type(error).__name__


def path_of(*steps: str) -> str:
    """A path whose steps may hold slashes and colons, as keys do."""
    return "".join(f"/{quote(step, safe='')}" for step in steps)
