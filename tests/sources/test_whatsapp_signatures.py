import hashlib
import hmac

import pytest

from cases.errors import SignatureRefused
from cases.source import SourceSecrets
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import handshake
from tests.sources.whatsapp_deliveries import AT, SECRETS, WHATSAPP, body_of, change, signed, text


@pytest.mark.parametrize("key", ["new", "old"])
def test_a_signed_delivery_is_known_by_its_body(key: str) -> None:
    body = body_of(change(messages=[text()]))
    assert WHATSAPP.verify(signed(body, key), SECRETS) == hashlib.sha256(body).hexdigest()


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not of this body"):
        WHATSAPP.verify(signed(b"{}")._replace(body=b"{ }"), SECRETS)


def test_a_guessed_secret_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not of this body"):
        WHATSAPP.verify(signed(b"{}", "guessed"), SECRETS)


def test_a_signature_of_the_older_kind_is_not_enough() -> None:
    mac = hmac.new(b"new", b"{}", hashlib.sha1).hexdigest()
    with pytest.raises(SignatureRefused, match="The header X-Hub-Signature-256 is missing"):
        WHATSAPP.verify(Delivery({"x-hub-signature": f"sha1={mac}"}, b"{}", AT), SECRETS)


def test_a_source_without_a_secret_believes_nothing() -> None:
    with pytest.raises(SignatureRefused, match="No signing secret is set"):
        WHATSAPP.verify(signed(b"{}"), SourceSecrets())


def test_the_challenge_comes_back_where_the_word_is_right() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "open-sesame", "hub.challenge": "1158201444"}
    assert handshake(query, SECRETS) == "1158201444"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hub.mode": "unsubscribe"}, "hub.mode is not subscribe"),
        ({"hub.verify_token": "guessed"}, "not the handshake word"),
        ({"hub.verify_token": ""}, "not the handshake word"),
        ({"hub.verify_token": "ö"}, "not the handshake word"),
        ({"hub.challenge": ""}, "hub.challenge is missing"),
        ({"hub.challenge": "<script>"}, "no plain word"),
        ({"hub.challenge": "1" * 300}, "no plain word"),
    ],
)
def test_a_handshake_that_is_none_is_refused(changes: dict[str, str], words: str) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "open-sesame", "hub.challenge": "1158201444", **changes}
    with pytest.raises(SignatureRefused, match=words):
        handshake(query, SECRETS)


def test_without_a_word_no_handshake_is_right() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
    with pytest.raises(SignatureRefused, match="No handshake word is set"):
        handshake(query, SourceSecrets())
