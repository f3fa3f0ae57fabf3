import hashlib
import hmac
import json
from datetime import timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import TicketChanged
from integrations.sources.protocol import Delivery
from integrations.sources.zammad import ZammadSource
from tests.sources.vendor import JSON, NEWEST, NOW, SECRETS, Vendor

SOURCE = Source(tenant="acme", name="help", kind=SourceKind.ZAMMAD, url="https://zammad.acme.example")
ADAPTER = ZammadSource()


def told(**article: object) -> dict[str, object]:
    """What a trigger sends, as Zammad's source writes it."""
    return {
        "ticket": {
            "id": 4471,
            "number": "24471",
            "title": "Where is my order?",
            "state": "open",
            "group": {"id": 1, "name": "Users"},
            "customer": {"id": 12, "email": "ada@example.com", "login": "ada@example.com"},
            "updated_at": "2026-11-18T09:29:58.123Z",
        },
        "article": {
            "id": 9,
            "ticket_id": 4471,
            "body": "It was to come on Monday.",
            "content_type": "text/plain",
            "sender": "Customer",
            "type": "email",
            "internal": False,
            **article,
        },
    }


def signed(body: bytes, secret: str = NEWEST) -> Delivery:
    """Signed as OpenSSL::HMAC.hexdigest does it there."""
    digest = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    headers = {
        "x-hub-signature": f"sha1={digest}",
        "x-zammad-trigger": "tell signalbox",
        "x-zammad-delivery": "0a1b2c3d",
        "content-type": "application/json; charset=utf-8",
    }
    return Delivery(headers, body, NOW)


ZAMMAD = Vendor(ADAPTER, SOURCE, signed)


def test_a_delivery_is_known_by_its_body_because_its_own_id_is_not_signed() -> None:
    delivery = ZAMMAD.delivers(told())
    renamed = delivery._replace(headers={**delivery.headers, "x-zammad-delivery": "another"})
    assert ADAPTER.verify(delivery, SECRETS) == ADAPTER.verify(renamed, SECRETS)
    assert ADAPTER.verify(delivery, SECRETS) == hashlib.sha256(delivery.body).hexdigest()


def test_another_body_is_another_delivery() -> None:
    assert ADAPTER.verify(ZAMMAD.delivers(told()), SECRETS) != ADAPTER.verify(ZAMMAD.delivers(told(id=10)), SECRETS)


def test_a_delivery_signed_with_the_secret_that_is_being_replaced_is_taken() -> None:
    assert ADAPTER.verify(signed(b"{}", secret="old-secret"), SECRETS)


def test_a_delivery_of_another_day_is_only_known_by_its_body() -> None:
    old = ZAMMAD.delivers(told())._replace(at=NOW + timedelta(days=30))
    assert ADAPTER.verify(old, SECRETS) == ADAPTER.verify(ZAMMAD.delivers(told()), SECRETS)
    assert ADAPTER.parse(old, SOURCE) == (TicketChanged(ticket_id="4471"),)


def test_a_changed_body_is_refused() -> None:
    delivery = ZAMMAD.delivers(told())
    assert "is not of this body" in ZAMMAD.refusal(delivery._replace(body=delivery.body + b" "))


def test_another_secret_is_refused_and_the_right_signature_not_told() -> None:
    said = ZAMMAD.refusal(signed(b"{}", secret="somebody else's"))
    assert "same secret" in said
    assert signed(b"{}").headers["x-hub-signature"] not in said
    assert NEWEST not in said


def test_a_missing_signature_is_named() -> None:
    assert "The header X-Hub-Signature is missing" in ZAMMAD.refusal(Delivery({}, b"{}", NOW))


@pytest.mark.parametrize("given", ["sha256=" + "0" * 64, "0" * 40, "sha1=", "sha1=" + "Z" * 40])
def test_a_signature_of_another_form_is_told_from_a_wrong_one(given: str) -> None:
    assert "of the form sha1=" in ZAMMAD.refusal(Delivery({"x-hub-signature": given}, b"{}", NOW))


def test_without_a_secret_nothing_is_believed() -> None:
    assert "No signing secret" in ZAMMAD.refusal(ZAMMAD.delivers(told()), SourceSecrets())


@pytest.mark.parametrize(
    "article", [{}, {"sender": "Agent"}, {"internal": True, "type": "note"}, {"sender": "System"}, {"body": None}]
)
def test_whatever_article_it_carries_the_ticket_is_read_again(article: dict[str, object]) -> None:
    assert ZAMMAD.tells(told(**article)) == (TicketChanged(ticket_id="4471"),)


def test_a_trigger_without_an_article_is_understood() -> None:
    assert ZAMMAD.tells({**told(), "article": {}}) == (TicketChanged(ticket_id="4471"),)


def test_fields_that_nobody_knows_are_passed_over() -> None:
    assert ZAMMAD.tells({"ticket": {"id": "4471", "new": 1}, "new": {}}) == (TicketChanged(ticket_id="4471"),)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ticket"),
        ({"ticket": {}}, "ticket.id"),
        ({"ticket": {"id": None}}, "ticket.id"),
        ({"ticket": {"id": ""}}, "ticket.id"),
        ({"ticket": [1]}, "ticket"),
        ("text", "(whole)"),
    ],
)
def test_what_cannot_be_understood_names_the_field_as_zammad_does(body: object, field: str) -> None:
    with pytest.raises(InvalidDelivery) as invalid:
        ZAMMAD.tells(body)
    assert invalid.value.field == field
    assert "Zammad's own payload" in invalid.value.way_out


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{}", "{}".encode("utf-16")])
def test_what_is_not_json_says_so(body: bytes) -> None:
    with pytest.raises(InvalidDelivery, match="is not JSON"):
        ADAPTER.parse(signed(body), SOURCE)


def test_it_names_no_account() -> None:
    assert ADAPTER.account(json.dumps(told()).encode()) is None


def test_a_passing_failure_is_answered_so_that_zammad_sends_again() -> None:
    assert ADAPTER.acknowledgement.later is HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("ticket_id", ["991", "test-991"])
def test_the_test_delivery_goes_through_the_same_checks(ticket_id: str) -> None:
    delivery = ADAPTER.test_delivery(SOURCE, SECRETS, ticket_id, NOW)
    assert ADAPTER.verify(delivery, SECRETS)
    assert ADAPTER.parse(delivery, SOURCE) == (TicketChanged(ticket_id=ticket_id),)


@given(body=st.binary(max_size=300), signature=st.text(max_size=60))
def test_arbitrary_bytes_raise_nothing_but_the_typed_errors(body: bytes, signature: str) -> None:
    with pytest.raises(SignatureRefused):
        ADAPTER.verify(Delivery({"x-hub-signature": signature}, body, NOW), SECRETS)
    assert ADAPTER.account(body) is None
    with pytest.raises(InvalidDelivery):
        ADAPTER.parse(signed(body), SOURCE)


@given(ticket=JSON | st.fixed_dictionaries({"id": JSON}))
def test_arbitrary_json_raises_nothing_but_the_typed_errors(ticket: object) -> None:
    delivery = ZAMMAD.delivers({"ticket": ticket})
    assert ADAPTER.verify(delivery, SECRETS)
    try:
        ADAPTER.parse(delivery, SOURCE)
    except InvalidDelivery as invalid:
        assert invalid.field
