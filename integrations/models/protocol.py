"""What a model provider is: two jobs, one typed answer, four typed failures.

A hosted provider turns the request into messages by the policy's prompts; the local one reads the policy directly.
Neither retries: the ladder decides what is tried next.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from cases.attachment import AttachmentReading
from cases.classification import Classification
from cases.draft import Draft
from cases.ladder import Usage
from cases.record import Record
from cases.ticket import Locale
from cases.work import AttachmentRequest, ClassifyRequest, DraftRequest
from integrations.models.completion import Picture
from integrations.models.recording import Recording

Output = TypeVar("Output", Classification, Draft, AttachmentReading)


class Answer(Record, Generic[Output]):
    """A usable answer and what it took. `cost` is in US dollars; the caller measures the time."""

    output: Output
    usage: Usage = Usage()
    cost: Decimal = Decimal(0)
    reported_model: str
    prompt_version: str = ""


class Provider(Protocol):
    """Someone who runs models.

    Both methods raise ContentFailure, ModelTimeout, TemporaryFailure or PermanentFailure of `cases.errors`,
    and nothing else for a failure of the model or of the way to it.
    """

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        """What a ticket is about."""
        ...

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        """A reply with the source of each claim."""
        ...


class Seer(Protocol):
    """Someone who runs models that see. Raises what a `Provider` raises."""

    async def see(self, request: AttachmentRequest, picture: Picture) -> Answer[AttachmentReading]:
        """What stands in a picture, or why it cannot be read."""
        ...


class Hearer(Protocol):
    """Someone who runs models that hear. Raises what a `Provider` raises."""

    async def hear(self, request: AttachmentRequest, recording: Recording) -> Answer[AttachmentReading]:
        """What is said in a recording."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors of unit length, so that near ones mean alike, across the policy's languages."""

    @property
    def name(self) -> str:
        """The model and its version: vectors of different names cannot be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """How long each vector is."""
        ...

    async def embed_query(self, text: str, locale: Locale) -> Sequence[float]:
        """The vector of a question."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of texts that may answer questions."""
        ...
