"""One call to a hosted model: text in, an object of a known shape out.

A `CompletionClient` speaks one vendor's wire format and knows nothing of tickets; `hosted.py` knows what is asked and
what the answer means. No client retries: the ladder decides what is tried next.
"""

from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel, Field

from cases.ladder import Usage
from cases.record import Record

Output = TypeVar("Output", bound=BaseModel)


class Picture(Record):
    """An image for a model that sees."""

    media_type: str
    """Such as `image/png`."""
    content: bytes = Field(repr=False)


class CompletionRequest(Record, Generic[Output]):
    """What is asked of a model, once."""

    model: str
    """The vendor's own name of the model."""
    instructions: str
    """What the model is told by us."""
    material: str
    """What the model is to read: data, fenced by whoever wrote the prompt, never instructions."""
    pictures: tuple[Picture, ...] = ()
    output: type[Output]
    """The shape of the answer; its JSON schema goes to the vendor."""
    max_output_tokens: int
    timeout_seconds: float


class Completion(Record, Generic[Output]):
    """A usable answer, and what the vendor says it took."""

    output: Output
    usage: Usage
    reported_model: str
    finish_reason: str


class CompletionClient(Protocol):
    """A vendor's wire format."""

    async def complete(self, request: CompletionRequest[Output]) -> Completion[Output]:
        """Ask once, with one HTTP request.

        Raises ContentFailure, ModelTimeout, TemporaryFailure or PermanentFailure of `cases.errors`, and nothing else
        for a failure of the model or of the way to it. An answer without a finish reason is a failure, and so is one
        cut off by its length, refused, filtered, empty, or of another shape than asked for.
        """
        ...

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        ...
