"""The client of a shop that speaks our small HTTP contract, with idempotency keys like Stripe's.

It retries nothing: Temporal does. What a failure means for an action:

| what happened | raised |
|---|---|
| no connection, 408, 429, 503 | ToolUnavailable: nothing was done |
| any other 4xx | ToolRefused: nothing was done, for the reason the shop gives |
| no or a broken answer, any other status | ToolOutcomeUnknown: look it up by its key |

A read that fails is ToolUnavailable whatever happened. Only the shop's own word means that a record is not there: a
404 of anybody else on the way says nothing about the shop.
"""

from http import HTTPStatus
from typing import Annotated, TypeVar
from urllib.parse import quote

import httpx
from pydantic import StringConstraints, TypeAdapter, ValidationError

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
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from integrations.commerce.protocol import Receipt
from integrations.commerce.shown import account_shows, order_shows, payment_shows, subscription_shows

Answer = TypeVar("Answer")

MOST_ORDERS = 10
MOST_PAYMENTS = 20
"""How many of a customer's records `Commerce` gives."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
NOTHING_DONE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
NO_SUCH_RECORD = "unknown_record"
"""The shop's code for what it does not have."""


class _Executed(Record):
    reference: Annotated[str, StringConstraints(min_length=1)]


class _Problem(Record):
    code: str
    message: str


class _ProblemAnswer(Record):
    error: _Problem


_ACCOUNT = TypeAdapter(Account)
_ACCOUNTS = TypeAdapter(tuple[Account, ...])
_ORDER = TypeAdapter(Order)
_ORDERS = TypeAdapter(tuple[Order, ...])
_PAYMENT = TypeAdapter(Payment)
_PAYMENTS = TypeAdapter(tuple[Payment, ...])
_SUBSCRIPTION = TypeAdapter(Subscription)
_EXECUTED = TypeAdapter(_Executed)


class HttpShop:
    """A `Commerce` behind HTTP. The client given brings the address and the timeouts, and is closed by its owner."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def account_by_email(self, email: str) -> Account | None:
        """The account that signs in with this address, letter case aside. Raises ToolUnavailable."""
        accounts = await self._read("the account of an e-mail address", _path("customers"), _ACCOUNTS, email=email)
        return accounts[0] if accounts else None

    async def account(self, customer_id: str) -> Account | None:
        """The account with this id. Raises ToolUnavailable."""
        return await self._read(f"account {customer_id}", _path("customers", customer_id), _ACCOUNT)

    async def order(self, order_id: str) -> Order | None:
        """The order with this id, letter case aside. Raises ToolUnavailable."""
        return await self._read(f"order {order_id}", _path("orders", order_id), _ORDER)

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's orders, newest first, at most ten. Raises ToolUnavailable."""
        path = _path("customers", customer_id, "orders")
        return await self._read(f"the orders of {customer_id}", path, _ORDERS, limit=MOST_ORDERS) or ()

    async def payments_of(self, customer_id: str) -> tuple[Payment, ...]:
        """The customer's payments, newest first, at most twenty. Raises ToolUnavailable."""
        path = _path("customers", customer_id, "payments")
        return await self._read(f"the payments of {customer_id}", path, _PAYMENTS, limit=MOST_PAYMENTS) or ()

    async def subscription_of(self, customer_id: str) -> Subscription | None:
        """The customer's subscription, if there is one. Raises ToolUnavailable."""
        path = _path("customers", customer_id, "subscription")
        return await self._read(f"the subscription of {customer_id}", path, _SUBSCRIPTION)

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do an action under an idempotency key, once however often it is called.

        Raises ToolRefused, ToolUnavailable or ToolOutcomeUnknown.
        """
        asked = f"{arguments.kind} of {arguments.target}"
        # As bytes: a character outside ASCII is the shop's to refuse, not the client's to stumble over.
        headers = {b"Idempotency-Key": key.encode(), b"Content-Type": b"application/json"}
        try:
            response = await self._client.post("/actions", content=arguments.model_dump_json(), headers=headers)
            _require_done(asked, response)
            reference = _EXECUTED.validate_json(response.content).reference
        except NEVER_SENT as error:
            raise ToolUnavailable(
                f"The shop could not be reached for {asked}: {_cause(error)}. Nothing was done; try again."
            ) from error
        except (httpx.HTTPError, ValidationError) as error:
            raise ToolOutcomeUnknown(
                f"The shop's answer was lost for {asked}: {_cause(error)}. "
                "It may have been done: look it up by its key before a second try."
            ) from error
        return Receipt(reference=reference, replayed=response.headers.get("Idempotent-Replayed") == "true")

    async def receipt(self, key: str) -> Receipt | None:
        """What was done under this key, always as replayed, or None if nothing was. Raises ToolUnavailable."""
        executed = await self._read(f"the action under the key {key}", _path("actions", key), _EXECUTED)
        return None if executed is None else Receipt(reference=executed.reference, replayed=True)

    async def stands(self, arguments: ActionArguments) -> bool:
        """Whether the records show the action's effect, as `shown.py` reads them. Raises ToolUnavailable.

        For reset_access the receipt is the proof, not this: no record shows it.
        """
        match arguments:
            case Refund():
                return payment_shows(await self._payment(arguments.payment_id), arguments)
            case CancelOrder() | ChangeAddress():
                return order_shows(await self.order(arguments.order_id), arguments)
            case CancelSubscription() | ChangePlan():
                return subscription_shows(await self._subscription(arguments.subscription_id), arguments)
            case ChangeEmail() | CloseAccount() | ResetAccess():
                return account_shows(await self.account(arguments.customer_id), arguments)

    async def _payment(self, payment_id: str) -> Payment | None:
        return await self._read(f"payment {payment_id}", _path("payments", payment_id), _PAYMENT)

    async def _subscription(self, subscription_id: str) -> Subscription | None:
        path = _path("subscriptions", subscription_id)
        return await self._read(f"subscription {subscription_id}", path, _SUBSCRIPTION)

    async def _read(self, asked: str, path: str, shape: TypeAdapter[Answer], **query: str | int) -> Answer | None:
        try:
            response = await self._client.get(path, params=query)
            if _is_missing(response):
                return None
            response.raise_for_status()
            return shape.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise ToolUnavailable(
                f"The shop could not be asked for {asked}: {_cause(error)}. Nothing was changed; ask again."
            ) from error


def _is_missing(response: httpx.Response) -> bool:
    problem = _problem(response) if response.status_code == HTTPStatus.NOT_FOUND else None
    return problem is not None and problem.code == NO_SUCH_RECORD


def _require_done(asked: str, response: httpx.Response) -> None:
    if response.status_code in NOTHING_DONE:
        raise ToolUnavailable(
            f"The shop was out of order for {asked}: status {response.status_code}. Nothing was done; try again."
        )
    if response.is_client_error:
        problem = _problem(response)
        reason = problem.message if problem else f"status {response.status_code}. Compare it with the shop's API."
        raise ToolRefused(f"The shop refused {asked}: {reason}")
    response.raise_for_status()


def _problem(response: httpx.Response) -> _Problem | None:
    try:
        return _ProblemAnswer.model_validate_json(response.content).error
    except ValidationError:
        return None


def _cause(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    if isinstance(error, ValidationError):
        return "an answer of another shape"
    return type(error).__name__


def _path(*steps: str) -> str:
    """A path whose steps may hold slashes and colons, as keys do."""
    return "".join(f"/{quote(step, safe='')}" for step in steps)
