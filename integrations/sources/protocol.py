"""What an adapter for deliveries is: it verifies, parses and acknowledges. It has no state and asks nobody."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple, Protocol

from pydantic import AwareDatetime

from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import SourceEvent


class Delivery(NamedTuple):
    """One request as it came."""

    headers: Mapping[str, str]
    """By their names in small letters."""
    body: bytes
    """Raw: a signature counts for these bytes alone."""
    at: AwareDatetime
    """When it reached us."""


class Acknowledgement(Record):
    """How to answer so that the sender's own retry logic does the right thing."""

    taken: HTTPStatus = HTTPStatus.OK
    """It is kept: never send it again."""
    later: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE
    """Nothing was kept: send the same again."""
    retry_after_seconds: int | None = 5
    """Sent with `later` as Retry-After; None where the sender reads none."""
    unreadable: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    """Signed, but not to be understood: sending it again would not help."""


class SourceAdapter(Protocol):
    """What is known of one kind of source."""

    acknowledgement: Acknowledgement

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """Make sure who sent it, and give its id: the same whenever the same is sent again.

        The id comes from what is signed; where the sender's own is not, it is the SHA-256 of what is. Secrets are
        compared in constant time, each of them tried. Raises SignatureRefused.
        """
        ...

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """What a verified delivery says. Fields nobody knows are passed over. Raises InvalidDelivery."""
        ...

    def account(self, body: bytes) -> str | None:
        """Whose account an unverified delivery says it is for; None where it does not say, or cannot be read."""
        ...

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: AwareDatetime) -> Delivery:
        """A new ticket as this source would send it, signed: `signalbox source test` sends it through the real door."""
        ...
