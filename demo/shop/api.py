"""What programs ask of the shop: JSON over HTTP."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status

from cases.action import ActionArguments
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from demo.faults import Fault, FaultPlan
from demo.shop import records
from demo.shop.database import Connection, Pool
from demo.shop.effects import Effect, effects
from demo.shop.executing import Executed, execute, executed_under
from demo.shop.faults import KEY_HEADER, ShopFault
from demo.shop.refusals import ProblemCode, Refusal, not_found
from demo.shop.seeding import begin_anew

REPLAYED_HEADER = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
MOST_RECORDS = 100

Found = TypeVar("Found", bound=Record)

router = APIRouter()


def pool_of(request: Request) -> Pool:
    """The connections of the service that was asked."""
    pool: Pool = request.app.state.pool
    return pool


def faults_of(request: Request) -> FaultPlan:
    """The faults of the service that was asked."""
    faults: FaultPlan = request.app.state.faults
    return faults


def seed_of(request: Request) -> Path:
    """The file with the first records of the service that was asked."""
    seed: Path = request.app.state.seed
    return seed


async def connection_of(pool: Annotated[Pool, Depends(pool_of)]) -> AsyncGenerator[Connection]:
    """A connection for one request, given back before the answer is sent."""
    async with pool.connection() as connection:
        yield connection


def key_of(key: Annotated[str | None, Header(alias=KEY_HEADER)] = None) -> str:
    """The key of an action. Raises Refusal where there is none."""
    if key is None or not KEY.fullmatch(key):
        message = f"Send the header {KEY_HEADER} with 1 to 255 visible ASCII characters, the same on every try."
        raise Refusal(ProblemCode.KEY_MISSING, message, KEY_HEADER, status=400)
    return key


InPool = Annotated[Pool, Depends(pool_of)]
InDatabase = Annotated[Connection, Depends(connection_of, scope="function")]
Faults = Annotated[FaultPlan, Depends(faults_of)]
Key = Annotated[str, Depends(key_of)]
Limit = Annotated[int, Query(ge=1, le=MOST_RECORDS)]


@router.get("/customers")
async def customers(email: str, connection: InDatabase) -> tuple[Account, ...]:
    """The account that signs in with an address, letter case aside: one or none."""
    found = await records.account_by_email(connection, email)
    return () if found is None else (found,)


@router.get("/customers/{customer_id}")
async def customer(customer_id: str, connection: InDatabase) -> Account:
    """An account."""
    return _found(await records.account(connection, customer_id), f"account {customer_id}")


@router.get("/customers/{customer_id}/orders")
async def orders_of(customer_id: str, connection: InDatabase, limit: Limit = MOST_RECORDS) -> tuple[Order, ...]:
    """A customer's orders, newest first."""
    return await records.orders_of(connection, customer_id, limit)


@router.get("/customers/{customer_id}/payments")
async def payments_of(customer_id: str, connection: InDatabase, limit: Limit = MOST_RECORDS) -> tuple[Payment, ...]:
    """A customer's payments, newest first."""
    return await records.payments_of(connection, customer_id, limit)


@router.get("/customers/{customer_id}/subscription")
async def subscription_of(customer_id: str, connection: InDatabase) -> Subscription:
    """A customer's subscription."""
    return _found(await records.subscription_of(connection, customer_id), f"subscription of {customer_id}")


@router.get("/orders/{order_id}")
async def order(order_id: str, connection: InDatabase) -> Order:
    """An order, letter case aside."""
    return _found(await records.order(connection, order_id), f"order {order_id}")


@router.get("/payments/{payment_id}")
async def payment(payment_id: str, connection: InDatabase) -> Payment:
    """A payment."""
    return _found(await records.payment(connection, payment_id), f"payment {payment_id}")


@router.get("/subscriptions/{subscription_id}")
async def subscription(subscription_id: str, connection: InDatabase) -> Subscription:
    """A subscription."""
    return _found(await records.subscription(connection, subscription_id), f"subscription {subscription_id}")


@router.post("/actions")
async def act(arguments: ActionArguments, key: Key, connection: InDatabase, response: Response) -> Executed:
    """Do an action once under its key."""
    answer = await execute(connection, key, arguments)
    if answer.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return answer.executed


@router.get("/actions/{key:path}")
async def executed(key: str, connection: InDatabase) -> Executed:
    """What was done under a key. Keys hold slashes and colons; percent-encode them whole."""
    return _found(await executed_under(connection, key), f"action under the key {key}")


@router.get("/effects")
async def all_effects(connection: InDatabase) -> tuple[Effect, ...]:
    """Everything that really happened, oldest first."""
    return await effects(connection)


@router.get("/health")
async def health(connection: InDatabase) -> None:
    """Whether the service and its database answer."""
    await connection.execute("SELECT 1")


@router.post("/reset", status_code=status.HTTP_204_NO_CONTENT)
async def reset(pool: InPool, faults: Faults, seed: Annotated[Path, Depends(seed_of)]) -> None:
    """Begin anew: the first records, no action done, no fault waiting."""
    faults.clear()
    await begin_anew(pool, seed)


@router.post("/faults", status_code=status.HTTP_201_CREATED)
async def add_fault(fault: ShopFault, faults: Faults) -> None:
    """Let a fault strike the next requests of its sort. Faults are forgotten when the shop ends."""
    faults.add(fault)


@router.get("/faults")
async def waiting_faults(faults: Faults) -> tuple[Fault, ...]:
    """The faults that have not struck yet."""
    return faults.waiting


@router.delete("/faults", status_code=status.HTTP_204_NO_CONTENT)
async def clear_faults(faults: Faults) -> None:
    """Let everything work again."""
    faults.clear()


def _found(record: Found | None, what: str) -> Found:
    if record is None:
        raise not_found(what)
    return record
