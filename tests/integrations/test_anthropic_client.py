"""What goes out to Anthropic's Messages, and what each of their answers means.

Most of them llmock gives. A raw server gives what llmock cannot: a body that is no message, a spend limit's code,
tokens of the cache, no stop reason, an answer in several blocks.
"""

import base64
import json
from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from cases.errors import ContentFailure, ModelFailure, PermanentFailure
from cases.ladder import Usage
from integrations.models.answers import WrittenReply
from integrations.models.anthropic_client import AnthropicClient
from integrations.models.completion import CompletionClient, CompletionRequest, Picture
from tests.integrations.hosted_server import (
    Behaviour,
    HostedServer,
    answering,
    http_answer,
)

GOOD = '{"reply": "It is on its way.", "claims": [], "action": null}'
QUESTION = CompletionRequest(
    model="claude-small",
    instructions="Answer the customer.",
    material="<ticket>Where is my order?</ticket>",
    output=WrittenReply,
    max_output_tokens=300,
    timeout_seconds=5,
)


@pytest.fixture(scope="module")
async def client(server: HostedServer) -> AsyncIterator[CompletionClient]:
    anthropic = AnthropicClient("key", server.anthropic_url)
    yield anthropic
    await anthropic.close()


async def failure_after(answer: bytes) -> ModelFailure:
    """The failure that a raw server's answer becomes, after exactly one request."""
    async with answering(answer) as raw:
        client = AnthropicClient("key", raw.address)
        with pytest.raises(ModelFailure) as raised:
            await client.complete(QUESTION)
        await client.close()
        assert len(raw.requests) == 1
    return raised.value


def message(content: list[dict[str, JsonValue]], stop_reason: str | None) -> bytes:
    usage = {"input_tokens": 20, "cache_read_input_tokens": 64, "cache_creation_input_tokens": 6, "output_tokens": 7}
    answer = {"id": "m", "type": "message", "role": "assistant", "model": "claude-small-1", "content": content}
    return http_answer("200 OK", json.dumps({**answer, "stop_reason": stop_reason, "usage": usage}).encode())


async def test_a_good_answer_is_what_was_asked_for_after_one_request(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    completion = await client.complete(QUESTION)
    assert completion.output == WrittenReply(reply="It is on its way.", claims=[], action=None)
    assert completion.usage.input_tokens > 0
    assert completion.usage.output_tokens > 0
    assert (completion.reported_model, completion.finish_reason) == ("claude-small", "end_turn")
    assert [request.path for request in server.requests()] == ["/anthropic/v1/messages"]


async def test_what_goes_out_is_the_instructions_the_material_and_a_closed_schema(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    await client.complete(QUESTION)
    body = server.requests()[0].body or {}
    assert body["system"] == QUESTION.instructions
    assert body["messages"] == [{"role": "user", "content": [{"type": "text", "text": QUESTION.material}]}]
    assert body["max_tokens"] == QUESTION.max_output_tokens
    match body["output_config"]:
        case {"format": {"type": "json_schema", "schema": dict(schema)}}:
            assert schema["additionalProperties"] is False
            assert schema["required"] == ["reply", "claims", "action"]
        case other:
            raise AssertionError(other)


async def test_what_goes_out_explains_nothing_that_no_prompt_says(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    await client.complete(QUESTION)
    (request,) = server.requests()
    assert "reply" in json.dumps(request.body)
    # Their own package writes there the limits that a strict schema does not take, such as {minLength: 1}.
    assert '"description": "' not in json.dumps(request.body).replace('"description": "{', "")


async def test_a_picture_goes_out_before_the_material(server: HostedServer, client: CompletionClient) -> None:
    server.begin({"type": "reply", "text": GOOD})
    picture = Picture(media_type="image/png", content=b"\x89PNG")
    await client.complete(QUESTION.model_copy(update={"pictures": (picture,)}))
    data = base64.b64encode(picture.content).decode()
    source = {"type": "base64", "media_type": "image/png", "data": data}
    content = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION.material}]
    assert (server.requests()[0].body or {})["messages"] == [{"role": "user", "content": content}]


async def test_a_picture_no_model_sees_is_not_sent(server: HostedServer, client: CompletionClient) -> None:
    server.begin()
    picture = Picture(media_type="image/tiff", content=b"II")
    with pytest.raises(PermanentFailure, match="claude-small sees no image/tiff: send it JPEG"):
        await client.complete(QUESTION.model_copy(update={"pictures": (picture,)}))
    assert server.requests() == []


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        ({"type": "fail", "status": 429, "code": "billing_error"}, "no money left for claude-small: top it up"),
        (
            {"type": "fail", "status": 400, "message": "prompt is too long: 9 tokens > 8 maximum"},
            "question is too long",
        ),
    ],
)
async def test_a_code_says_more_than_its_status(
    server: HostedServer, client: CompletionClient, behaviour: Behaviour, sentence: str
) -> None:
    server.begin(behaviour)
    with pytest.raises(PermanentFailure, match=sentence):
        await client.complete(QUESTION)
    assert len(server.requests()) == 1


async def test_a_spend_limit_that_comes_as_429_is_no_matter_of_patience() -> None:
    error = {"type": "rate_limit_error", "message": "x", "details": {"error_code": "enforced_spend_limit_reached"}}
    body = json.dumps({"type": "error", "error": error}).encode()
    failure = await failure_after(http_answer("429 Too Many Requests", body, "retry-after: 9"))
    assert isinstance(failure, PermanentFailure)


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"text": ""}, "claude-small answered with nothing"),
        ({"text": "It is on its way."}, "answered in prose, not in JSON"),
        ({"text": GOOD[:-20]}, "JSON is broken or ends too early"),
        (
            {"text": '{"reply": "Yes.", "claims": "none", "action": null}'},
            r"another shape than asked for \(at claims\)",
        ),
        ({"text": GOOD, "finish_reason": "max_tokens"}, "cut off by its length: give it a higher `max_output_tokens`"),
        ({"text": GOOD, "finish_reason": "model_context_window_exceeded"}, "ran out of room"),
        ({"text": GOOD, "finish_reason": "refusal"}, "claude-small refused to answer"),
        ({"text": GOOD, "finish_reason": "pause_turn"}, "paused before it was done"),
        ({"text": GOOD, "finish_reason": "tool_use"}, "paused before it was done"),
        ({"text": GOOD, "finish_reason": "compaction"}, r"stopped for a reason nobody knows here \(compaction\)"),
    ],
)
async def test_each_unusable_answer_is_a_content_failure_that_is_paid_for(
    server: HostedServer, client: CompletionClient, reply: Behaviour, sentence: str
) -> None:
    server.begin({"type": "reply", **reply})
    with pytest.raises(ContentFailure, match=sentence) as raised:
        await client.complete(QUESTION)
    assert raised.value.usage.input_tokens > 0
    assert raised.value.usage.output_tokens > 0
    assert len(server.requests()) == 1


@pytest.mark.parametrize("content", [[{"type": "text", "text": GOOD}], []])
async def test_an_answer_without_a_stop_reason_may_be_half_of_one(content: list[dict[str, JsonValue]]) -> None:
    failure = await failure_after(message(content, None))
    assert isinstance(failure, ContentFailure)
    assert "does not say that its answer is whole" in str(failure)
    assert failure.usage == Usage(input_tokens=90, cached_tokens=64, output_tokens=7)


@pytest.mark.parametrize(
    "body", [b"<html>A proxy speaks.</html>", b'{"content": [', b"[]", b'"fine"', b'{"content": 1}']
)
async def test_a_body_that_is_no_message_is_a_content_failure(body: bytes) -> None:
    failure = await failure_after(http_answer("200 OK", body))
    assert isinstance(failure, ContentFailure)
    assert "sent something else than its API does" in str(failure)


async def test_the_text_is_read_out_of_all_blocks_and_the_cache_counts_as_input() -> None:
    blocks: list[dict[str, JsonValue]] = [
        {"type": "thinking", "thinking": "Hm.", "signature": "s"},
        {"type": "text", "text": GOOD[:10]},
        {"type": "text", "text": GOOD[10:]},
    ]
    async with answering(message(blocks, "end_turn")) as raw:
        client = AnthropicClient("key", raw.address)
        completion = await client.complete(QUESTION)
        await client.close()
    assert completion.output.reply == "It is on its way."
    assert completion.usage == Usage(input_tokens=90, cached_tokens=64, output_tokens=7)
    assert completion.reported_model == "claude-small-1"
