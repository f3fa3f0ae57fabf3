from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import svix.webhooks
from pydantic import SecretStr

from cases.errors import SignatureRefused
from cases.source import SourceSecrets
from integrations.sources.protocol import Delivery
from tests.sources.standard_deliveries import AT, GERMANY, NEW, OLD, SECRETS, SOURCE, STANDARD, signed


@pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.webhooks.Webhook])
@pytest.mark.parametrize("key", [NEW, OLD])
def test_what_the_libraries_sign_is_believed(
    library: type[standardwebhooks.Webhook] | type[svix.webhooks.Webhook], key: str
) -> None:
    body = "{“größe”: 1}"
    headers = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": library(key).sign("msg_2", AT, body),
    }
    assert STANDARD.verify(Delivery(headers, body.encode(), AT), SECRETS) == "msg_2"


def test_the_specifications_own_example_is_believed() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secrets = SourceSecrets(signing=(SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),))
    assert STANDARD.verify(Delivery(headers, b'{"test": 2432232314}', at), secrets) == headers["webhook-id"]


def test_what_we_sign_is_believed_by_the_libraries() -> None:
    now = datetime.now(GERMANY)
    delivery = STANDARD.test_delivery(SOURCE, SECRETS, "test-1", now)
    headers = {**delivery.headers}
    svix.webhooks.Webhook(NEW).verify(delivery.body, headers)
    assert standardwebhooks.Webhook(NEW).verify(delivery.body, headers)["type"] == "ticket.created"


def test_one_of_several_signatures_is_enough() -> None:
    delivery = signed(b"{}")
    several = f"v1a,abc= v1,d3Jvbmc= {delivery.headers['webhook-signature']} v1,bW9yZQ=="
    assert STANDARD.verify(delivery._replace(headers={**delivery.headers, "webhook-signature": several}), SECRETS)


def test_the_time_counts_at_which_a_delivery_came_and_not_that_of_its_check() -> None:
    long_ago = AT - timedelta(days=3)
    assert STANDARD.verify(signed(b"{}", at=long_ago), SECRETS) == "msg_1"


@pytest.mark.parametrize(("minutes", "words"), [(6, "5 minutes old"), (-6, "5 minutes ahead")])
def test_a_delivery_of_another_time_is_refused(minutes: int, words: str) -> None:
    with pytest.raises(SignatureRefused, match=words):
        STANDARD.verify(signed(b"{}", arrived=AT + timedelta(minutes=minutes)), SECRETS)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("webhook-id", "", "The header webhook-id is missing"),
        ("webhook-timestamp", "", "The header webhook-timestamp is missing"),
        ("webhook-signature", " ", "The header webhook-signature is missing"),
        ("webhook-timestamp", "1e9", "not a time"),
        ("webhook-timestamp", "nan", "not a time"),
        ("webhook-id", "msg_2", "not of this body"),
        ("webhook-id", "m" * 201, "longer than 200 characters"),
        ("webhook-timestamp", str(int(AT.timestamp()) + 1), "not of this body"),
        ("webhook-signature", "v1", "not of this body"),
        ("webhook-signature", "v1,!", "not of this body"),
        ("webhook-signature", "v2," + "a" * 43 + "=", "not of this body"),
    ],
)
def test_a_header_that_was_changed_is_refused(name: str, value: str, words: str) -> None:
    delivery = signed(b"{}")
    with pytest.raises(SignatureRefused, match=words):
        STANDARD.verify(delivery._replace(headers={**delivery.headers, name: value}), SECRETS)


def test_a_body_that_was_changed_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="nothing between them changes the body"):
        STANDARD.verify(signed(b"{}")._replace(body=b"{ }"), SECRETS)


def test_a_body_in_another_encoding_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not UTF-8"):
        STANDARD.verify(signed("größe".encode("latin-1")), SECRETS)


@pytest.mark.parametrize("key", ["whsec_", "whsec_a", "!"])
def test_a_secret_that_is_none_is_told_without_being_shown(key: str) -> None:
    with pytest.raises(SignatureRefused, match="paste it anew"):
        STANDARD.verify(signed(b"{}"), SourceSecrets(signing=(SecretStr(key),)))


def test_a_source_without_a_secret_believes_nothing() -> None:
    with pytest.raises(SignatureRefused, match="No signing secret is set"):
        STANDARD.verify(signed(b"{}"), SourceSecrets())
