"""Anthropic's Messages. The answer is read from the raw body: the SDK builds its objects unchecked."""

import base64
from collections.abc import Mapping

from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient, transform_schema
from anthropic.types import ImageBlockParam, TextBlockParam
from anthropic.types.base64_image_source_param import Base64ImageSourceParam

from cases.errors import UnaskableQuestion
from cases.ladder import Usage
from cases.record import Record
from integrations.models.answer_reading import Unusable, read_answer, unusable
from integrations.models.completion import Completion, CompletionRequest, Output, Picture
from integrations.models.failures import shown, typed_failures
from integrations.models.schemas import unexplained

_FINISHED = frozenset({"end_turn", "stop_sequence"})
_UNFINISHED: Mapping[str | None, Unusable] = {
    None: Unusable.UNFINISHED,
    "max_tokens": Unusable.CUT_OFF,
    "model_context_window_exceeded": Unusable.TOO_LONG,
    "refusal": Unusable.REFUSED,
    "pause_turn": Unusable.PAUSED,
    "tool_use": Unusable.PAUSED,
}


class _Block(Record):
    type: str
    text: str = ""


class _Spent(Record):
    input_tokens: int = 0
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens: int = 0


class _MessageAnswer(Record):
    model: str = ""
    content: tuple[_Block, ...] = ()
    stop_reason: str | None = None
    usage: _Spent = _Spent()


class AnthropicClient:
    """A `CompletionClient` for one key and one address: `base_url`, else `ANTHROPIC_BASE_URL`, else Anthropic's own.

    Use it from one event loop, and close it there.
    """

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        # One HTTP request a call: nothing is repeated, no redirect is followed.
        self._sdk = AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )

    async def complete(self, request: CompletionRequest[Output]) -> Completion[Output]:
        """Ask once, as `CompletionClient` says."""
        material = _material(request)
        schema = transform_schema(unexplained(request.output.model_json_schema()))
        async with typed_failures(request.model, request.timeout_seconds):
            response = await self._sdk.messages.with_raw_response.create(
                model=request.model,
                system=request.instructions,
                messages=[{"role": "user", "content": material}],
                output_config={"format": {"type": "json_schema", "schema": schema}},
                max_tokens=request.max_output_tokens,
                timeout=request.timeout_seconds,
            )
            answer = _MessageAnswer.model_validate_json(response.http_response.content)
            usage = _usage(answer.usage)
        return _completion(request, answer, usage)

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        await self._sdk.close()


def _material(request: CompletionRequest[Output]) -> list[ImageBlockParam | TextBlockParam]:
    pictures: list[ImageBlockParam | TextBlockParam] = [
        {"type": "image", "source": _source(picture, request.model)} for picture in request.pictures
    ]
    return [*pictures, {"type": "text", "text": request.material}]


def _source(picture: Picture, model: str) -> Base64ImageSourceParam:
    match picture.media_type:
        case "image/jpeg" | "image/png" | "image/gif" | "image/webp" as media_type:
            data = base64.b64encode(picture.content).decode()
            return {"type": "base64", "media_type": media_type, "data": data}
        case other:
            raise UnaskableQuestion(f"{shown(model)} sees no {other[:40]}: send it JPEG, PNG, GIF or WebP.")


def _usage(spent: _Spent) -> Usage:
    """Anthropic counts what it read from its cache, or wrote to it, beside `input_tokens`; here it is part of them."""
    cached = spent.cache_read_input_tokens or 0
    return Usage(
        input_tokens=spent.input_tokens + cached + (spent.cache_creation_input_tokens or 0),
        cached_tokens=cached,
        output_tokens=spent.output_tokens,
    )


def _completion(request: CompletionRequest[Output], answer: _MessageAnswer, usage: Usage) -> Completion[Output]:
    if answer.stop_reason is None or answer.stop_reason not in _FINISHED:
        why = _UNFINISHED.get(answer.stop_reason, Unusable.STOPPED)
        raise unusable(why, request.model, usage, answer.stop_reason or "")
    text = "".join(block.text for block in answer.content if block.type == "text")
    return Completion(
        output=read_answer(request, text, usage),
        usage=usage,
        reported_model=answer.model,
        finish_reason=answer.stop_reason,
    )
