import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import CustomerWrote, Nothing, ReplyDelivered, ReplyUndelivered, SourceEvent, Unreadable
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Channel, Medium
from integrations.sources.protocol import Delivery
from integrations.sources.whatsapp import WhatsAppSource, handshake
from routing.writers import others_in

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source(tenant="acme", name="phone", kind=SourceKind.WHATSAPP, account="106540352242922")
SECRETS = SourceSecrets(signing=(SecretStr("new"), SecretStr("old")), handshake=SecretStr("open-sesame"))
WHATSAPP = WhatsAppSource()
ADA = "4915112345678"
WAMID = "wamid.HBgNNDkxNTExMjM0NTY3OBUCABIYFjNFQjA+/A=="


def text(body: str = "Where is my order?", **more: JsonValue) -> dict[str, JsonValue]:
    seconds = str(int(AT.timestamp()))
    return {"from": ADA, "id": WAMID, "timestamp": seconds, "type": "text", "text": {"body": body}, **more}


def of_kind(kind: str, content: JsonValue) -> dict[str, JsonValue]:
    return {"from": ADA, "id": WAMID, "timestamp": str(int(AT.timestamp())), "type": kind, kind: content}


def status(word: str, **more: JsonValue) -> dict[str, JsonValue]:
    seconds = str(int(AT.timestamp()))
    return {"id": "wamid.ours==", "status": word, "timestamp": seconds, "recipient_id": ADA, **more}


def change(**value: JsonValue) -> dict[str, JsonValue]:
    return {
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
            "contacts": [{"wa_id": ADA, "profile": {"name": "Ada Byron"}}],
            **value,
        },
    }


def body_of(*changes: JsonValue) -> bytes:
    entry: JsonValue = {"id": "102290129340398", "changes": list(changes), "time": 1}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry], "tomorrow": 1}).encode()


def signed(body: bytes, key: str = "new") -> Delivery:
    mac = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return Delivery({"x-hub-signature-256": f"sha256={mac}"}, body, AT)


def told(*changes: JsonValue) -> tuple[SourceEvent, ...]:
    return WHATSAPP.parse(signed(body_of(*changes)), SOURCE)


def written(message: JsonValue) -> CustomerWrote:
    (event,) = told(change(messages=[message]))
    assert isinstance(event, CustomerWrote)
    return event


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


def test_a_message_is_a_ticket_that_does_not_show_the_number() -> None:
    event = written(text())
    ticket = event.ticket
    hashed = hashlib.sha256(f"acme:106540352242922:{ADA}".encode()).hexdigest()[:24]
    assert ticket.case_id == f"ticket:acme:phone:wa-{hashed}"
    assert ADA not in ticket.case_id
    assert ticket.channel is Channel.WHATSAPP
    assert (ticket.customer.id, ticket.customer.name, ticket.customer.authenticated) == (ADA, "Ada Byron", False)
    assert others_in(ticket) == ()
    assert (event.message.text, event.message.sent_at) == ("Where is my order?", AT)
    assert ticket.messages == (event.message,)


def test_the_same_message_has_the_same_id_and_another_one_another() -> None:
    assert written(text()).message.id == written(text()).message.id
    assert written(text()).message.id != written(text(id="wamid.other==")).message.id


def test_two_tenants_never_share_a_ticket() -> None:
    other = SOURCE.model_copy(update={"tenant": "other"})
    (event,) = WHATSAPP.parse(signed(body_of(change(messages=[text()]))), other)
    assert isinstance(event, CustomerWrote)
    assert event.ticket.id != written(text()).ticket.id


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (of_kind("button", {"text": "Yes, please", "payload": "yes"}), "Yes, please"),
        (of_kind("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Refund"}}), "Refund"),
        (
            of_kind("interactive", {"list_reply": {"title": "Refund", "description": "of an order"}}),
            "Refund\nof an order",
        ),
        (of_kind("location", {"latitude": 48.1, "longitude": 11.5, "name": "Home"}), "(location)\nHome\n48.1, 11.5"),
        (of_kind("image", {"id": "55", "mime_type": "image/jpeg", "caption": "The zip"}), "The zip"),
        (of_kind("audio", {"id": "55", "mime_type": "audio/ogg; codecs=opus", "voice": True}), "(audio)"),
        (of_kind("contacts", [{"name": {}}]), "(contacts)"),
        (of_kind("unsupported", {"type": "poll"}), "(unsupported)"),
        (text("   "), "(no text)"),
    ],
)
def test_every_kind_of_message_has_words(message: JsonValue, words: str) -> None:
    assert written(message).message.text == words


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("image", {"mime_type": "image/jpeg"}, ("image.jpg", "image/jpeg", Medium.PICTURE)),
        ("audio", {"mime_type": "audio/ogg; codecs=opus"}, ("audio.oga", "audio/ogg", Medium.RECORDING)),
        (
            "document",
            {"mime_type": "application/pdf", "filename": "bill.pdf"},
            ("bill.pdf", "application/pdf", Medium.OTHER),
        ),
        ("sticker", {"mime_type": "image/webp"}, ("sticker.webp", "image/webp", Medium.PICTURE)),
    ],
)
def test_a_file_comes_by_the_address_of_its_id(
    kind: str, content: dict[str, JsonValue], expected: tuple[str, str, Medium]
) -> None:
    (file,) = written(of_kind(kind, {"id": "1003383421387256", **content})).message.attachments
    assert file.url == "https://graph.facebook.com/1003383421387256"
    assert (file.media_type, file.medium) == expected[1:]
    assert file.name.partition(".")[0] == expected[0].partition(".")[0]


def test_a_source_with_an_address_of_its_own_has_its_files_there() -> None:
    source = SOURCE.model_copy(update={"url": "http://127.0.0.1:9"})
    body = body_of(change(messages=[of_kind("image", {"id": "5"})]))
    (event,) = WHATSAPP.parse(signed(body), source)
    assert isinstance(event, CustomerWrote)
    assert event.message.attachments[0].url == "http://127.0.0.1:9/5"


def test_a_long_message_is_cut_and_says_so() -> None:
    event = written(text("a" * 30_000))
    assert len(event.message.text) == MAXIMUM_MESSAGE_CHARACTERS
    assert event.message.text.endswith("too long.]")


def test_several_messages_and_statuses_come_at_once() -> None:
    events = told(
        change(messages=[text("One", id="wamid.1"), text("Two", id="wamid.2")], statuses=[status("read")]),
        change(messages=[text("Three", id="wamid.3")]),
    )
    words = [event.message.text if isinstance(event, CustomerWrote) else event.event for event in events]
    assert words == ["One", "Two", "reply_delivered", "Three"]


@pytest.mark.parametrize("word", ["sent", "delivered", "read"])
def test_a_reply_that_arrived_is_known_by_our_reference(word: str) -> None:
    (event,) = told(change(statuses=[status(word, biz_opaque_callback_data="ticket:acme/0/reply")]))
    assert event == ReplyDelivered(message_id="wamid.ours==", reference="ticket:acme/0/reply")


def test_a_reply_without_a_reference_is_known_by_its_id() -> None:
    (event,) = told(change(statuses=[status("sent")]))
    assert event == ReplyDelivered(message_id="wamid.ours==", reference=None)


def test_a_reply_that_failed_says_why() -> None:
    errors: JsonValue = [{"code": 131026, "title": "Message undeliverable"}]
    (event,) = told(change(statuses=[status("failed", errors=errors, biz_opaque_callback_data="r")]))
    assert event == ReplyUndelivered(message_id="wamid.ours==", reference="r", why="Message undeliverable")


@pytest.mark.parametrize(
    "changes",
    [
        change(messages=[of_kind("reaction", {"emoji": "👍"})]),
        change(messages=[of_kind("system", {"body": "changed"})]),
        change(statuses=[status("deleted")]),
        change(errors=[{"code": 130429}]),
        {"field": "message_template_status_update", "value": {"event": "APPROVED"}},
        {"field": None},
    ],
)
def test_what_says_nothing_is_nothing(changes: JsonValue) -> None:
    (event,) = told(changes)
    assert isinstance(event, Nothing)
    assert event.why.endswith(".")


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
    assert (event.ticket.customer.id, event.ticket.customer.name) == (ADA, None)


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


def test_a_delivery_says_which_number_it_is_for() -> None:
    assert WHATSAPP.account(body_of(change(messages=[text()]))) == "106540352242922"


@pytest.mark.parametrize("body", [b"\x00", b"{}", body_of(), body_of({"field": "account_update", "value": {}})])
def test_what_says_no_number_is_for_none(body: bytes) -> None:
    assert WHATSAPP.account(body) is None


def test_what_cannot_be_read_is_still_answered_with_200() -> None:
    assert WHATSAPP.acknowledgement.unreadable == 200
    assert WHATSAPP.acknowledgement.later == 503


def test_the_test_delivery_is_one_that_is_believed() -> None:
    delivery = WHATSAPP.test_delivery(SOURCE, SECRETS, "test-1", AT)
    assert WHATSAPP.verify(delivery, SECRETS)
    assert WHATSAPP.account(delivery.body) == SOURCE.account
    (event,) = WHATSAPP.parse(delivery, SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.message.text.startswith("This is a test")


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
