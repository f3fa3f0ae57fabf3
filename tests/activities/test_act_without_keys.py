"""Acting against a real shop without keys: sent once and never again, whatever happens to the answer."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.act import SHORTEST_WAIT
from cases.action import (
    ActionArguments,
    ActionResult,
    ActionStatus,
    CancelOrder,
    ChangeAddress,
    ChangeEmail,
    RefundOnCancel,
    ResetAccess,
)
from cases.facts import OrderStatus
from cases.reason import ReasonCode
from cases.work import ActRequest
from integrations.commerce.http_shop_without_keys import HttpShopWithoutKeys
from integrations.commerce.protocol import Commerce, Receipt
from ledger.actions import ActionLedger
from ledger.database import Database
from tests.activities.acting import MARGIN_SECONDS, act, acting, asked, eur, policy, refund, unkeyed

SERVER_SECONDS = 1.0
"""As the shop is told in `conftest.py`."""


@pytest.fixture
def shop(unkeyed_shop: httpx.AsyncClient) -> Commerce:
    return unkeyed(unkeyed_shop, SERVER_SECONDS, RefundOnCancel.THE_REST)


async def effects(service: httpx.AsyncClient) -> int:
    return len((await service.get("/effects")).json())


async def tell(service: httpx.AsyncClient, **fault: object) -> None:
    (await service.post("/faults", json={"path": "actions", **fault})).raise_for_status()


class ShopThatTakesNothing(HttpShopWithoutKeys):
    """It can be read, and no connection is made for what is to be done."""

    def __init__(self, service: httpx.AsyncClient, nowhere: Commerce) -> None:
        super().__init__(service, SERVER_SECONDS)
        self._nowhere = nowhere

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Ask where nobody listens."""
        return await self._nowhere.execute(key, arguments)


NEW_ADDRESS = ChangeAddress(order_id="W10001", address="Neuer Weg 5, 20095 Hamburg")


async def test_a_refund_bears_our_key_as_a_note_that_is_read_back(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("30.00"))
    result = await act(shop, database, request)
    assert result.status is ActionStatus.EXECUTED
    notes = [one["note"] for one in (await unkeyed_shop.get("/payments/pay_2/refunds")).json()]
    assert notes == [request.idempotency_key]


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop_answer"}, {"kind": "late_answer", "seconds": 1.0}, {"kind": "slow", "seconds": 0.9}],
    ids=lambda fault: fault["kind"],
)
async def test_a_refund_whose_answer_is_lost_is_found_by_its_note(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database, fault: dict[str, object]
) -> None:
    await tell(unkeyed_shop, **fault)
    result = await act(shop, database, await asked(shop, refund("30.00")), policy(settle_attempts=2))
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(unkeyed_shop) == 1


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop_request"}, {"kind": "fail", "status": 503}, {"kind": "fail", "status": 500}],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
async def test_a_refund_that_is_never_seen_is_not_sent_again_and_is_for_a_person(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database, fault: dict[str, object]
) -> None:
    request = await asked(shop, refund("30.00"))
    await tell(unkeyed_shop, **fault)
    begun = datetime.now(UTC)
    result = await act(shop, database, request, policy(settle_attempts=1))
    assert result.status is ActionStatus.UNKNOWN
    assert (datetime.now(UTC) - begun).total_seconds() > SERVER_SECONDS
    assert (await act(shop, database, request, policy(settle_attempts=1))).status is ActionStatus.UNKNOWN
    assert await effects(unkeyed_shop) == 0


async def test_a_refund_that_is_found_when_it_is_approved_again_was_done(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("30.00"))
    await tell(unkeyed_shop, kind="drop_request")
    assert (await act(shop, database, request, policy(settle_attempts=1))).status is ActionStatus.UNKNOWN
    await shop.execute(request.idempotency_key, request.action.arguments)
    again = await act(shop, database, request.model_copy(update={"decision": "review-2"}))
    assert again.status is ActionStatus.EXECUTED
    assert await effects(unkeyed_shop) == 1


async def test_a_worker_that_died_before_the_answer_leaves_a_refund_that_is_only_looked_up(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("30.00"))
    ledger = ActionLedger(database)
    await ledger.reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await ledger.begin_sending(request.idempotency_key, request.basis, datetime.now(UTC))
    result = await act(shop, database, request, policy(settle_attempts=1))
    assert result.status is ActionStatus.UNKNOWN
    assert await effects(unkeyed_shop) == 0


async def test_a_refund_that_certainly_was_not_sent_is_sent_again(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("30.00"))
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1", timeout=0.2) as nowhere:
        closed = ShopThatTakesNothing(unkeyed_shop, unkeyed(nowhere, SERVER_SECONDS))
        result = await act(closed, database, request, policy(settle_attempts=1))
    assert result.status is ActionStatus.NOT_DONE
    assert (await act(shop, database, request)).status is ActionStatus.EXECUTED
    assert await effects(unkeyed_shop) == 1


async def test_ten_tries_at_once_send_a_refund_once(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("2.00"))
    results = await asyncio.gather(*(act(shop, database, request) for _ in range(10)))
    assert {result.status for result in results} == {ActionStatus.EXECUTED}
    assert await effects(unkeyed_shop) == 1


async def test_the_time_in_which_it_is_looked_for_counts_from_the_first_sending(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, refund("30.00"))
    await tell(unkeyed_shop, kind="drop_request")
    begun = datetime.now(UTC)
    with pytest.raises(ApplicationError, match="may still be carried out until"):
        await first_try(shop, database, request, at=begun)
    just_before = begun + timedelta(seconds=SERVER_SECONDS + MARGIN_SECONDS) - timedelta(milliseconds=1)
    with pytest.raises(ApplicationError) as looking:
        await first_try(shop, database, request, at=just_before)
    assert looking.value.next_retry_delay == SHORTEST_WAIT
    result = await first_try(shop, database, request, at=just_before + timedelta(milliseconds=1))
    assert result.status is ActionStatus.UNKNOWN


async def first_try(shop: Commerce, database: Database, request: ActRequest, at: datetime) -> ActionResult:
    """One try of a worker that has just started, at a moment."""
    doing = acting(shop, database, policy(settle_attempts=1), lambda: at)
    return await ActivityEnvironment().run(doing.act, request)


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request", "late_answer"])
@pytest.mark.parametrize(
    "arguments", [NEW_ADDRESS, ChangeEmail(customer_id="cus_1", email="mia.new@example.com")], ids=lambda one: one.kind
)
async def test_what_the_state_shows_is_sent_again_until_it_shows_it(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database, kind: str, arguments: ActionArguments
) -> None:
    await tell(unkeyed_shop, kind=kind, seconds=0.7)
    result = await act(shop, database, await asked(shop, arguments))
    assert result.status is ActionStatus.EXECUTED
    assert await effects(unkeyed_shop) == 1


async def test_what_is_so_already_is_done(shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database) -> None:
    await shop.execute("by-hand", NEW_ADDRESS)
    result = await act(shop, database, await asked(shop, NEW_ADDRESS))
    assert result.status is ActionStatus.EXECUTED
    assert result.replayed
    assert await effects(unkeyed_shop) == 1


async def test_an_address_that_somebody_changes_after_ours_is_not_overwritten(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, NEW_ADDRESS)
    ledger = ActionLedger(database)
    await ledger.reserve_action(request, policy().document.value_limits, datetime.now(UTC))
    await ledger.begin_sending(request.idempotency_key, request.basis, datetime.now(UTC))
    await shop.execute(request.idempotency_key, NEW_ADDRESS)
    newer = ChangeAddress(order_id="W10001", address="Dritter Weg 7, 20095 Hamburg")
    await shop.execute("by-hand", newer)
    result = await act(shop, database, request)
    assert result.status is ActionStatus.UNKNOWN
    order = await shop.order("W10001")
    assert order is not None
    assert order.address == newer.address


async def test_a_lost_answer_to_what_nothing_shows_is_for_a_person(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    await tell(unkeyed_shop, kind="drop_answer")
    request = await asked(shop, ResetAccess(customer_id="cus_1"))
    assert (await act(shop, database, request, policy(settle_attempts=1))).status is ActionStatus.UNKNOWN
    assert (await act(shop, database, request, policy(settle_attempts=1))).status is ActionStatus.UNKNOWN
    assert await effects(unkeyed_shop) == 1


async def test_money_that_goes_back_with_a_cancellation_is_counted(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    request = await asked(shop, CancelOrder(order_id="W10001"), moves=eur("200.00"))
    refused = await act(shop, database, request, policy(customer_limit=150))
    assert refused.status is ActionStatus.REFUSED
    assert refused.reason is not None
    assert refused.reason.code is ReasonCode.VALUE_LIMIT_REACHED
    assert (await act(shop, database, request)).status is ActionStatus.EXECUTED
    order = await shop.order("W10001")
    assert order is not None
    assert order.status is OrderStatus.CANCELLED
    more = await act(shop, database, await asked(shop, refund("10.00"), case="1002"))
    assert more.status is ActionStatus.REFUSED
    assert await effects(unkeyed_shop) == 1


@pytest.mark.parametrize("shown", [None, "150.00"])
async def test_a_cancellation_that_moves_other_money_than_was_shown_is_not_done(
    shop: Commerce, unkeyed_shop: httpx.AsyncClient, database: Database, shown: str | None
) -> None:
    moves = eur(shown) if shown else None
    result = await act(shop, database, await asked(shop, CancelOrder(order_id="W10001"), moves=moves))
    assert result.status is ActionStatus.OUTDATED
    assert result.reason is not None
    assert "200.00 EUR" in result.reason.sentence
    assert await effects(unkeyed_shop) == 0


async def test_a_cancellation_that_moves_money_although_it_is_said_to_move_none_is_for_a_person(
    unkeyed_shop: httpx.AsyncClient, database: Database
) -> None:
    wrong = unkeyed(unkeyed_shop, SERVER_SECONDS, RefundOnCancel.NOTHING)
    result = await act(wrong, database, await asked(wrong, CancelOrder(order_id="W10001")))
    assert result.status is ActionStatus.UNKNOWN
    assert result.reason is not None
    assert "refunded 0.00 → 200.00 EUR" in result.reason.sentence
