"""The tables of failures: whole, short, and in plain words."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import anthropic
import httpx
import httpx2
import openai
import pytest

from cases.errors import ModelFailure, ModelTimeout, PermanentFailure, TemporaryFailure
from cases.ladder import Usage
from integrations.models.answer_reading import Unusable, unusable
from integrations.models.failures import failure_of, failure_of_status, typed_failures
from integrations.retry_after import retry_after_seconds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONGEST_SENTENCE = 160
LONG_NAME = "an-organisation/" + "a-model-with-a-very-long-name-" * 9
REQUEST = httpx2.Request("POST", "http://models.example.com")


def lost_by_openai() -> Exception:
    return openai.APIConnectionError(request=REQUEST)


def lost_by_anthropic() -> Exception:
    return anthropic.APIConnectionError(request=REQUEST)


@pytest.mark.parametrize("status", [*range(300, 310), *range(400, 432), 451, 499, *range(500, 512), 529, 599])
def test_each_status_has_a_short_sentence_that_names_the_model_and_what_to_do(status: int) -> None:
    for_a_long_name = str(failure_of_status(status, LONG_NAME))
    assert len(for_a_long_name) <= LONGEST_SENTENCE
    sentence = str(failure_of_status(status, "gpt-small"))
    assert "gpt-small" in sentence
    assert ": " in sentence
    assert "{" not in sentence


@pytest.mark.parametrize("why", Unusable)
def test_each_unusable_answer_has_a_short_sentence_that_names_the_model_and_what_to_do(why: Unusable) -> None:
    assert len(str(unusable(why, LONG_NAME, Usage(), "made.up." * 40))) <= LONGEST_SENTENCE
    sentence = str(unusable(why, "gpt-small", Usage(), "claims"))
    assert sentence.startswith("gpt-small")
    assert ": " in sentence
    assert "{" not in sentence


@pytest.mark.parametrize("lost", [lost_by_openai, lost_by_anthropic])
@pytest.mark.parametrize(
    ("cause", "failure"),
    [
        (httpx2.ConnectError("x"), TemporaryFailure),
        (socket.gaierror("no such host"), TemporaryFailure),
        (ConnectionResetError(), TemporaryFailure),
        (httpx2.ConnectTimeout("x"), ModelTimeout),
        (ssl.SSLCertVerificationError("self-signed"), PermanentFailure),
        (httpx2.UnsupportedProtocol("x"), PermanentFailure),
    ],
)
def test_a_lost_connection_is_judged_by_what_caused_it(
    lost: Callable[[], Exception], cause: Exception, failure: type[ModelFailure]
) -> None:
    error = lost()
    error.__cause__ = cause
    assert isinstance(failure_of(error, "gpt-small"), failure)
    assert len(str(failure_of(error, LONG_NAME))) <= LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (httpx.ReadTimeout("x"), ModelTimeout),
        (httpx2.ReadTimeout("x"), ModelTimeout),
        (httpx.ConnectError("x"), TemporaryFailure),
        (httpx2.RemoteProtocolError("x"), TemporaryFailure),
        (httpx2.InvalidURL("x"), PermanentFailure),
        (openai.APITimeoutError(request=REQUEST), ModelTimeout),
        (anthropic.APITimeoutError(request=REQUEST), ModelTimeout),
        (openai.OpenAIError("x"), PermanentFailure),
        (anthropic.AnthropicError("x"), PermanentFailure),
        (UnicodeEncodeError("ascii", "ü", 0, 1, "x"), PermanentFailure),
    ],
)
async def test_what_an_sdk_lets_through_is_one_of_the_four_failures_too(
    error: Exception, failure: type[ModelFailure]
) -> None:
    with pytest.raises(failure, match="gpt-small"):
        async with typed_failures("gpt-small", timeout_seconds=5):
            raise error


async def test_a_mistake_of_ours_is_no_failure_of_a_model() -> None:
    with pytest.raises(KeyError):
        async with typed_failures("gpt-small", timeout_seconds=5):
            raise KeyError


def test_a_status_of_the_transport_itself_brings_its_wait_along() -> None:
    response = httpx.Response(503, headers={"Retry-After": "4"})
    error = httpx.HTTPStatusError("x", request=httpx.Request("POST", "http://models.example.com"), response=response)
    failure = failure_of(error, "gpt-small")
    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after_seconds == 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "1", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "2", "retry-after-ms": "soon"}, 2),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 -0000"}, 30),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e999"}, None),
    ],
)
def test_retry_after_is_read_in_every_form_it_comes_in(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, NOON) == seconds


@pytest.mark.parametrize("asked", ["1e300", "9" * 300, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_delay_beyond_all_reason_fits_a_sentence(asked: str) -> None:
    response = httpx2.Response(429, headers={"retry-after": asked}, request=REQUEST)
    failure = failure_of(openai.RateLimitError("busy", response=response, body=None), LONG_NAME)
    assert isinstance(failure, TemporaryFailure)
    assert "ask again in more than a day." in str(failure)
    assert len(str(failure)) <= LONGEST_SENTENCE


@pytest.mark.parametrize("asked", ["-5", "nan", "soon", "", "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_a_delay_that_is_none_is_left_to_the_ladder(asked: str) -> None:
    assert retry_after_seconds({"retry-after": asked}, NOON) is None
