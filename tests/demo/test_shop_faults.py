import asyncio
import time

import httpx
import pytest

from tests.waiting import eventually

KEY = "ticket:acme:demo:1001/cancel_order:W10001"
CANCEL = {"kind": "cancel_order", "order_id": "W10001"}


async def tell(shop: httpx.AsyncClient, **fault: object) -> None:
    (await shop.post("/faults", json=fault)).raise_for_status()


async def act(shop: httpx.AsyncClient, key: str = KEY, timeout: float = 5.0) -> httpx.Response:  # noqa: ASYNC109
    return await shop.post("/actions", json=CANCEL, headers={"Idempotency-Key": key}, timeout=timeout)


async def times_done(shop: httpx.AsyncClient) -> int:
    return len((await shop.get("/effects")).json())


async def until_done(shop: httpx.AsyncClient) -> None:
    await eventually(lambda: times_done(shop), "the action to be done")


async def test_a_slow_action_is_done_late(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="slow", seconds=0.3)
    begun = time.monotonic()
    assert (await act(shop)).status_code == 200
    assert time.monotonic() - begun >= 0.3


async def test_a_slow_action_is_done_even_if_the_caller_hung_up(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="slow", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        await act(shop, timeout=0.1)
    assert await times_done(shop) == 0
    await until_done(shop)
    assert (await act(shop)).headers["Idempotent-Replayed"] == "true"


async def test_a_failure_is_said_before_anything_is_done(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="fail")
    assert (await act(shop)).status_code == 503
    assert await times_done(shop) == 0
    assert (await act(shop)).status_code == 200


async def test_a_late_answer_comes_after_the_work(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="late_answer", seconds=1)
    with pytest.raises(httpx.ReadTimeout):
        await act(shop, timeout=0.2)
    await until_done(shop)
    assert (await act(shop)).headers["Idempotent-Replayed"] == "true"
    assert await times_done(shop) == 1


async def test_a_dropped_answer_leaves_the_work_done(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="drop_answer")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await act(shop)
    assert await times_done(shop) == 1
    assert (await act(shop)).headers["Idempotent-Replayed"] == "true"


async def test_a_dropped_request_leaves_nothing_done(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="drop_request")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await act(shop)
    assert await times_done(shop) == 0
    assert (await act(shop)).headers.get("Idempotent-Replayed") is None


async def test_a_fault_strikes_as_often_as_it_was_told_and_no_request_twice(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="fail", times=7)
    answers = await asyncio.gather(*(act(shop) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 13 + [503] * 7
    assert await times_done(shop) == 1


@pytest.mark.parametrize(("path", "acting", "reading"), [("actions", 503, 200), ("reads", 200, 503), ("all", 503, 503)])
async def test_a_fault_strikes_requests_of_its_sort(
    shop: httpx.AsyncClient, path: str, acting: int, reading: int
) -> None:
    await tell(shop, path=path, kind="fail", times=2)
    assert ((await shop.get("/orders/W10001")).status_code, (await act(shop)).status_code) == (reading, acting)


async def test_a_look_up_by_key_is_a_read(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="reads", kind="fail")
    assert (await shop.get("/actions/any")).status_code == 503


async def test_a_fault_can_wait_for_one_key(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="actions", kind="fail", key_contains="demo:1001/")
    assert (await act(shop, key="ticket:acme:demo:1002/cancel_order:W10001")).status_code == 200
    assert (await act(shop, key=KEY)).status_code == 503


async def test_a_fault_can_wait_for_reads_of_one_thing(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="reads", kind="fail", key_contains="W10002")
    assert (await shop.get("/orders/W10001")).status_code == 200
    assert (await shop.get("/orders/W10002")).status_code == 503


async def test_health_effects_and_the_faults_themselves_always_work(shop: httpx.AsyncClient) -> None:
    await tell(shop, path="all", kind="fail", times=100)
    assert (await shop.get("/health")).status_code == 200
    assert (await shop.get("/effects")).status_code == 200
    assert (await shop.delete("/faults")).status_code == 204
    assert (await act(shop)).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "fail"},
        {"path": "actions", "kind": "explode"},
        {"path": "actions", "kind": "slow"},
        {"path": "actions", "kind": "late_answer", "seconds": 0},
        {"path": "actions", "kind": "fail", "times": 0},
        {"path": "actions", "kind": "fail", "key": "misspelt"},
    ],
)
async def test_a_fault_that_means_nothing_is_refused(shop: httpx.AsyncClient, fault: dict[str, object]) -> None:
    assert (await shop.post("/faults", json=fault)).status_code == 422
