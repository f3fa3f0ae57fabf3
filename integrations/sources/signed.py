"""What every signed delivery is asked: is there a secret, is there a signature, is it right, and was it made just now.

Nothing that is said here tells what would have been right.
"""

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cases.errors import SignatureRefused
from cases.source import SourceSecrets
from integrations.sources.protocol import Delivery

WINDOW = timedelta(minutes=5)
"""How far the sender's clock and ours may be apart, either way: what the Standard Webhooks specification advises."""

UNIX_SECONDS = re.compile(r"[0-9]{1,11}")
"""Eleven digits reach beyond the year 5000, and no time within them is too large for a clock."""


def signing_secrets(secrets: SourceSecrets) -> tuple[str, ...]:
    """The secrets a delivery may be signed with, at least one. Raises SignatureRefused."""
    known = tuple(value for secret in secrets.signing if (value := secret.get_secret_value()))
    if not known:
        raise SignatureRefused(
            "No signing secret is set for this source, so nothing it sends can be believed. Set the one it signs with."
        )
    return known


def header_of(delivery: Delivery, name: str) -> str:
    """A header's value, asked for by the name the sender's manual writes. Raises SignatureRefused."""
    value = delivery.headers.get(name.lower(), "").strip()
    if not value:
        raise SignatureRefused(f"The header {name} is missing. Turn signing on where the webhook is set up.")
    return value


def refuse_unless_signed(name: str, given: Iterable[str], right: Iterable[str]) -> None:
    """Compare each signature given with each that would be right, in constant time. Raises SignatureRefused."""
    expected = [one.encode() for one in right]
    found = False
    for signature in given:
        for one in expected:
            found |= hmac.compare_digest(signature.encode(errors="replace"), one)
    if not found:
        raise SignatureRefused(
            f"The signature in {name} is not of this body with a secret of this source. Check that both sides have "
            "the same secret, and that nothing between them changes the body."
        )


def moment_of(name: str, seconds: str) -> datetime:
    """A header's seconds since 1970 as a time. Raises SignatureRefused."""
    if not UNIX_SECONDS.fullmatch(seconds):
        raise SignatureRefused(f"{name} is not a time. It must be whole seconds since 1970, such as 1763718000.")
    return datetime.fromtimestamp(int(seconds), UTC)


def refuse_unless_recent(name: str, said: datetime, at: datetime) -> None:
    """See that a delivery was signed about when it came. Raises SignatureRefused."""
    if at - said > WINDOW:
        raise SignatureRefused(
            f"{name} is more than 5 minutes old: an old delivery sent again, or a sender's clock that is slow. "
            "Check the clocks of both sides."
        )
    if said - at > WINDOW:
        raise SignatureRefused(
            f"{name} is more than 5 minutes ahead: a sender's clock that is fast, or ours that is slow. "
            "Check the clocks of both sides."
        )
