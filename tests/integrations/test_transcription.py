"""Speech to text over HTTP. llmock has no such endpoint (it answers 404), so a raw server plays it here."""

import json
from email import message_from_bytes
from email.message import Message

import pytest
from pydantic import JsonValue

from cases.errors import ContentFailure, ModelFailure, ModelTimeout, PermanentFailure, TemporaryFailure
from cases.ladder import Usage
from integrations.models.transcription import (
    OpenAITranscriber,
    Recording,
    Transcriber,
    Transcript,
    TranscriptionRequest,
)
from tests.integrations.hosted_server import RESET, RawServer, answering, http_answer

VOICEMAIL = Recording(file_name="voicemail.mp3", media_type="audio/mpeg", content=b"ID3\x00\r\n--sound--\xff")
QUESTION = TranscriptionRequest(model="hears-well", recording=VOICEMAIL, language="de", timeout_seconds=5)


async def transcript_of(raw: RawServer, request: TranscriptionRequest = QUESTION) -> Transcript:
    transcriber = OpenAITranscriber("key", f"{raw.address}/v1")
    asked: Transcriber = transcriber
    try:
        return await asked.transcribe(request)
    finally:
        await transcriber.close()


async def failure_after(answer: bytes) -> ModelFailure:
    async with answering(answer) as raw:
        with pytest.raises(ModelFailure, match="hears-well") as raised:
            await transcript_of(raw)
        assert len(raw.requests) == 1
    return raised.value


def heard(**answer: JsonValue) -> bytes:
    return http_answer("200 OK", json.dumps(answer).encode())


def form_of(request: bytes) -> dict[str, Message]:
    """The parts of a multipart request, by their names."""
    _, _, rest = request.partition(b"\r\n")
    whole, *parts = message_from_bytes(rest).walk()
    assert whole.is_multipart()
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}


async def test_a_recording_goes_out_as_a_form_and_comes_back_as_text() -> None:
    spent: JsonValue = {"type": "tokens", "input_tokens": 40, "output_tokens": 9, "total_tokens": 49}
    async with answering(heard(text=" Wo ist mein Paket? ", usage=spent)) as raw:
        transcript = await transcript_of(raw)
    assert transcript == Transcript(text="Wo ist mein Paket?", usage=Usage(input_tokens=40, output_tokens=9))
    (request,) = raw.requests
    assert request.startswith(b"POST /v1/audio/transcriptions HTTP/1.1\r\n")
    form = form_of(request)
    assert form["model"].get_payload() == "hears-well"
    assert form["language"].get_payload() == "de"
    assert form["response_format"].get_payload() == "json"
    assert form["file"].get_filename() == "voicemail.mp3"
    assert form["file"].get_content_type() == "audio/mpeg"
    assert VOICEMAIL.content in request


async def test_an_unknown_language_is_left_to_the_model() -> None:
    async with answering(heard(text="Where is it?")) as raw:
        await transcript_of(raw, QUESTION.model_copy(update={"language": None}))
    assert "language" not in form_of(raw.requests[0])


async def test_a_model_billed_by_time_says_how_much_sound_it_heard() -> None:
    async with answering(heard(text="Where is it?", usage={"type": "duration", "seconds": 12.5})) as raw:
        assert await transcript_of(raw) == Transcript(text="Where is it?", billed_seconds=12.5)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http_answer("400 Bad Request", b"{}"), PermanentFailure),
        (http_answer("401 Unauthorized", b"{}"), PermanentFailure),
        (http_answer("404 Not Found", b"{}"), PermanentFailure),
        (http_answer("408 Request Timeout", b"{}"), ModelTimeout),
        (http_answer("413 Content Too Large", b"{}"), PermanentFailure),
        (http_answer("429 Too Many Requests", b"{}"), TemporaryFailure),
        (http_answer("503 Service Unavailable", b"{}"), TemporaryFailure),
        (RESET, TemporaryFailure),
        (http_answer("200 OK", b"<html>"), ContentFailure),
        (heard(words="Where is it?"), ContentFailure),
    ],
)
async def test_each_failure_is_typed_after_one_request(answer: bytes, failure: type[ModelFailure]) -> None:
    assert isinstance(await failure_after(answer), failure)


async def test_a_silent_recording_is_a_content_failure_that_is_paid_for() -> None:
    spent: JsonValue = {"type": "tokens", "input_tokens": 40, "output_tokens": 1, "total_tokens": 41}
    failure = await failure_after(heard(text=" ", usage=spent))
    assert isinstance(failure, ContentFailure)
    assert str(failure) == "hears-well heard no words: ask a person to listen."
    assert failure.usage == Usage(input_tokens=40, output_tokens=1)


async def test_a_hanging_server_is_given_up_after_the_time_of_the_request() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n", pause=1) as raw:
        with pytest.raises(ModelTimeout, match="hears-well"):
            await transcript_of(raw, QUESTION.model_copy(update={"timeout_seconds": 0.5}))
    assert len(raw.requests) == 1
