"""What a worker says about itself over HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest

from cases.errors import LedgerUnavailable
from demo.embedded.ports import LOOPBACK, free_ports
from starter.health import Address, Readiness, serve_health


@asynccontextmanager
async def health_of(readiness: Readiness) -> AsyncGenerator[httpx.AsyncClient]:
    address = Address(host=LOOPBACK, port=free_ports(1)[0])
    async with serve_health(address, readiness), httpx.AsyncClient(base_url=f"http://{address}", timeout=30) as client:
        yield client


async def ledger_is_away() -> None:
    raise LedgerUnavailable("PostgreSQL does not answer.")


async def never() -> None:
    await asyncio.Event().wait()


async def test_it_lives_before_it_is_ready() -> None:
    async with health_of(Readiness("temporal")) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503


async def test_it_is_ready_when_every_part_is_there() -> None:
    readiness = Readiness("temporal", "models")
    async with health_of(readiness) as client:
        readiness.settle("temporal")
        assert (await client.get("/readyz")).json() == {
            "ready": False,
            "parts": {"temporal": "ok", "models": "not there yet"},
        }
        readiness.settle("models")
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["ready"] is True


async def test_a_part_that_is_away_says_why() -> None:
    readiness = Readiness("ledger")
    readiness.watch("ledger", ledger_is_away)
    async with health_of(readiness) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"] == {"ledger": "PostgreSQL does not answer."}


async def test_a_part_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starter.health.CHECK_SECONDS", 0.05)
    readiness = Readiness("temporal")
    readiness.watch("temporal", never)
    assert await readiness.report() == {"temporal": "no answer within 0 s"}


async def test_a_lost_part_stays_lost() -> None:
    readiness = Readiness("polling")
    readiness.settle("polling")
    readiness.lose("polling", "it stops")
    assert await readiness.report() == {"polling": "it stops"}


async def test_any_other_page_names_those_there_are() -> None:
    async with health_of(Readiness()) as client:
        answer = await client.get("/")
        assert answer.status_code == 404
        assert answer.json() == {"detail": "Ask for /healthz or /readyz."}


async def test_a_caller_that_speaks_no_http_does_no_harm() -> None:
    async with health_of(Readiness()) as client:
        url = client.base_url
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"\x00\xff")
        writer.close()
        await writer.wait_closed()
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize("text", ["", "8070", ":8070", "127.0.0.1:", "127.0.0.1:http"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write host:port, such as 127\.0\.0\.1:8070"):
        Address.parse(text)
