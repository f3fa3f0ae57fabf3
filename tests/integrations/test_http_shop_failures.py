from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
import pytest

from cases.action import CancelOrder, Refund
from cases.errors import ToolFailure, ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.money import Money
from demo.embedded.ports import LOOPBACK, free_ports
from demo.faults import FaultKind
from demo.shop.faults import FaultPath, ShopFault
from integrations.commerce.http_shop import HttpShop
from integrations.commerce.protocol import Commerce
from tests.integrations.hosted_server import answering, http_answer
from tests.waiting import eventually

KEY = "ticket:acme:demo:1001/refund:pay_1"
REFUND = Refund(payment_id="pay_1", amount=Money(amount=Decimal("50.00"), currency="EUR"))


@pytest.fixture
async def service(shop_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The service itself, as it begins."""
    async with httpx.AsyncClient(base_url=shop_address) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


@pytest.fixture
def shop(service: httpx.AsyncClient) -> Commerce:
    return HttpShop(service)


@pytest.fixture
async def hasty(shop_address: str) -> AsyncIterator[Commerce]:
    """The shop as one sees it who waits a fifth of a second."""
    async with httpx.AsyncClient(base_url=shop_address, timeout=httpx.Timeout(5, read=0.2)) as client:
        yield HttpShop(client)


async def tell(service: httpx.AsyncClient, fault: ShopFault) -> None:
    (await service.post("/faults", json=fault.model_dump(mode="json"))).raise_for_status()


async def times_done(service: httpx.AsyncClient) -> int:
    return len((await service.get("/effects")).json())


@asynccontextmanager
async def shop_answering(answer: bytes) -> AsyncGenerator[Commerce]:
    """A shop whose server answers every request with these bytes and hangs up."""
    async with answering(answer) as raw, httpx.AsyncClient(base_url=raw.address, timeout=5) as client:
        yield HttpShop(client)


async def test_without_a_connection_nothing_was_done() -> None:
    async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{free_ports(1)[0]}") as client:
        shop = HttpShop(client)
        with pytest.raises(ToolUnavailable, match=r"refund of pay_1.*ConnectError.*Nothing was done; try again"):
            await shop.execute(KEY, REFUND)
        with pytest.raises(ToolUnavailable, match=r"order W10001.*ask again"):
            await shop.order("W10001")


async def test_a_shop_out_of_order_did_nothing(service: httpx.AsyncClient, shop: Commerce) -> None:
    await tell(service, ShopFault(path=FaultPath.ACTIONS, kind=FaultKind.FAIL))
    with pytest.raises(ToolUnavailable, match="status 503"):
        await shop.execute(KEY, REFUND)
    assert await shop.receipt(KEY, REFUND) is None


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_server_leaves_the_outcome_unknown(
    service: httpx.AsyncClient, shop: Commerce, status: int
) -> None:
    await tell(service, ShopFault(path=FaultPath.ACTIONS, kind=FaultKind.FAIL, status=status))
    with pytest.raises(ToolOutcomeUnknown, match=f"status {status}.*look it up by its key before a second try"):
        await shop.execute(KEY, REFUND)


@pytest.mark.parametrize("kind", [FaultKind.LATE_ANSWER, FaultKind.DROP_ANSWER])
async def test_a_lost_answer_is_settled_by_its_key(
    service: httpx.AsyncClient, shop: Commerce, hasty: Commerce, kind: FaultKind
) -> None:
    await tell(service, ShopFault(path=FaultPath.ACTIONS, kind=kind, seconds=1))
    with pytest.raises(ToolOutcomeUnknown, match=r"answer was lost for refund of pay_1: \w+\. It may have been done"):
        await hasty.execute(KEY, REFUND)
    await eventually(lambda: times_done(service), "the refund to be made")
    settled = await shop.receipt(KEY, REFUND)
    assert settled is not None
    assert await shop.execute(KEY, REFUND) == settled
    assert await times_done(service) == 1


@pytest.mark.parametrize("kind", [FaultKind.SLOW, FaultKind.DROP_REQUEST])
async def test_a_request_without_an_answer_leaves_the_outcome_unknown(
    service: httpx.AsyncClient, shop: Commerce, hasty: Commerce, kind: FaultKind
) -> None:
    await tell(service, ShopFault(path=FaultPath.ACTIONS, kind=kind, seconds=1))
    # What the shop refuses: done late, it would reach into the next test.
    with pytest.raises(ToolOutcomeUnknown):
        await hasty.execute(KEY, CancelOrder(order_id="W99999"))
    assert await shop.receipt(KEY, REFUND) is None


@pytest.mark.parametrize(
    "fault",
    [
        ShopFault(path=FaultPath.READS, kind=FaultKind.FAIL, status=500),
        ShopFault(path=FaultPath.READS, kind=FaultKind.FAIL, status=503),
        ShopFault(path=FaultPath.READS, kind=FaultKind.SLOW, seconds=1),
        ShopFault(path=FaultPath.READS, kind=FaultKind.DROP_REQUEST),
        ShopFault(path=FaultPath.READS, kind=FaultKind.DROP_ANSWER),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
async def test_a_failed_read_may_be_asked_again(
    service: httpx.AsyncClient, shop: Commerce, hasty: Commerce, fault: ShopFault
) -> None:
    await tell(service, fault)
    with pytest.raises(ToolUnavailable, match="could not be asked for order W10001"):
        await hasty.order("W10001")
    assert await shop.order("W10001") is not None


async def test_an_action_is_asked_for_once_a_call(service: httpx.AsyncClient, shop: Commerce) -> None:
    await tell(service, ShopFault(path=FaultPath.ACTIONS, kind=FaultKind.FAIL, times=1))
    with pytest.raises(ToolUnavailable):
        await shop.execute(KEY, REFUND)
    assert not (await shop.execute(KEY, REFUND)).replayed


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http_answer("200 OK", b"not json"), ToolOutcomeUnknown),
        (http_answer("200 OK", b'{"reference": ""}'), ToolOutcomeUnknown),
        (http_answer("200 OK", b'{"reference": "act_1"}')[:-5], ToolOutcomeUnknown),
        (http_answer("302 Found", b"{}"), ToolOutcomeUnknown),
        (b"", ToolOutcomeUnknown),
        (b"no HTTP at all\r\n\r\n", ToolOutcomeUnknown),
        (http_answer("401 Unauthorized", b"{}"), ToolRefused),
        (http_answer("404 Not Found", b"{}"), ToolRefused),
        (http_answer("422 Unprocessable Content", b'{"detail": [{"msg": "x"}]}'), ToolRefused),
        (http_answer("408 Request Timeout", b"{}"), ToolUnavailable),
        (http_answer("429 Too Many Requests", b"{}"), ToolUnavailable),
    ],
)
async def test_each_strange_answer_to_an_action_has_one_meaning(answer: bytes, failure: type[ToolFailure]) -> None:
    async with shop_answering(answer) as shop:
        with pytest.raises(failure):
            await shop.execute(KEY, REFUND)


@pytest.mark.parametrize(
    "answer",
    [
        http_answer("200 OK", b'{"id": "W10001"}'),
        http_answer("401 Unauthorized", b"{}"),
        http_answer("404 Not Found", b'{"detail": "Not Found"}'),
        http_answer("422 Unprocessable Content", b"{}"),
        b"",
    ],
)
async def test_each_strange_answer_to_a_read_means_unavailable(answer: bytes) -> None:
    async with shop_answering(answer) as shop:
        with pytest.raises(ToolUnavailable):
            await shop.order("W10001")
        with pytest.raises(ToolUnavailable):
            await shop.receipt(KEY, REFUND)
