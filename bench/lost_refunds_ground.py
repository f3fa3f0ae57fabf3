"""Where answers get lost: a real shop without keys, a real ledger, and workers that die at their worst moments."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx
from pydantic import TypeAdapter

from bench.lost_refunds_plan import OUR_SECONDS, SERVER_SECONDS, Death, LostPlan, Trouble, plan_lost
from bench.shop_buyers import PAID, Buyer, add_buyers
from cases.action import (
    ActionArguments,
    ActionKind,
    ActionResult,
    ActionStatus,
    CancelOrder,
    ChangeAddress,
    Refund,
    RefundOnCancel,
)
from cases.errors import ToolFailure
from cases.facts import Order, Payment
from cases.money import Money
from cases.work import ActRequest
from demo.shop.effects import Effect
from integrations.commerce.http_shop_without_keys import HttpShopWithoutKeys
from integrations.commerce.protocol import Commerce, Receipt
from ledger.database import Database
from ledger.migrate import migrate
from tests.activities.acting import acting, asked, policy, settled
from tests.shop_process import shop_process

NEW_ADDRESS = "New Street 2, 10115 Berlin"
EFFECTS = TypeAdapter(tuple[Effect, ...])
LIMIT = 10_000_000
DIES_AFTER_SECONDS = 0.1

FAULTS: dict[Trouble, dict[str, object]] = {
    Trouble.LOST_REQUEST: {"kind": "drop_request"},
    Trouble.LOST_ANSWER: {"kind": "drop_answer"},
    Trouble.LATE_ANSWER: {"kind": "late_answer", "seconds": SERVER_SECONDS},
    Trouble.ILL: {"kind": "fail", "status": 500},
    Trouble.AWAY: {"kind": "fail", "status": 503},
}


class LostEvidence(NamedTuple):
    """A run as it went."""

    plan: LostPlan
    results: tuple[ActionResult, ...]
    """What each worker told of each approval."""
    effects: tuple[Effect, ...]
    payment: Payment
    order: Order


class WorkerDied(BaseException):
    """The end of a worker, wherever it stood."""


class MortalShop(HttpShopWithoutKeys):
    """The shop as workers see it that die at appointed places of their tries, and hang up soon on what they send."""

    def __init__(self, service: httpx.AsyncClient, hasty: httpx.AsyncClient, deaths: list[Death]) -> None:
        super().__init__(service, SERVER_SECONDS, RefundOnCancel.THE_REST)
        self._hasty = HttpShopWithoutKeys(hasty, SERVER_SECONDS)
        self._deaths = deaths

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do it, unless the worker dies."""
        death = self._deaths.pop(0) if self._deaths else Death.NOWHERE
        if death is Death.BEFORE:
            raise WorkerDied
        if death is Death.DURING:
            with contextlib.suppress(TimeoutError, ToolFailure):
                async with asyncio.timeout(DIES_AFTER_SECONDS):
                    await self._hasty.execute(key, arguments)
            raise WorkerDied
        receipt = await self._hasty.execute(key, arguments)
        if death is Death.AFTER:
            raise WorkerDied
        return receipt


class LostGround:
    """All that runs need; a run is played by its seed, and has a buyer of its own."""

    def __init__(
        self, service: httpx.AsyncClient, client: httpx.AsyncClient, database: Database, shop: type[MortalShop]
    ) -> None:
        self._service = service
        self._client = client
        self._database = database
        self._shop = shop

    async def play(self, seed: int) -> LostEvidence:
        """Play the run of a seed until nothing more can happen."""
        plan, buyer = plan_lost(seed), Buyer(seed)
        for trouble in plan.troubles:
            await self._prepare(trouble, plan)
        calm = self._shop(self._service, self._client, [])
        arguments = _arguments(plan.kind, buyer)
        moves = Money(amount=PAID, currency="EUR") if plan.kind is ActionKind.CANCEL_ORDER else None
        request = await asked(calm, arguments, case=str(seed), customer_id=buyer.customer, moves=moves)
        deaths = list(plan.deaths)
        results: list[ActionResult] = []
        for number in range(1, plan.approvals + 1):
            approved = request.model_copy(update={"decision": f"review-{number}"})
            answers = await self._approved(approved, deaths, plan.workers_at_once)
            results.extend(answers)
            if all(answer.status is not ActionStatus.UNKNOWN for answer in answers):
                break
        await asyncio.sleep(SERVER_SECONDS)
        return await self._seen(plan, buyer, tuple(results))

    async def _prepare(self, trouble: Trouble, plan: LostPlan) -> None:
        if trouble is Trouble.NONE:
            return
        fault = FAULTS.get(trouble) or {"kind": "slow", "seconds": plan.late_by}
        body = {"path": "actions", "key_contains": f":{plan.seed}/", **fault}
        (await self._service.post("/faults", json=body)).raise_for_status()

    async def _approved(self, request: ActRequest, deaths: list[Death], workers: int) -> list[ActionResult]:
        """One activity: tried by new workers as long as they die, by some at once at first."""
        return await asyncio.gather(*(self._alive(request, deaths) for _ in range(workers)))

    async def _alive(self, request: ActRequest, deaths: list[Death]) -> ActionResult:
        while True:
            worker: Commerce = self._shop(self._service, self._client, deaths)
            with contextlib.suppress(WorkerDied):
                return await settled(acting(worker, self._database, policy(2, customer_limit=LIMIT)), request)

    async def _seen(self, plan: LostPlan, buyer: Buyer, results: tuple[ActionResult, ...]) -> LostEvidence:
        effects = await self._service.get("/effects", params={"target": [buyer.payment, buyer.order]})
        payment = await self._service.get(f"/payments/{buyer.payment}")
        order = await self._service.get(f"/orders/{buyer.order}")
        return LostEvidence(
            plan=plan,
            results=results,
            effects=EFFECTS.validate_json(effects.raise_for_status().content),
            payment=Payment.model_validate_json(payment.content),
            order=Order.model_validate_json(order.content),
        )


def _arguments(kind: ActionKind, buyer: Buyer) -> ActionArguments:
    match kind:
        case ActionKind.CHANGE_ADDRESS:
            return ChangeAddress(order_id=buyer.order, address=NEW_ADDRESS)
        case ActionKind.CANCEL_ORDER:
            return CancelOrder(order_id=buyer.order)
        case _:
            return Refund(payment_id=buyer.payment, amount=Money(amount=PAID / 4, currency="EUR"))


@asynccontextmanager
async def lost_ground(
    database_url: str, seeds: Sequence[int], shop: type[MortalShop] = MortalShop
) -> AsyncGenerator[LostGround]:
    """A shop without keys with a buyer for each seed, and an empty ledger."""
    migrate(database_url)
    options = ("--without-keys", "--refunds-on-cancel", "--request-seconds", str(SERVER_SECONDS))
    async with AsyncExitStack() as opened:
        directory = Path(opened.enter_context(TemporaryDirectory(prefix="signalbox-shop-")))
        running = opened.enter_context(shop_process(database_url, directory / "seed.yaml", options=options))
        service = await opened.enter_async_context(httpx.AsyncClient(base_url=running.address, timeout=30))
        (await service.post("/reset")).raise_for_status()
        add_buyers(database_url, [Buyer(seed) for seed in seeds])
        client = await opened.enter_async_context(
            httpx.AsyncClient(base_url=running.address, timeout=httpx.Timeout(30, read=OUR_SECONDS))
        )
        database = Database.at(database_url, connections=10)
        opened.push_async_callback(database.close)
        yield LostGround(service, client, database, shop)
