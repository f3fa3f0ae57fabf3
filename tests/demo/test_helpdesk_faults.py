import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from cases.ticket import Message, Ticket
from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from demo.faults import Fault, FaultKind
from tests.conftest import ServerDirectories
from tests.helpdesk_process import helpdesk_process
from tests.waiting import eventually

TICKET = Ticket(
    tenant="acme", source="web", id="T-1", messages=(Message(id="m1", text="Hello?", sent_at=datetime.now(UTC)),)
)
REPLIES = "/tickets/T-1/replies"
REPLY = {"text": "Hello!", "reference": "r1"}


@pytest.fixture(scope="module")
def address(database_url: str) -> Iterator[str]:
    with helpdesk_process(database_url) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a helpdesk with one ticket and no faults."""
    async with httpx.AsyncClient(base_url=address) as client:
        (await client.post("/reset")).raise_for_status()
        (await client.put("/tickets/T-1", json=TICKET.model_dump(mode="json"))).raise_for_status()
        yield client


async def order(helpdesk: httpx.AsyncClient, fault: Fault) -> None:
    (await helpdesk.post("/faults", json=fault.model_dump(mode="json"))).raise_for_status()


async def replies(helpdesk: httpx.AsyncClient) -> list[str]:
    answer = await helpdesk.get("/tickets/T-1/messages", params={"reference": "r1"})
    return [message["text"] for message in answer.raise_for_status().json()]


async def test_a_slow_request_is_carried_out_late(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.SLOW, seconds=0.3))
    started = time.monotonic()
    assert (await helpdesk.post(REPLIES, json=REPLY)).status_code == 201
    assert time.monotonic() - started >= 0.3


async def test_a_slow_request_is_carried_out_though_the_caller_hung_up(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.SLOW, seconds=0.3))
    with pytest.raises(httpx.ReadTimeout):
        await helpdesk.post(REPLIES, json=REPLY, timeout=0.1)
    assert await replies(helpdesk) == []
    assert len(await eventually(lambda: replies(helpdesk), "the reply to stand there")) == 1


async def test_a_failed_request_changes_nothing(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.FAIL, status=502))
    assert (await helpdesk.post(REPLIES, json=REPLY)).status_code == 502
    assert await replies(helpdesk) == []


async def test_a_late_answer_comes_after_the_work_is_done(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.LATE_ANSWER, seconds=1))
    with pytest.raises(httpx.ReadTimeout):
        await helpdesk.post(REPLIES, json=REPLY, timeout=0.5)
    assert await replies(helpdesk) == ["Hello!"]


async def test_a_dropped_answer_leaves_the_work_done_and_no_byte_behind(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.DROP_ANSWER))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await helpdesk.post(REPLIES, json=REPLY)
    assert await replies(helpdesk) == ["Hello!"]


async def test_a_dropped_request_leaves_nothing_done(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.DROP_REQUEST))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await helpdesk.post(REPLIES, json=REPLY)
    assert await replies(helpdesk) == []


@pytest.mark.parametrize("kind", [FaultKind.LATE_ANSWER, FaultKind.DROP_ANSWER])
async def test_a_lost_answer_waits_for_a_write(helpdesk: httpx.AsyncClient, kind: FaultKind) -> None:
    await order(helpdesk, Fault(kind=kind))
    assert await replies(helpdesk) == []
    assert len((await helpdesk.get("/faults")).json()) == 1


async def test_a_fault_strikes_as_often_as_it_was_told_to(helpdesk: httpx.AsyncClient) -> None:
    await order(helpdesk, Fault(kind=FaultKind.FAIL, times=7))
    answers = await asyncio.gather(*(helpdesk.get("/tickets") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 13 + [503] * 7
    assert (await helpdesk.get("/faults")).json() == []


async def test_faults_strike_in_the_order_they_were_told(helpdesk: httpx.AsyncClient) -> None:
    for status in (500, 504):
        await order(helpdesk, Fault(kind=FaultKind.FAIL, status=status))
    assert [(await helpdesk.get("/tickets")).status_code for _ in range(3)] == [500, 504, 200]


@pytest.mark.parametrize("path", ["/health", "/", "/tickets/T-1/page"])
async def test_health_and_pages_are_spared(helpdesk: httpx.AsyncClient, path: str) -> None:
    await order(helpdesk, Fault(kind=FaultKind.FAIL))
    assert (await helpdesk.get(path)).status_code == 200


async def test_a_misspelt_fault_is_refused(helpdesk: httpx.AsyncClient) -> None:
    answer = await helpdesk.post("/faults", json={"kind": "slwo"})
    assert answer.status_code == 422
    assert "body.kind" in answer.json()["detail"]


async def test_a_stopped_database_is_said_to_be_away_and_its_return_is_noticed(
    server_directory: ServerDirectories,
) -> None:
    database = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    database.start()
    try:
        with helpdesk_process(database.url()) as address:
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                database.stop()
                away = await client.get("/tickets")
                assert (away.status_code, away.headers["retry-after"]) == (503, "1")
                database.start()

                async def is_back() -> bool:
                    return (await client.get("/tickets")).status_code == 200

                await eventually(is_back, "the database to be noticed")
    finally:
        database.stop()
