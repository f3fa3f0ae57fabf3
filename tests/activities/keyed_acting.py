"""What tests of acting in a shop with keys share."""

from datetime import UTC, datetime

import httpx

from cases.action import (
    ActionArguments,
    ActionResult,
)
from cases.policy.document import Policy
from cases.reservation import Reserved
from cases.work import ActRequest
from ledger.actions import ActionLedger
from ledger.database import Database
from tests.activities import acting
from tests.activities.acting import asked, keyed, policy, refund


async def act(
    shop: httpx.AsyncClient, database: Database, request: ActRequest, rules: Policy | None = None
) -> ActionResult:
    return await acting.act(keyed(shop), database, request, rules)


async def a_refund(
    shop: httpx.AsyncClient, amount: str = "30.00", payment: str = "pay_2", case: str = "1001", by: str = "m1"
) -> ActRequest:
    return await asked(keyed(shop), refund(amount, payment), case=case, by=by)


async def sent_by_a_worker_that_died(
    shop: httpx.AsyncClient, database: Database, request: ActRequest, at: datetime | None = None
) -> None:
    """Reserve an action and write down that it is sent, and no more."""
    ledger, now = ActionLedger(database), at or datetime.now(UTC)
    assert isinstance(await ledger.reserve_action(request, policy().document.value_limits, now), Reserved)
    await ledger.begin_sending(request.idempotency_key, await keyed(shop).target_records(request.action.arguments), now)


async def refunded(shop: httpx.AsyncClient, payment: str = "pay_2") -> str:
    return (await shop.get(f"/payments/{payment}")).json()["refunded"]["amount"]


async def by_hand(shop: httpx.AsyncClient, arguments: ActionArguments, key: str = "by-hand") -> None:
    """Somebody does it in the shop itself."""
    await keyed(shop).execute(key, arguments)


async def effects(shop: httpx.AsyncClient) -> int:
    return len((await shop.get("/effects")).json())


async def tell(shop: httpx.AsyncClient, **fault: object) -> None:
    (await shop.post("/faults", json={"path": "actions", **fault})).raise_for_status()
