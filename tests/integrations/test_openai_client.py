"""What goes out to an OpenAI-compatible server, and what each of its answers means.

Most of them llmock gives. A raw server gives what llmock cannot: a body that is no chat completion, a refusal, cached
tokens, no finish reason, an error inside an answer.
"""

import base64
import json
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, JsonValue

from cases.errors import ContentFailure, ModelFailure, PermanentFailure, TemporaryFailure
from cases.ladder import Usage
from integrations.models.answers import TicketReading, WrittenReply
from integrations.models.completion import CompletionClient, CompletionRequest, Picture
from integrations.models.openai_client import OpenAIClient
from tests.integrations.hosted_server import (
    Behaviour,
    HostedServer,
    answering,
    http_answer,
)

GOOD = '{"reply": "It is on its way.", "claims": [], "action": null}'
QUESTION = CompletionRequest(
    model="gpt-small",
    instructions="Answer the customer.",
    material="<ticket>Where is my order?</ticket>",
    output=WrittenReply,
    max_output_tokens=300,
    timeout_seconds=5,
)


@pytest.fixture(scope="module")
async def client(server: HostedServer) -> AsyncIterator[CompletionClient]:
    openai = OpenAIClient("key", server.openai_url)
    yield openai
    await openai.close()


async def failure_after(answer: bytes) -> ModelFailure:
    """The failure that a raw server's answer becomes, after exactly one request."""
    async with answering(answer) as raw:
        client = OpenAIClient("key", f"{raw.address}/v1")
        with pytest.raises(ModelFailure) as raised:
            await client.complete(QUESTION)
        await client.close()
        assert len(raw.requests) == 1
    return raised.value


def chat(message: dict[str, JsonValue], finish_reason: str | None, usage: JsonValue = None) -> bytes:
    choice: dict[str, JsonValue] = {"index": 0, "message": {"role": "assistant", **message}}
    if finish_reason is not None:
        choice["finish_reason"] = finish_reason
    answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-small-1", "choices": [choice]}
    spent = usage or {"prompt_tokens": 90, "completion_tokens": 7, "total_tokens": 97}
    return http_answer("200 OK", json.dumps({**answer, "usage": spent}).encode())


async def test_a_good_answer_is_what_was_asked_for_after_one_request(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    completion = await client.complete(QUESTION)
    assert completion.output == WrittenReply(reply="It is on its way.", claims=[], action=None)
    assert completion.usage.input_tokens > 0
    assert completion.usage.output_tokens > 0
    assert (completion.reported_model, completion.finish_reason) == ("gpt-small", "stop")
    assert [request.path for request in server.requests()] == ["/v1/chat/completions"]


@pytest.mark.parametrize("shape", [WrittenReply, TicketReading])
async def test_the_schema_that_goes_out_is_strict_and_llmock_can_answer_by_it(
    server: HostedServer, client: CompletionClient, shape: type[BaseModel]
) -> None:
    server.begin()
    completion = await client.complete(QUESTION.model_copy(update={"output": shape}))
    assert isinstance(completion.output, shape)
    body = server.requests()[0].body or {}
    match body["response_format"]:
        case {"type": "json_schema", "json_schema": {"strict": True, "schema": {"type": "object"} as schema}}:
            assert_strict(schema)
        case other:
            raise AssertionError(other)
    assert body["max_completion_tokens"] == QUESTION.max_output_tokens


def assert_strict(schema: JsonValue) -> None:
    """Every object of it, however deep, is closed and wants all it has."""
    match schema:
        case {"type": "object", **rest}:
            match rest:
                case {"properties": dict(properties), "required": list(required), "additionalProperties": False}:
                    assert set(required) == set(properties)
                case _:
                    raise AssertionError(schema)
        case _:
            pass
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        assert_strict(part)


async def test_what_goes_out_explains_nothing_that_no_prompt_says(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    await client.complete(QUESTION)
    (request,) = server.requests()
    assert "reply" in json.dumps(request.body)
    assert '"description"' not in json.dumps(request.body)


async def test_a_picture_goes_out_as_a_data_url_before_the_material(
    server: HostedServer, client: CompletionClient
) -> None:
    server.begin({"type": "reply", "text": GOOD})
    picture = Picture(media_type="image/png", content=b"\x89PNG")
    await client.complete(QUESTION.model_copy(update={"pictures": (picture,)}))
    url = f"data:image/png;base64,{base64.b64encode(picture.content).decode()}"
    assert (server.requests()[0].body or {})["messages"] == [
        {"role": "system", "content": QUESTION.instructions},
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": url}},
                {"type": "text", "text": QUESTION.material},
            ],
        },
    ]


@pytest.mark.parametrize(
    ("behaviour", "failure", "sentence"),
    [
        (
            {"type": "fail", "status": 429, "code": "insufficient_quota"},
            PermanentFailure,
            "no money left for gpt-small: top it up",
        ),
        (
            {"type": "fail", "status": 400, "code": "context_length_exceeded"},
            PermanentFailure,
            "too long for gpt-small: use a model that reads more",
        ),
        (
            {"type": "fail", "status": 400, "message": "This model's maximum context length is 8192 tokens."},
            PermanentFailure,
            "too long for gpt-small",
        ),
        ({"type": "fail", "status": 400, "code": "content_filter"}, ContentFailure, "filtered the question"),
    ],
)
async def test_a_code_says_more_than_its_status(
    server: HostedServer, client: CompletionClient, behaviour: Behaviour, failure: type[ModelFailure], sentence: str
) -> None:
    server.begin(behaviour)
    with pytest.raises(failure, match=sentence):
        await client.complete(QUESTION)
    assert len(server.requests()) == 1


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"text": ""}, "gpt-small answered with nothing"),
        ({"text": "It is on its way."}, "answered in prose, not in JSON"),
        ({"text": GOOD[:-20]}, "JSON is broken or ends too early"),
        (
            {"text": '{"reply": "Yes.", "claims": "none", "action": null}'},
            r"another shape than asked for \(at claims\)",
        ),
        ({"text": '{"reply": "Yes.", "claims": []}'}, r"another shape than asked for \(at action\)"),
        ({"text": GOOD, "finish_reason": "length"}, "cut off by its length: give it a higher `max_output_tokens`"),
        ({"text": GOOD, "finish_reason": "content_filter"}, "provider filtered the answer"),
        ({"text": GOOD, "finish_reason": "tool_calls"}, "paused before it was done"),
        ({"text": GOOD, "finish_reason": "eos"}, r"stopped for a reason nobody knows here \(eos\)"),
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


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (chat({"content": None, "refusal": "I can't help with that."}, "stop"), "gpt-small refused to answer"),
        (chat({"content": GOOD}, None), "does not say that its answer is whole"),
        (chat({"content": None}, "stop"), "answered with nothing"),
    ],
)
async def test_an_answer_only_a_raw_server_gives_is_a_content_failure_that_is_paid_for(
    answer: bytes, sentence: str
) -> None:
    failure = await failure_after(answer)
    assert isinstance(failure, ContentFailure)
    assert sentence in str(failure)
    assert failure.usage == Usage(input_tokens=90, output_tokens=7)


@pytest.mark.parametrize(
    "body", [b"<html>A proxy speaks.</html>", b'{"choices": [', b"[]", b'"fine"', b'{"choices": 1}']
)
async def test_a_body_that_is_no_chat_completion_is_a_content_failure(body: bytes) -> None:
    failure = await failure_after(http_answer("200 OK", body))
    assert isinstance(failure, ContentFailure)
    assert "sent something else than its API does" in str(failure)


async def test_a_failure_inside_an_answer_counts_as_its_status() -> None:
    failure = await failure_after(http_answer("200 OK", b'{"error": {"code": 429, "message": "Slow down."}}'))
    assert isinstance(failure, TemporaryFailure)


async def test_cached_tokens_are_counted_as_part_of_the_input() -> None:
    usage: JsonValue = {
        "prompt_tokens": 90,
        "completion_tokens": 7,
        "total_tokens": 97,
        "prompt_tokens_details": {"cached_tokens": 64},
    }
    async with answering(chat({"content": GOOD}, "stop", usage)) as raw:
        client = OpenAIClient("key", f"{raw.address}/v1")
        completion = await client.complete(QUESTION)
        await client.close()
    assert completion.usage == Usage(input_tokens=90, cached_tokens=64, output_tokens=7)
    assert completion.reported_model == "gpt-small-1"
