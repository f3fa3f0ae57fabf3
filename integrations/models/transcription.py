"""Speech to text, once: a voicemail becomes words."""

from typing import Annotated, Literal, Protocol

from openai import omit
from pydantic import Field

from cases.errors import ContentFailure
from cases.ladder import Usage
from cases.record import Record
from integrations.models.failures import shown, typed_failures
from integrations.models.openai_client import openai_sdk
from integrations.models.recording import Recording


class TranscriptionRequest(Record):
    """What is asked of a model that hears, once."""

    model: str
    """The vendor's own name of the model."""
    recording: Recording
    language: str | None = None
    """The language spoken, by its two letters, where it is known: the model hears better."""
    timeout_seconds: float


class Transcript(Record):
    """What was heard, and what it took: tokens or seconds of sound, by how the vendor bills the model."""

    text: str
    usage: Usage = Usage()
    billed_seconds: float = 0.0


class Transcriber(Protocol):
    """Someone who runs models that hear."""

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Ask once, with one HTTP request.

        Raises ContentFailure, ModelTimeout, TemporaryFailure or PermanentFailure of `cases.errors`, and nothing else
        for a failure of the model or of the way to it. A recording in which nothing was heard is a ContentFailure.
        """
        ...


class _TokensSpent(Record):
    type: Literal["tokens"]
    input_tokens: int
    output_tokens: int


class _SecondsSpent(Record):
    type: Literal["duration"]
    seconds: float


class _SpeechAnswer(Record):
    text: str
    usage: Annotated[_TokensSpent | _SecondsSpent, Field(discriminator="type")] | None = None


class OpenAITranscriber:
    """A `Transcriber` for OpenAI's endpoint, and for whoever else has it at `base_url`.

    Use it from one event loop, and close it there.
    """

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self._sdk = openai_sdk(api_key, base_url)

    async def transcribe(self, request: TranscriptionRequest) -> Transcript:
        """Ask once, as `Transcriber` says."""
        recording = request.recording
        async with typed_failures(request.model, request.timeout_seconds):
            response = await self._sdk.audio.transcriptions.with_raw_response.create(
                model=request.model,
                file=(recording.file_name, recording.content, recording.media_type),
                language=request.language or omit,
                response_format="json",
                timeout=request.timeout_seconds,
            )
            transcript = _transcript(_SpeechAnswer.model_validate_json(response.content))
        if not transcript.text:
            raise ContentFailure(f"{shown(request.model)} heard no words: ask a person to listen.", transcript.usage)
        return transcript

    async def close(self) -> None:
        """Close the connections. The transcriber cannot be used afterwards."""
        await self._sdk.close()


def _transcript(answer: _SpeechAnswer) -> Transcript:
    text = answer.text.strip()
    match answer.usage:
        case _TokensSpent() as spent:
            usage = Usage(input_tokens=spent.input_tokens, output_tokens=spent.output_tokens)
            return Transcript(text=text, usage=usage)
        case _SecondsSpent(seconds=seconds):
            return Transcript(text=text, billed_seconds=seconds)
        case None:
            return Transcript(text=text)
