import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import Nothing, Removal, TicketChanged, TicketMerged, TicketRemoved
from integrations.sources.protocol import Delivery
from integrations.sources.zendesk import ZendeskSource
from tests.sources.vendor import JSON, NEWEST, NOW, SECRETS, Vendor

SOURCE = Source(
    tenant="acme", name="help", kind=SourceKind.ZENDESK, url="https://acme.zendesk.com", user="bot@acme.example"
)
ADAPTER = ZendeskSource()


def event(kind: str, **event: object) -> dict[str, object]:
    """An event as the vendor's documentation shows it."""
    return {
        "type": f"zen:event-type:ticket.{kind}",
        "account_id": 12514403,
        "id": "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
        "time": "2026-11-18T09:29:58Z",
        "zendesk_event_version": "2022-11-06",
        "subject": "zen:ticket:4471",
        "detail": {
            "id": "4471",
            "subject": "Where is my order?",
            "description": "It was to come on Monday.",
            "status": "OPEN",
            "requester_id": "8447388090494",
            "via": {"channel": "email"},
        },
        "event": event,
    }


def signed(body: bytes, secret: str = NEWEST, at: datetime = NOW, stamp: str | None = None) -> Delivery:
    """Signed as the vendor's documentation says, step by step."""
    said = stamp or at.isoformat().replace("+00:00", "Z")
    digest = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    digest.update(said.encode())
    digest.update(body)
    headers = {
        "x-zendesk-webhook-signature": base64.b64encode(digest.digest()).decode(),
        "x-zendesk-webhook-signature-timestamp": said,
        "x-zendesk-webhook-invocation-id": "01HXNYT",
    }
    return Delivery(headers, body, NOW)


ZENDESK = Vendor(ADAPTER, SOURCE, signed)


def test_a_signed_delivery_has_the_id_that_is_inside_the_signed_body() -> None:
    assert ADAPTER.verify(ZENDESK.delivers(event("created")), SECRETS) == "2b24ef10-19d4-4740-93cf-8f98ec4776c0"


def test_an_id_in_a_header_counts_for_nothing() -> None:
    delivery = ZENDESK.delivers(event("created"))
    other = Delivery({**delivery.headers, "x-zendesk-webhook-invocation-id": "another"}, delivery.body, NOW)
    assert ADAPTER.verify(other, SECRETS) == ADAPTER.verify(delivery, SECRETS)


def test_a_delivery_signed_with_the_secret_that_is_being_replaced_is_taken() -> None:
    assert ADAPTER.verify(signed(json.dumps(event("created")).encode(), secret="old-secret"), SECRETS)


def test_a_signed_body_without_an_id_is_known_by_what_was_signed() -> None:
    first, second = ZENDESK.delivers({"ticket": 1}), ZENDESK.delivers({"ticket": 2})
    assert ADAPTER.verify(first, SECRETS) == ADAPTER.verify(first, SECRETS) != ADAPTER.verify(second, SECRETS)


def test_a_changed_body_is_refused() -> None:
    delivery = ZENDESK.delivers(event("created"))
    assert "is not of this body" in ZENDESK.refusal(delivery._replace(body=delivery.body + b" "))


def test_a_time_that_was_changed_is_refused() -> None:
    delivery = ZENDESK.delivers(event("created"))
    moved = {**delivery.headers, "x-zendesk-webhook-signature-timestamp": "2026-11-18T09:30:01Z"}
    assert "is not of this body" in ZENDESK.refusal(delivery._replace(headers=moved))


def test_another_secret_is_refused_and_the_right_signature_not_told() -> None:
    delivery = signed(b"{}", secret="somebody else's")
    right = signed(b"{}").headers["x-zendesk-webhook-signature"]
    said = ZENDESK.refusal(delivery)
    assert "same secret" in said
    assert right not in said
    assert NEWEST not in said


@pytest.mark.parametrize("name", ["x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp"])
def test_a_missing_header_is_named(name: str) -> None:
    delivery = ZENDESK.delivers(event("created"))
    left = {key: value for key, value in delivery.headers.items() if key != name}
    assert f"the header {name} is missing" in ZENDESK.refusal(delivery._replace(headers=left)).lower()


def test_a_signature_of_another_form_is_told_from_a_wrong_one() -> None:
    delivery = ZENDESK.delivers(event("created"))
    hexadecimal = {**delivery.headers, "x-zendesk-webhook-signature": "ab" * 32}
    assert "base64" in ZENDESK.refusal(delivery._replace(headers=hexadecimal))


@pytest.mark.parametrize("stamp", ["1763458200", "2026-11-18", "2026-11-18T09:30:00", "now"])
def test_a_time_of_another_form_is_refused(stamp: str) -> None:
    assert "not a time with its zone" in ZENDESK.refusal(signed(b"{}", stamp=stamp))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_delivery_from_another_time_is_refused(minutes: int) -> None:
    assert "more than 5 minutes" in ZENDESK.refusal(signed(b"{}", at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_be_minutes_apart(minutes: int) -> None:
    assert ADAPTER.verify(signed(b"{}", at=NOW + timedelta(minutes=minutes)), SECRETS)


def test_without_a_secret_nothing_is_believed() -> None:
    assert "No signing secret" in ZENDESK.refusal(ZENDESK.delivers(event("created")), SourceSecrets())


@pytest.mark.parametrize(
    "kind",
    [
        "created",
        "comment_added",
        "status_changed",
        "custom_status_changed",
        "satisfaction_score_changed",
        "csat_response_submitted",
    ],
)
def test_what_may_change_a_ticket_has_it_read_again(kind: str) -> None:
    assert ZENDESK.tells(event(kind)) == (TicketChanged(ticket_id="4471"),)


def test_a_public_comment_has_the_ticket_read_again() -> None:
    comment = {"id": "9", "body": "Any news?", "is_public": True, "author": {"id": "8", "is_staff": False}}
    assert ZENDESK.tells(event("comment_added", comment=comment)) == (TicketChanged(ticket_id="4471"),)


def test_a_private_note_is_nothing() -> None:
    (said,) = ZENDESK.tells(event("comment_added", comment={"id": "9", "body": "psst", "is_public": False}))
    assert isinstance(said, Nothing)
    assert "private note" in said.why


@pytest.mark.parametrize("kind", ["tags_changed", "priority_changed", "brand_changed", "invented_next_year"])
def test_other_kinds_of_events_are_nothing(kind: str) -> None:
    (said,) = ZENDESK.tells(event(kind))
    assert isinstance(said, Nothing)


def test_an_event_about_a_user_is_nothing() -> None:
    (said,) = ZENDESK.tells({**event("created"), "type": "zen:event-type:user.active_changed"})
    assert isinstance(said, Nothing)


def test_an_id_may_be_a_number_and_fields_that_nobody_knows_are_passed_over() -> None:
    body = {**event("created"), "detail": {"id": 4471, "new_in_2027": "?"}, "new_in_2028": True}
    assert ZENDESK.tells(body) == (TicketChanged(ticket_id="4471"),)


def test_an_id_with_odd_characters_becomes_one_that_fits() -> None:
    (said,) = ZENDESK.tells({**event("created"), "detail": {"id": "../4471\x00"}})
    assert isinstance(said, TicketChanged)
    assert "/" not in said.ticket_id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"detail": {"id": "1"}}, "type"),
        ({"type": "zen:event-type:ticket.created"}, "detail"),
        ({"type": "zen:event-type:ticket.created", "detail": {}}, "detail.id"),
        ({"type": "zen:event-type:ticket.created", "detail": {"id": ""}}, "detail.id"),
        ({"type": "zen:event-type:ticket.created", "detail": {"id": {}}}, "detail.id"),
        (["no", "object"], "(whole)"),
    ],
)
def test_what_cannot_be_understood_names_the_field_as_zendesk_does(body: object, field: str) -> None:
    with pytest.raises(InvalidDelivery) as invalid:
        ZENDESK.tells(body)
    assert invalid.value.field == field
    assert "ticket events" in invalid.value.way_out


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{}", "{}".encode("utf-16")])
def test_what_is_not_json_says_so(body: bytes) -> None:
    with pytest.raises(InvalidDelivery, match="is not JSON"):
        ADAPTER.parse(signed(body), SOURCE)


def test_the_account_is_read_before_anybody_has_vouched_for_the_body() -> None:
    assert ADAPTER.account(json.dumps(event("created")).encode()) == "12514403"
    assert ADAPTER.account(b"{}") is None


def test_a_passing_failure_is_answered_so_that_zendesk_sends_again() -> None:
    assert ADAPTER.acknowledgement.later is HTTPStatus.CONFLICT


def test_the_test_delivery_goes_through_the_same_checks() -> None:
    delivery = ADAPTER.test_delivery(SOURCE, SECRETS, "991", NOW)
    later = ADAPTER.test_delivery(SOURCE, SECRETS, "991", NOW + timedelta(seconds=1))
    assert ADAPTER.verify(delivery, SECRETS) != ADAPTER.verify(later, SECRETS)
    assert ADAPTER.parse(delivery, SOURCE) == (TicketChanged(ticket_id="991"),)


@given(body=st.binary(max_size=300), stamp=st.text(max_size=40), signature=st.text(max_size=60))
def test_arbitrary_bytes_raise_nothing_but_the_typed_errors(body: bytes, stamp: str, signature: str) -> None:
    headers = {"x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": stamp}
    with pytest.raises(SignatureRefused):
        ADAPTER.verify(Delivery(headers, body, NOW), SECRETS)
    ADAPTER.account(body)


@given(kind=JSON, detail=JSON | st.fixed_dictionaries({"id": JSON}), inner=JSON)
def test_arbitrary_json_raises_nothing_but_the_typed_errors(kind: object, detail: object, inner: object) -> None:
    body = json.dumps({"type": kind, "detail": detail, "event": inner, "id": kind, "account_id": detail}).encode()
    delivery = signed(body)
    assert ADAPTER.verify(delivery, SECRETS)
    ADAPTER.account(body)
    try:
        ADAPTER.parse(delivery, SOURCE)
    except InvalidDelivery as invalid:
        assert invalid.field


@given(stamp=st.text(max_size=30) | st.datetimes().map(lambda moment: f"{moment.isoformat()}+14:00"))
def test_a_signed_time_of_any_form_raises_nothing_but_the_typed_error(stamp: str) -> None:
    try:
        ADAPTER.verify(signed(b"{}", stamp=stamp or "-"), SECRETS)
    except SignatureRefused as refused:
        assert str(refused)


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("soft_deleted", Removal.DELETED),
        ("permanently_deleted", Removal.DELETED),
        ("marked_as_spam", Removal.SPAM),
    ],
)
def test_a_ticket_that_was_taken_away_is_told_as_such(what: str, how: Removal) -> None:
    told = ADAPTER.parse(signed(json.dumps(event(what)).encode()), SOURCE)
    at = datetime.fromisoformat("2026-11-18T09:29:58Z")
    assert told == (TicketRemoved(ticket_id="4471", how=how, at=at),)


@pytest.mark.parametrize("into", [4472, "4472"])
def test_a_merged_ticket_is_told_with_the_one_that_goes_on(into: object) -> None:
    told = ADAPTER.parse(signed(json.dumps(event("merged", target_ticket_id=into)).encode()), SOURCE)
    at = datetime.fromisoformat("2026-11-18T09:29:58Z")
    assert told == (TicketMerged(ticket_id="4471", into="4472", at=at),)


def test_a_corrected_requester_is_read_for_no_event_names_their_address() -> None:
    told = ADAPTER.parse(signed(json.dumps(event("requester_changed", current="9", previous="8")).encode()), SOURCE)
    assert told == (TicketChanged(ticket_id="4471"),)
