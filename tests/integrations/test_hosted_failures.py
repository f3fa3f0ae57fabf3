"""What each failure of a provider, or of the way to it, means: the same for both vendors.

llmock gives the statuses, the waits it knows, and the hanging. A raw server gives what llmock cannot: a broken or cut
connection, a trickle, a redirect, a 429 without Retry-After, Retry-After as plain seconds or as a date.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from cases.errors import ModelFailure, ModelTimeout, PermanentFailure, TemporaryFailure
from demo.embedded.ports import LOOPBACK, free_ports
from integrations.models.answers import WrittenReply
from integrations.models.anthropic_client import AnthropicClient
from integrations.models.completion import CompletionRequest
from integrations.models.openai_client import OpenAIClient
from tests.integrations.hosted_server import HANG_UP, RESET, HostedServer, answering, http_answer

QUESTION = CompletionRequest(
    model="small-1",
    instructions="Answer the customer.",
    material="<ticket>Where is my order?</ticket>",
    output=WrittenReply,
    max_output_tokens=300,
    timeout_seconds=5,
)
HASTY = QUESTION.model_copy(update={"timeout_seconds": 0.5})

Connect = Callable[[str], OpenAIClient | AnthropicClient]

VENDORS: Mapping[str, Connect] = {
    "openai": lambda address: OpenAIClient("key", f"{address}/v1"),
    "anthropic": lambda address: AnthropicClient("key", f"{address}/anthropic"),
}


@pytest.fixture(scope="module", params=VENDORS)
def connect(request: pytest.FixtureRequest) -> Connect:
    """How to reach a vendor's API at an address."""
    return VENDORS[request.param]


@pytest.fixture(scope="module")
async def client(server: HostedServer, connect: Connect) -> AsyncIterator[OpenAIClient | AnthropicClient]:
    connected = connect(server.address)
    yield connected
    await connected.close()


async def failure_at(address: str, connect: Connect, asked: CompletionRequest[WrittenReply] = QUESTION) -> ModelFailure:
    client = connect(address)
    with pytest.raises(ModelFailure) as raised:
        await client.complete(asked)
    await client.close()
    return raised.value


async def failure_after(connect: Connect, *pieces: bytes) -> ModelFailure:
    """The failure that a raw server's answer becomes, after exactly one request."""
    async with answering(*pieces) as raw:
        failure = await failure_at(raw.address, connect)
    assert len(raw.requests) == 1
    return failure


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, PermanentFailure),
        (401, PermanentFailure),
        (402, PermanentFailure),
        (403, PermanentFailure),
        (404, PermanentFailure),
        (408, ModelTimeout),
        (409, TemporaryFailure),
        (413, PermanentFailure),
        (422, PermanentFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (502, TemporaryFailure),
        (503, TemporaryFailure),
        (504, TemporaryFailure),
        (529, TemporaryFailure),
    ],
)
async def test_each_status_is_one_failure_after_one_request(
    server: HostedServer, client: OpenAIClient | AnthropicClient, status: int, failure: type[ModelFailure]
) -> None:
    server.begin({"type": "fail", "status": status})
    with pytest.raises(failure, match="small-1"):
        await client.complete(QUESTION)
    assert [request.status for request in server.requests()] == [status]


@pytest.mark.parametrize("status", [429, 503, 529])
async def test_retry_after_in_milliseconds_is_how_long_to_wait(
    server: HostedServer, client: OpenAIClient | AnthropicClient, status: int
) -> None:
    server.begin({"type": "fail", "status": status, "retry_after": 2.5})
    with pytest.raises(TemporaryFailure) as raised:
        await client.complete(QUESTION)
    assert raised.value.retry_after_seconds == 2.5
    assert len(server.requests()) == 1


async def test_retry_after_in_seconds_is_how_long_to_wait(connect: Connect) -> None:
    failure = await failure_after(connect, http_answer("429 Too Many Requests", b"{}", "retry-after: 7"))
    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after_seconds == 7
    assert str(failure) == "small-1 takes no more calls now (429): ask again in 7 s."


async def test_retry_after_as_a_date_is_how_long_to_wait(connect: Connect) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    failure = await failure_after(connect, http_answer("503 Service Unavailable", b"{}", f"retry-after: {moment}"))
    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after_seconds == pytest.approx(60, abs=5)


async def test_a_429_without_retry_after_says_no_wait(connect: Connect) -> None:
    failure = await failure_after(connect, http_answer("429 Too Many Requests", b"{}"))
    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after_seconds is None
    assert str(failure) == "small-1 takes no more calls now (429): ask again later."


async def test_a_failure_told_in_html_counts_by_its_status(connect: Connect) -> None:
    failure = await failure_after(connect, http_answer("502 Bad Gateway", b"<html>A proxy speaks.</html>"))
    assert isinstance(failure, TemporaryFailure)
    assert str(failure) == "small-1 is out of order (502): ask again later, or ask another model."


async def test_a_hanging_server_is_given_up_after_the_time_of_the_request(
    server: HostedServer, client: OpenAIClient | AnthropicClient
) -> None:
    server.begin({"type": "delay", "seconds": 1.2})
    async with asyncio.timeout(1):
        with pytest.raises(ModelTimeout, match="small-1 did not answer in time"):
            await client.complete(HASTY)
    assert len(server.requests()) == 1


async def test_a_server_that_trickles_gets_no_more_time_than_one_that_hangs(connect: Connect) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"
    async with asyncio.timeout(1.5), answering(head, *[b" "] * 10, pause=0.2) as raw:
        assert isinstance(await failure_at(raw.address, connect, HASTY), ModelTimeout)
    assert len(raw.requests) == 1


@pytest.mark.parametrize(
    "ending",
    [RESET, HANG_UP, http_answer("200 OK", b'{"model": "small-1"}')[:-5], b"no HTTP\r\n\r\n"],
    ids=["reset", "hung up", "cut", "no HTTP"],
)
async def test_a_broken_connection_may_be_tried_again_later(connect: Connect, ending: bytes) -> None:
    failure = await failure_after(connect, ending)
    assert isinstance(failure, TemporaryFailure)
    assert str(failure).startswith("small-1's provider cannot be reached: ask again later")


async def test_a_refused_connection_may_be_tried_again_later(connect: Connect) -> None:
    failure = await failure_at(f"http://{LOOPBACK}:{free_ports(1)[0]}", connect)
    assert isinstance(failure, TemporaryFailure)
    assert "cannot be reached" in str(failure)


async def test_an_address_without_a_scheme_can_never_work(connect: Connect) -> None:
    failure = await failure_at("models.example.com", connect)
    assert isinstance(failure, PermanentFailure)
    assert "no valid address: correct `base_url`" in str(failure)


async def test_a_redirect_is_not_followed(connect: Connect) -> None:
    failure = await failure_after(connect, http_answer("307 Temporary Redirect", b"{}", "location: /elsewhere"))
    assert isinstance(failure, PermanentFailure)
    assert "has moved (307): correct `base_url`" in str(failure)
