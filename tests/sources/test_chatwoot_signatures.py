import hashlib
import json
from datetime import timedelta

import pytest
from pydantic import SecretStr

from cases.errors import SignatureRefused
from cases.source import SourceSecrets
from integrations.sources.protocol import Delivery
from tests.sources.chatwoot_deliveries import AT, CHATWOOT, SECRETS, message, signed


def test_a_signed_delivery_is_known_by_its_body() -> None:
    body = json.dumps(message()).encode()
    assert CHATWOOT.verify(signed(body), SECRETS) == hashlib.sha256(body).hexdigest()


def test_a_second_try_signed_anew_is_the_same_delivery() -> None:
    later = AT + timedelta(seconds=3)
    assert CHATWOOT.verify(signed(b"{}"), SECRETS) == CHATWOOT.verify(signed(b"{}", at=later, arrived=later), SECRETS)


def test_a_delivery_signed_with_the_older_secret_is_believed() -> None:
    assert CHATWOOT.verify(signed(b"{}", key="old"), SECRETS)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not of this body with a secret of this source"):
        CHATWOOT.verify(signed(b"{}")._replace(body=b"{ }"), SECRETS)


def test_a_wrong_secret_is_refused_and_no_right_signature_told() -> None:
    with pytest.raises(SignatureRefused) as refused:
        CHATWOOT.verify(signed(b"{}", key="guessed"), SECRETS)
    assert signed(b"{}").headers["x-chatwoot-signature"] not in str(refused.value)


@pytest.mark.parametrize("name", ["X-Chatwoot-Signature", "X-Chatwoot-Timestamp"])
def test_a_missing_header_is_named(name: str) -> None:
    headers = {key: value for key, value in signed(b"{}").headers.items() if key != name.lower()}
    with pytest.raises(SignatureRefused, match=f"The header {name} is missing"):
        CHATWOOT.verify(Delivery(headers, b"{}", AT), SECRETS)


@pytest.mark.parametrize(("minutes", "words"), [(6, "5 minutes old"), (-6, "5 minutes ahead")])
def test_a_delivery_of_another_time_is_refused(minutes: int, words: str) -> None:
    with pytest.raises(SignatureRefused, match=words):
        CHATWOOT.verify(signed(b"{}", arrived=AT + timedelta(minutes=minutes)), SECRETS)


@pytest.mark.parametrize("seconds", ["now", "-5", "1e9", "9" * 30, "١٢٣"])
def test_a_time_that_is_none_is_refused(seconds: str) -> None:
    headers = {**signed(b"{}").headers, "x-chatwoot-timestamp": seconds}
    with pytest.raises(SignatureRefused, match="X-Chatwoot-Timestamp is not a time"):
        CHATWOOT.verify(Delivery(headers, b"{}", AT), SECRETS)


def test_a_source_without_a_secret_believes_nothing() -> None:
    with pytest.raises(SignatureRefused, match="No signing secret is set"):
        CHATWOOT.verify(signed(b"{}", key=""), SourceSecrets(signing=(SecretStr(""),)))
