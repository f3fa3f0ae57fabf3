"""The local provider: classifies and drafts on this machine, and turns texts into vectors for the help centre."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from cases.classification import Classification
from cases.draft import Draft
from cases.policy.document import Policy
from cases.ticket import Locale
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.local.classifier import LocalClassifier
from integrations.models.local.drafter import LocalDrafter
from integrations.models.local.encoders import EncoderName, Encoders
from integrations.models.local.salient_text import WHOLE_CHARACTERS, salient_text
from integrations.models.protocol import Answer


class LocalProvider:
    """A `Provider` that needs neither key nor network. All its work is done in threads."""

    def __init__(self, policies: Mapping[str, Policy], encoders: Encoders, cache: Path) -> None:
        self._classifier = LocalClassifier(policies, encoders, cache)
        self._drafter = LocalDrafter(policies, encoders)

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        """What a ticket is about, by the policy's own examples."""
        output = await asyncio.to_thread(self._classifier.classify, request)
        return Answer(output=output, reported_model=request.model)

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        """A reply from the policy's templates."""
        output = await asyncio.to_thread(self._drafter.draft, request)
        return Answer(output=output, reported_model=request.model)

    def warm(self, version: str) -> None:
        """Load everything a policy needs, so that no ticket waits for it; the first time it learns for a while."""
        self._classifier.warm(version)


class LocalEmbedder:
    """An `Embedder` by the multilingual USE: one space for all languages, 2 ms for a question."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders

    @property
    def name(self) -> str:
        """Which vectors these are."""
        return "use-multilingual-3"

    @property
    def dimensions(self) -> int:
        """How long each is."""
        return 512

    async def embed_query(self, text: str, locale: Locale) -> Sequence[float]:
        """The vector of what a text asks."""
        asked = salient_text(text)[:WHOLE_CHARACTERS]
        vectors = await asyncio.to_thread(self._encoders.encode, EncoderName.USE, [asked])
        return [float(value) for value in vectors[0]]

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of passages."""
        vectors = await asyncio.to_thread(self._encoders.encode, EncoderName.USE, list(texts))
        return [[float(value) for value in row] for row in vectors]
