"""Acting against a real shop and a real ledger: requests as a case makes them, and tries as the engine makes them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import httpx
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.act import Acting
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.action import ActionArguments, ActionResult, ProposedAction, Refund, RefundOnCancel, ValueLimit
from cases.money import Money
from cases.policy.document import Policy
from cases.policy.rulebook import ToolTimes, ValueLimits
from cases.work import ActRequest
from integrations.commerce.http_shop import HttpShop
from integrations.commerce.http_shop_without_keys import HttpShopWithoutKeys
from integrations.commerce.protocol import Commerce
from ledger.actions import ActionLedger
from ledger.database import Database
from ledger.policies import PolicyLedger
from ledger.switches import SwitchLedger
from routing.proposals import action_id, summary
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

MARGIN_SECONDS = 0.3
"""Our clock is the shop's."""

MOST_TRIES = 60


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@cache
def _shipped() -> Policy:
    return read_policy(DEFAULT_POLICY)


@cache
def policy(settle_attempts: int = 4, customer_limit: int = 200) -> Policy:
    """The local policy with quick patience."""
    kept = _shipped()
    limit = ValueLimit(amounts={"EUR": Decimal(customer_limit)}, window_seconds=86_400)
    document = kept.document.model_copy(
        update={
            "tool_times": ToolTimes(settle_attempts=settle_attempts),
            "value_limits": ValueLimits(per_customer=limit, per_tenant=limit, leads_may_exceed=True),
        }
    )
    return Policy(version=kept.version, document=document)


async def asked(
    shop: Commerce,
    arguments: ActionArguments,
    *,
    case: str = "1001",
    by: str = "m1",
    customer_id: str | None = "cus_1",
    moves: Money | None = None,
    version: str = "",
) -> ActRequest:
    """A request that rests on the records as they read now."""
    return ActRequest(
        case_id=f"ticket:acme:demo:{case}",
        tenant="acme",
        customer_id=customer_id,
        policy_version=version or policy().version,
        action=ProposedAction(
            id=action_id(arguments, by),
            request=by,
            intent="refund_request",
            arguments=arguments,
            moves=moves,
            summary=summary(arguments),
            reversible=False,
        ),
        basis=await shop.target_records(arguments),
    )


def refund(amount: str, payment: str = "pay_2") -> Refund:
    return Refund(payment_id=payment, amount=eur(amount))


def keyed(client: httpx.AsyncClient, on_cancel: RefundOnCancel = RefundOnCancel.NOTHING) -> HttpShop:
    return HttpShop(client, on_cancel)


def unkeyed(
    client: httpx.AsyncClient, server_seconds: float, on_cancel: RefundOnCancel = RefundOnCancel.NOTHING
) -> HttpShopWithoutKeys:
    return HttpShopWithoutKeys(client, server_seconds, on_cancel)


def acting(
    shop: Commerce,
    database: Database,
    rules: Policy | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Acting:
    shelf = PolicyShelf(rules or policy(), PolicyLedger(database))
    switchboard = Switchboard(SwitchLedger(database))
    return Acting(shop, ActionLedger(database), shelf, switchboard, clock, MARGIN_SECONDS)


async def settled(doing: Acting, request: ActRequest) -> ActionResult:
    """Try as the engine does: again and again, as soon as each failed try asks for, until there is a result."""
    for _ in range(MOST_TRIES):
        try:
            return await ActivityEnvironment().run(doing.act, request)
        except ApplicationError as failure:
            assert failure.type == "ActionUnderWay"
            assert failure.next_retry_delay is not None
            await asyncio.sleep(failure.next_retry_delay.total_seconds())
    raise AssertionError(f"{request.idempotency_key} was tried {MOST_TRIES} times and is not settled")


async def act(shop: Commerce, database: Database, request: ActRequest, rules: Policy | None = None) -> ActionResult:
    """Do an action, as one worker that has just started."""
    return await settled(acting(shop, database, rules), request)
