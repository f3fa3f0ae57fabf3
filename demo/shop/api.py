"""What programs ask of the shop: JSON over HTTP."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, status

from cases.facts import Account, Order, Payment, Subscription
from cases.record import Record
from demo.faults import Fault, FaultKind, FaultPlan
from demo.shop import records
from demo.shop.database import Connection, Pool
from demo.shop.effects import Effect, effects
from demo.shop.faults import ShopFault
from demo.shop.profile import ShopProfile
from demo.shop.refusals import ProblemCode, Refusal, not_found
from demo.shop.seeding import begin_anew

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


def profile_of(request: Request) -> ShopProfile:
    """What kind of shop was asked."""
    profile: ShopProfile = request.app.state.profile
    return profile


InPool = Annotated[Pool, Depends(pool_of)]
InDatabase = Annotated[Connection, Depends(connection_of, scope="function")]
Faults = Annotated[FaultPlan, Depends(faults_of)]
Profile = Annotated[ShopProfile, Depends(profile_of)]
Limit = Annotated[int, Query(ge=1, le=MOST_RECORDS)]


@router.get("/customers")
async def customers(email: str, connection: InDatabase) -> tuple[Account, ...]:
    """The account that signs in with an address, letter case aside: one or none."""
    account = await records.account_by_email(connection, email)
    return () if account is None else (account,)


@router.get("/customers/{customer_id}")
async def customer(customer_id: str, connection: InDatabase) -> Account:
    """An account."""
    return found(await records.account(connection, customer_id), f"account {customer_id}")


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
    return found(await records.subscription_of(connection, customer_id), f"subscription of {customer_id}")


@router.get("/orders/{order_id}")
async def order(order_id: str, connection: InDatabase) -> Order:
    """An order, letter case aside."""
    return found(await records.order(connection, order_id), f"order {order_id}")


@router.get("/payments/{payment_id}")
async def payment(payment_id: str, connection: InDatabase) -> Payment:
    """A payment."""
    return found(await records.payment(connection, payment_id), f"payment {payment_id}")


@router.get("/subscriptions/{subscription_id}")
async def subscription(subscription_id: str, connection: InDatabase) -> Subscription:
    """A subscription."""
    return found(await records.subscription(connection, subscription_id), f"subscription {subscription_id}")


@router.get("/effects")
async def all_effects(
    connection: InDatabase, target: Annotated[list[str] | None, Query()] = None
) -> tuple[Effect, ...]:
    """Everything that really happened, oldest first; with `target` (any number of them) only what happened to those."""
    return await effects(connection, target)


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
async def add_fault(fault: ShopFault, faults: Faults, profile: Profile) -> None:
    """Let a fault strike the next requests of its sort. Faults are forgotten when the shop ends."""
    if fault.kind is FaultKind.SLOW and fault.seconds > profile.request_seconds:
        message = f"This shop gives a request up after {profile.request_seconds:g} s and does not carry it out later."
        raise Refusal(ProblemCode.INVALID_REQUEST, message, "seconds")
    faults.add(fault)


@router.get("/faults")
async def waiting_faults(faults: Faults) -> tuple[Fault, ...]:
    """The faults that have not struck yet."""
    return faults.waiting


@router.delete("/faults", status_code=status.HTTP_204_NO_CONTENT)
async def clear_faults(faults: Faults) -> None:
    """Let everything work again."""
    faults.clear()


def found(record: Found | None, what: str) -> Found:
    """A record that was asked for. Raises Refusal where there is none."""
    if record is None:
        raise not_found(what)
    return record
