"""OpenAI's Chat Completions, also as spoken by OpenRouter, vLLM, Ollama and others at an address of their own.

The answer is read from the raw body: the SDK builds its objects unchecked, and gives a text where a proxy sent one.
"""

import base64
from collections.abc import Mapping

from openai import AsyncOpenAI, DefaultAsyncHttpxClient, pydantic_function_tool
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel

from cases.ladder import Usage
from cases.record import Record
from integrations.models.answer_reading import Unusable, read_answer, unusable
from integrations.models.completion import Completion, CompletionRequest, Output, Picture
from integrations.models.failures import failure_of_status, typed_failures
from integrations.models.schemas import unexplained

_FINISHED = "stop"
_UNFINISHED: Mapping[str | None, Unusable] = {
    None: Unusable.UNFINISHED,
    "length": Unusable.CUT_OFF,
    "content_filter": Unusable.FILTERED,
    "tool_calls": Unusable.PAUSED,
    "function_call": Unusable.PAUSED,
}


class _Message(Record):
    content: str | None = None
    refusal: str | None = None


class _Choice(Record):
    finish_reason: str | None = None
    message: _Message = _Message()


class _CachedTokens(Record):
    cached_tokens: int | None = None


class _Spent(Record):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _CachedTokens | None = None


class _Trouble(Record):
    code: int | str | None = None


class _ChatAnswer(Record):
    model: str = ""
    choices: tuple[_Choice, ...] = ()
    usage: _Spent | None = None
    error: _Trouble | None = None


class OpenAIClient:
    """A `CompletionClient` for one key and one address: `base_url`, else `OPENAI_BASE_URL`, else OpenAI's own.

    Use it from one event loop, and close it there.
    """

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self._sdk = openai_sdk(api_key, base_url)

    async def complete(self, request: CompletionRequest[Output]) -> Completion[Output]:
        """Ask once, as `CompletionClient` says."""
        async with typed_failures(request.model, request.timeout_seconds):
            response = await self._sdk.chat.completions.with_raw_response.create(
                model=request.model,
                messages=_messages(request),
                response_format=_schema(request.output),
                max_completion_tokens=request.max_output_tokens,
                timeout=request.timeout_seconds,
            )
            answer = _ChatAnswer.model_validate_json(response.content)
            usage = _usage(answer.usage)
        return _completion(request, answer, usage)

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        await self._sdk.close()


def openai_sdk(api_key: str, base_url: str | None) -> AsyncOpenAI:
    """The SDK's client, with one HTTP request a call: it repeats nothing and follows no redirect."""
    return AsyncOpenAI(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        http_client=DefaultAsyncHttpxClient(follow_redirects=False),
    )


def _messages(request: CompletionRequest[Output]) -> list[ChatCompletionMessageParam]:
    return [
        {"role": "system", "content": request.instructions},
        {"role": "user", "content": _material(request) if request.pictures else request.material},
    ]


def _material(request: CompletionRequest[Output]) -> list[ChatCompletionContentPartParam]:
    parts: list[ChatCompletionContentPartParam] = [
        {"type": "image_url", "image_url": {"url": _data_url(picture)}} for picture in request.pictures
    ]
    return [*parts, {"type": "text", "text": request.material}]


def _data_url(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def _schema(shape: type[BaseModel]) -> ResponseFormatJSONSchema:
    # The SDK makes a schema strict in this public function only; its `.parse` would read the answer as well.
    function = pydantic_function_tool(shape)["function"]
    schema = unexplained(function.get("parameters", {}))
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def _usage(spent: _Spent | None) -> Usage:
    if spent is None:
        return Usage()
    details = spent.prompt_tokens_details
    return Usage(
        input_tokens=spent.prompt_tokens,
        cached_tokens=min((details and details.cached_tokens) or 0, spent.prompt_tokens),
        output_tokens=spent.completion_tokens,
    )


def _completion(request: CompletionRequest[Output], answer: _ChatAnswer, usage: Usage) -> Completion[Output]:
    if answer.error and isinstance(answer.error.code, int):
        # OpenRouter's way to fail once it has sent the status 200.
        raise failure_of_status(answer.error.code, request.model)
    if not answer.choices:
        raise unusable(Unusable.EMPTY, request.model, usage)
    choice = answer.choices[0]
    if choice.message.refusal:
        raise unusable(Unusable.REFUSED, request.model, usage)
    if choice.finish_reason is None or choice.finish_reason != _FINISHED:
        why = _UNFINISHED.get(choice.finish_reason, Unusable.STOPPED)
        raise unusable(why, request.model, usage, choice.finish_reason or "")
    return Completion(
        output=read_answer(request, choice.message.content or "", usage),
        usage=usage,
        reported_model=answer.model,
        finish_reason=choice.finish_reason,
    )
