"""Whatever a provider's SDK raises, as one of the four failures the ladder knows: the tables, and how they are read.

A row is a failure and its sentence: which model, what is wrong, what to do. The vendor's own words stay out of it: they
may repeat a customer's, or part of a key. They are the failure's cause.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from json import JSONDecodeError
from typing import NamedTuple

import anthropic
import httpx
import httpx2
import openai
from pydantic import ValidationError

from cases.errors import (
    ContentFailure,
    ModelFailure,
    ModelTimeout,
    PermanentFailure,
    TemporaryFailure,
    UnaskableQuestion,
)
from integrations.retry_after import retry_after_seconds

LONGEST_NAME = 48
"""Characters of a model's name in a sentence: the sentence must fit a line of the case's history."""


A_DAY = 86_400.0
"""Seconds. Whoever asks for longer has written nothing that a sentence has room for."""


class Row(NamedTuple):
    """What a failure is, and its sentence; `{model}`, `{status}` and `{wait}` are filled in."""

    kind: type[ModelFailure]
    sentence: str


_KEY = Row(
    PermanentFailure, "{model} does not take the provider's key ({status}): set a valid one, restart the worker."
)
_TOO_LONG = Row(UnaskableQuestion, "The question is too long for {model}: use a model that reads more at once.")
_NO_MONEY = Row(PermanentFailure, "The provider's account has no money left for {model}: top it up or raise its limit.")
_FILTERED = Row(ContentFailure, "{model}'s provider filtered the question: ask another provider's model, or a person.")
_LATE = Row(ModelTimeout, "{model} did not answer in time: ask another model, or give it longer in the policy.")
_BUSY = Row(TemporaryFailure, "{model} takes no more calls now ({status}): ask again {wait}.")
_ILL = Row(TemporaryFailure, "{model} is out of order ({status}): ask again {wait}, or ask another model.")
_REFUSED = Row(PermanentFailure, "{model} refuses such a request ({status}): compare its settings with the manual.")
_ELSEWHERE = Row(PermanentFailure, "{model}'s provider has moved ({status}): correct `base_url` in the policy.")
_UNREADABLE = Row(ContentFailure, "{model}'s provider sent something else than its API does: check `base_url`.")
_CUT = Row(ContentFailure, "{model}'s answer was cut off: give it a higher `max_output_tokens` in the policy.")

_BY_CODE: Mapping[str, Row] = {
    "insufficient_quota": _NO_MONEY,
    "billing_hard_limit_reached": _NO_MONEY,
    "billing_not_active": _NO_MONEY,
    "billing_error": _NO_MONEY,
    "contract_spend_limit_reached": _NO_MONEY,
    "enforced_spend_limit_reached": _NO_MONEY,
    "linked_organization_spend_limit_reached": _NO_MONEY,
    "context_length_exceeded": _TOO_LONG,
    "content_filter": _FILTERED,
    "content_policy_violation": _FILTERED,
}
"""What the vendors' codes say better than the status they come with."""

_BY_STATUS: Mapping[int, Row] = {
    401: _KEY,
    402: _NO_MONEY,
    403: Row(
        PermanentFailure, "The provider's key may not use {model} ({status}): allow it there, or use another key."
    ),
    404: Row(PermanentFailure, "There is no {model} ({status}): correct its `name` or the `base_url` in the policy."),
    408: _LATE,
    409: _BUSY,
    413: _TOO_LONG,
    425: _BUSY,
    429: _BUSY,
    499: _ILL,
    501: _REFUSED,
    505: _REFUSED,
}
_BY_CLASS: Mapping[int, Row] = {3: _ELSEWHERE, 4: _REFUSED, 5: _ILL}
"""By the first digit of a status that has no row of its own."""

_BY_ERROR: tuple[tuple[tuple[type[Exception], ...], Row], ...] = (
    ((openai.APITimeoutError, anthropic.APITimeoutError, httpx.TimeoutException, httpx2.TimeoutException), _LATE),
    ((TimeoutError,), _LATE),
    ((openai.LengthFinishReasonError,), _CUT),
    ((openai.ContentFilterFinishReasonError,), _FILTERED),
    (
        (
            ValidationError,
            JSONDecodeError,
            openai.APIResponseValidationError,
            anthropic.APIResponseValidationError,
            httpx.DecodingError,
            httpx2.DecodingError,
        ),
        _UNREADABLE,
    ),
    (
        (httpx.UnsupportedProtocol, httpx2.UnsupportedProtocol, httpx.InvalidURL, httpx2.InvalidURL),
        Row(PermanentFailure, "{model}'s provider has no valid address: correct `base_url` in the policy."),
    ),
    (
        (ssl.SSLCertVerificationError,),
        Row(PermanentFailure, "{model}'s provider shows no trusted certificate: correct it, or `base_url`."),
    ),
    (
        (UnicodeError,),
        Row(
            UnaskableQuestion, "The question for {model} cannot be sent: its text or the key has impossible characters."
        ),
    ),
    (
        (openai.APIConnectionError, anthropic.APIConnectionError, httpx.HTTPError, httpx2.HTTPError, OSError),
        Row(TemporaryFailure, "{model}'s provider cannot be reached: ask again {wait}, or check `base_url`."),
    ),
    (
        (openai.OpenAIError, anthropic.AnthropicError),
        Row(PermanentFailure, "{model} cannot be asked as it is set up: compare its settings with the manual."),
    ),
)
"""By what was raised, or by what caused it. The first row that fits counts."""

_KNOWN: tuple[type[Exception], ...] = tuple(kind for kinds, _ in _BY_ERROR for kind in kinds)

# Neither vendor has a code of its own for this on every server; a changed wording costs the better sentence only.
_WORDS_OF_TOO_LONG = ("context length", "context window", "prompt is too long")

_StatusError = openai.APIStatusError | anthropic.APIStatusError | httpx.HTTPStatusError | httpx2.HTTPStatusError


@asynccontextmanager
async def typed_failures(model: str, timeout_seconds: float) -> AsyncGenerator[None]:
    """Give one call its time, and raise what goes wrong with the provider as a ModelFailure.

    The time is for the whole call: an SDK's own timeout begins anew with every byte that trickles in.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            yield
    except _KNOWN as error:
        raise failure_of(error, model) from error


def failure_of(error: Exception, model: str) -> ModelFailure:
    """The failure that an SDK's exception, a transport's or pydantic's stands for."""
    if not isinstance(error, _StatusError):
        return _made(_row_of(error), model)
    row = _row_of_status(error.response.status_code, _codes(error), str(error))
    wait = retry_after_seconds(error.response.headers, datetime.now(UTC))
    return _made(row, model, error.response.status_code, wait)


def failure_of_status(status: int, model: str) -> ModelFailure:
    """The failure a status stands for that came inside an answer, as gateways send it that had begun to answer."""
    return _made(_row_of_status(status, (), ""), model, status)


def shown(model: str) -> str:
    """A model's name as far as a sentence has room for it."""
    return model if len(model) <= LONGEST_NAME else f"{model[: LONGEST_NAME - 1]}…"


def _made(row: Row, model: str, status: int = 0, wait: float | None = None) -> ModelFailure:
    later = "later" if wait is None else f"in {wait:.0f} s" if wait <= A_DAY else "in more than a day"
    sentence = row.sentence.format(model=shown(model), status=status, wait=later)
    return TemporaryFailure(sentence, wait) if row.kind is TemporaryFailure else row.kind(sentence)


def _row_of_status(status: int, codes: tuple[str, ...], words: str) -> Row:
    for code in codes:
        if code in _BY_CODE:
            return _BY_CODE[code]
    if status == HTTPStatus.BAD_REQUEST and any(said in words.lower() for said in _WORDS_OF_TOO_LONG):
        return _TOO_LONG
    return _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, _REFUSED)


def _codes(error: _StatusError) -> tuple[str, ...]:
    match error:
        case openai.APIStatusError():
            codes: tuple[object, ...] = (error.code, error.type)
        case anthropic.APIStatusError():
            codes = (error.error_code, error.type)
        case _:
            codes = ()
    # What servers send in these places is not always a text.
    return tuple(code for code in codes if isinstance(code, str))


def _row_of(error: Exception) -> Row:
    causes = tuple(_causes(error))
    return next(row for kinds, row in _BY_ERROR if any(isinstance(cause, kinds) for cause in causes))


def _causes(error: BaseException) -> Generator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
