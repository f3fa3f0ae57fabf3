"""One part of a delivery that cannot be read hides no other, and no bytes raise what is not promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source_event import CustomerWrote, ReplyDelivered, ReplyUndelivered, Unreadable
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import handshake
from tests.sources.whatsapp_deliveries import (
    ADA,
    AT,
    SECRETS,
    SOURCE,
    WHATSAPP,
    body_of,
    change,
    of_kind,
    signed,
    status,
    text,
    told,
)


def test_messages_to_a_number_of_no_source_here_are_seen() -> None:
    metadata: JsonValue = {"phone_number_id": "999"}
    elsewhere, here = told(change(metadata=metadata, messages=[text()]), change(messages=[text()]))
    assert isinstance(elsewhere, Unreadable)
    assert "the number '999', which no source at this address has. Register the number" in elsewhere.why
    assert isinstance(here, CustomerWrote)


@pytest.mark.parametrize(
    ("unreadable", "field"),
    [
        (text(timestamp="soon"), "entry.0.changes.0.value.messages.1.timestamp"),
        ({"id": "1"}, "entry.0.changes.0.value.messages.1.from"),
        (of_kind("image", {"id": ""}), "entry.0.changes.0.value.messages.1.image.id"),
        (None, "entry.0.changes.0.value.messages.1"),
    ],
)
def test_a_message_that_is_unreadable_hides_no_other(unreadable: JsonValue, field: str) -> None:
    messages: JsonValue = [text("One", id="wamid.1"), unreadable, text("Three", id="wamid.3")]
    one, lost, three, read = told(change(messages=messages, statuses=[status("read")]))
    assert [event.message.text for event in (one, three) if isinstance(event, CustomerWrote)] == ["One", "Three"]
    assert isinstance(read, ReplyDelivered)
    assert isinstance(lost, Unreadable)
    assert lost.why.startswith(f"{field}: ")


def test_a_status_that_is_unreadable_hides_no_other() -> None:
    lost, failed = told(change(statuses=[{"status": "read"}, status("failed")]))
    assert isinstance(lost, Unreadable)
    assert lost.why.startswith("entry.0.changes.0.value.statuses.0.id: is missing")
    assert isinstance(failed, ReplyUndelivered)


def test_a_contact_that_is_unreadable_costs_no_more_than_a_name() -> None:
    (event,) = told(change(contacts=[7, {"wa_id": ADA, "profile": "Ada"}], messages=[text()]))
    assert isinstance(event, CustomerWrote)
    assert (event.ticket.customer.contact_id, event.ticket.customer.name) == (ADA, None)


@pytest.mark.parametrize(
    ("unreadable", "field"),
    [
        (change(metadata={}), "entry.0.changes.0.value.metadata.phone_number_id"),
        (change(messages="none"), "entry.0.changes.0.value.messages"),
        ({"field": "messages", "value": None}, "entry.0.changes.0.value"),
    ],
)
def test_a_change_that_is_unreadable_hides_no_other(unreadable: JsonValue, field: str) -> None:
    lost, wrote = told(unreadable, change(messages=[text()]))
    assert isinstance(lost, Unreadable)
    assert lost.why.startswith(f"{field}: ")
    assert isinstance(wrote, CustomerWrote)


@pytest.mark.parametrize(
    ("body", "field"),
    [(b"", "(whole)"), (b"\xff", "(whole)"), (b"{}", "entry"), (b'{"entry": [{"changes": 1}]}', "entry.0.changes")],
)
def test_what_cannot_be_read_is_named(body: bytes, field: str) -> None:
    with pytest.raises(InvalidDelivery) as refused:
        WHATSAPP.parse(signed(body), SOURCE)
    assert refused.value.field == field


def test_what_cannot_be_read_is_still_answered_with_200() -> None:
    assert WHATSAPP.acknowledgement.unreadable == 200
    assert WHATSAPP.acknowledgement.later == 503


@given(st.binary())
def test_arbitrary_bytes_raise_nothing_but_what_is_promised(body: bytes) -> None:
    WHATSAPP.account(body)
    with pytest.raises(InvalidDelivery):
        WHATSAPP.parse(signed(body), SOURCE)


NAMES = st.sampled_from(
    ["messages", "statuses", "metadata", "contacts", "text", "from", "id", "timestamp", "type", "image"]
)
VALUES = st.recursive(
    st.none() | st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES), st.dictionaries(NAMES, VALUES))
def test_arbitrary_fields_raise_nothing_but_what_is_promised(
    value: dict[str, JsonValue], message: dict[str, JsonValue]
) -> None:
    body = body_of(change(**value), change(messages=[{**text(), **message}]))
    WHATSAPP.account(body)
    assert WHATSAPP.parse(signed(body), SOURCE)


@given(st.text(), st.binary())
def test_arbitrary_signatures_are_refused(signature: str, body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        WHATSAPP.verify(Delivery({"x-hub-signature-256": signature}, body, AT), SECRETS)


@given(st.dictionaries(st.sampled_from(["hub.mode", "hub.verify_token", "hub.challenge"]), st.text()))
def test_arbitrary_queries_are_refused(query: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        handshake(query, SECRETS)
