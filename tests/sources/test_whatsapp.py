import hashlib

import pytest
from pydantic import JsonValue

from cases.source_event import (
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    ReplyDelivered,
    ReplyUndelivered,
    Unreadable,
)
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Channel, Medium
from routing.writers import others_in
from tests.sources.whatsapp_deliveries import (
    ADA,
    AT,
    SECRETS,
    SOURCE,
    WAMID,
    WHATSAPP,
    body_of,
    change,
    of_kind,
    signed,
    status,
    text,
    told,
    written,
)


def test_a_message_is_a_ticket_that_does_not_show_the_number() -> None:
    event = written(text())
    ticket = event.ticket
    hashed = hashlib.sha256(f"acme:106540352242922:{ADA}".encode()).hexdigest()[:24]
    assert ticket.case_id == f"ticket:acme:phone:wa-{hashed}"
    assert ADA not in ticket.case_id
    assert ticket.channel is Channel.WHATSAPP
    customer = ticket.customer
    assert (customer.id, customer.contact_id, customer.name) == (None, ADA, "Ada Byron")
    assert not customer.authenticated
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
    assert "the text is too long" in event.message.text


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
        change(messages=[of_kind("sticker", {"id": "77", "mime_type": "image/webp"})]),
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


def test_a_delivery_says_which_number_it_is_for() -> None:
    assert WHATSAPP.account(body_of(change(messages=[text()]))) == "106540352242922"


@pytest.mark.parametrize("body", [b"\x00", b"{}", body_of(), body_of({"field": "account_update", "value": {}})])
def test_what_says_no_number_is_for_none(body: bytes) -> None:
    assert WHATSAPP.account(body) is None


def test_the_test_delivery_is_one_that_is_believed() -> None:
    delivery = WHATSAPP.test_delivery(SOURCE, SECRETS, "test-1", AT)
    assert WHATSAPP.verify(delivery, SECRETS)
    assert WHATSAPP.account(delivery.body) == SOURCE.account
    (event,) = WHATSAPP.parse(delivery, SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.message.text.startswith("This is a test")


def test_a_message_that_was_taken_back_is_deleted() -> None:
    (event,) = told(change(messages=[of_kind("revoke", {"original_message_id": WAMID})]))
    ticket = written(text()).ticket
    assert event == MessageDeleted(ticket_id=ticket.id, message_id=ticket.messages[0].id, at=AT)


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("text", {"body": "Do not cancel it!"}, "Do not cancel it!"),
        ("image", {"id": "77", "caption": "The other one"}, "The other one"),
    ],
)
def test_an_edit_is_the_earlier_message_with_other_words(kind: str, content: JsonValue, words: str) -> None:
    told_anew: JsonValue = {"context": {"message_id": "M0"}, "type": kind, kind: content}
    edit: JsonValue = {"original_message_id": WAMID, "message": told_anew}
    (event,) = told(change(messages=[of_kind("edit", edit) | {"id": "wamid.another=="}]))
    before = written(text())
    assert isinstance(event, MessageEdited)
    assert (event.ticket_id, event.message.id) == (before.ticket.id, before.message.id)
    assert (event.message.text, event.at) == (words, AT)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (of_kind("edit", {"original_message_id": WAMID}), "edit.message"),
        (of_kind("revoke", {}), "revoke.original_message_id"),
        ({**text(), "type": "edit"}, "edit"),
        ({**text(), "type": "revoke"}, "revoke"),
    ],
)
def test_an_edit_of_nothing_is_somebodys_to_look_at(message: JsonValue, field: str) -> None:
    (event,) = told(change(messages=[message]))
    assert isinstance(event, Unreadable)
    assert field in event.why
