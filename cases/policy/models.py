"""The models a policy may use: who runs them, what they are called there, what an answer costs and takes."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from cases.ladder import Usage
from cases.policy.duration import Duration
from cases.record import Record
from cases.ticket import Slug

LOCAL = "local"
"""The provider that needs neither key nor network; it is there without a row under `providers`."""

TOKENS_PER_PRICE = Decimal(1_000_000)


class WireFormat(StrEnum):
    """How a vendor's models are spoken to."""

    OPENAI = "openai"
    """Also whoever else speaks it, by `base_url`: OpenRouter, vLLM, Ollama."""
    ANTHROPIC = "anthropic"


class ProviderDocument(Record):
    """Someone who runs models. `key` names the environment variable with the secret, never the secret."""

    format: WireFormat
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    key: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Price(Record):
    """US dollars for a million tokens. `cached`: input tokens the vendor had read before; without it, as `input`."""

    input: Annotated[Decimal, Field(ge=0)]
    cached: Annotated[Decimal, Field(ge=0)] | None = None
    output: Annotated[Decimal, Field(ge=0)]
    minute: Annotated[Decimal, Field(ge=0)] | None = None
    """For a model that hears and is paid by the minute of sound."""

    def of(self, usage: Usage) -> Decimal:
        """What so many tokens cost, in US dollars."""
        cached = self.input if self.cached is None else self.cached
        fresh_tokens = usage.input_tokens - usage.cached_tokens
        spent = fresh_tokens * self.input + usage.cached_tokens * cached + usage.output_tokens * self.output
        return spent / TOKENS_PER_PRICE


class ModelDocument(Record):
    """A model a policy may use, and what to expect of it."""

    provider: Slug
    name: str = ""
    """What the vendor calls it; without one, as the policy does."""
    timeout: Duration
    typical: Duration
    strict_retry: bool = False
    sees: bool = False
    """Whether it can be shown pictures."""
    hears: bool = False
    """Whether it is a model of the transcription endpoint, which takes recordings and nothing else."""
    expected_cost: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    """US dollars an answer costs at most. A ceiling that cannot pay it skips the model."""
    max_output_tokens: Annotated[int, Field(ge=64, le=64_000)] = 2_000
    price: Price | None = None
    """Instead of the list price, such as for a contract of your own or a model of your own."""

    @model_validator(mode="after")
    def _runs_where_it_can(self) -> Self:
        if self.provider == LOCAL and (self.sees or self.hears):
            raise ValueError("no model on this machine sees or hears; take `sees` and `hears` out, or give a provider")
        return self

    @model_validator(mode="after")
    def _can_be_afforded_knowingly(self) -> Self:
        if self.provider != LOCAL and not self.expected_cost and (self.price is None or self.hears):
            raise ValueError(
                "a hosted model says nothing of what an answer costs, so no ceiling would hold it; add `expected_cost`"
            )
        return self
