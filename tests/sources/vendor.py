"""A vendor's webhooks as the tests send them: signed with one of two secrets, and read by our adapter."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from pydantic import SecretStr

from cases.errors import SignatureRefused
from cases.source import Source, SourceSecrets
from cases.source_event import SourceEvent
from integrations.sources.protocol import Delivery, SourceAdapter

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
NEWEST = "new-secret"
OLD = "old-secret"
SECRETS = SourceSecrets(signing=(SecretStr(NEWEST), SecretStr(OLD)))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
"""Any value that JSON can hold."""


class Vendor:
    """One vendor: what it signs, and what becomes of it."""

    def __init__(self, adapter: SourceAdapter, source: Source, sign: Callable[[bytes], Delivery]) -> None:
        self._adapter, self._source, self._sign = adapter, source, sign

    def delivers(self, body: object) -> Delivery:
        """This as JSON, signed."""
        return self._sign(json.dumps(body).encode())

    def tells(self, body: object) -> tuple[SourceEvent, ...]:
        """What we read in it."""
        return self._adapter.parse(self.delivers(body), self._source)

    def refusal(self, delivery: Delivery, secrets: SourceSecrets = SECRETS) -> str:
        """Why we do not believe a delivery; the test fails if we do."""
        with pytest.raises(SignatureRefused) as refused:
            self._adapter.verify(delivery, secrets)
        return str(refused.value)
