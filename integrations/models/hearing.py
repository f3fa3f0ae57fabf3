"""A `Hearer` whose models run elsewhere: what it heard, and what that cost."""

from collections.abc import Mapping
from decimal import Decimal

from cases.attachment import AttachmentReading
from cases.errors import ContentFailure, ModelTimeout
from cases.policy.document import Policy
from cases.policy.models import ModelDocument, WireFormat
from cases.work import AttachmentRequest
from integrations.models.prices import cost_at_most
from integrations.models.protocol import Answer
from integrations.models.recording import Recording
from integrations.models.transcription import Transcriber, Transcript, TranscriptionRequest

SECONDS_PER_MINUTE = 60


class HostedHearer:
    """A `Hearer` behind OpenAI's transcription endpoint."""

    def __init__(self, transcriber: Transcriber, policies: Mapping[str, Policy]) -> None:
        self._transcriber = transcriber
        self._policies = policies

    async def hear(self, request: AttachmentRequest, recording: Recording) -> Answer[AttachmentReading]:
        """What is said in a recording."""
        model = self._policies[request.policy_version].document.models[request.model]
        name = model.name or request.model
        try:
            transcript = await self._transcriber.transcribe(
                TranscriptionRequest(
                    model=name,
                    recording=recording,
                    language=request.language[:2],
                    timeout_seconds=request.timeout_seconds,
                )
            )
        except (ContentFailure, ModelTimeout) as failure:
            # A recording without a word, or too long to wait for, is listened to, and paid for, all the same.
            failure.cost = _cost(model, name, Transcript(text="", usage=failure.usage))
            raise
        return Answer(
            output=AttachmentReading(words=transcript.text),
            usage=transcript.usage,
            cost=_cost(model, name, transcript),
            reported_model=name,
        )


def _cost(model: ModelDocument, name: str, transcript: Transcript) -> Decimal:
    """US dollars: by the minute or by tokens, as it is billed, or what an answer costs at most where no price fits."""
    if transcript.billed_seconds and model.price is not None and model.price.minute is not None:
        return model.price.minute * Decimal(str(transcript.billed_seconds)) / SECONDS_PER_MINUTE
    return cost_at_most(model, WireFormat.OPENAI, name, transcript.usage) or model.expected_cost
