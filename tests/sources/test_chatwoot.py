import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from cases.errors import InvalidDelivery, SignatureRefused
from cases.machine_mail import MailHeaders
from cases.outcome import Satisfaction
from cases.source_event import (
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    MessageDeleted,
    MessageEdited,
    Nothing,
    Removal,
    TicketChanged,
    TicketRemoved,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Author, Channel, Message, Writer
from integrations.sources.chatwoot import ChatwootSource
from integrations.sources.protocol import Delivery
from tests.sources.chatwoot_deliveries import (
    AGENT,
    AT,
    BOT,
    CHATWOOT,
    CONTACT,
    SECRETS,
    SOURCE,
    conversation,
    message,
    said,
    signed,
)


def test_a_customers_message_is_a_ticket_of_its_conversation() -> None:
    event = said(message())
    assert isinstance(event, CustomerWrote)
    ticket = event.ticket
    assert ticket.case_id == "ticket:acme:chat:42"
    assert (ticket.channel, ticket.locale) == (Channel.CHAT, "de-AT")
    customer = ticket.customer
    assert (customer.contact_id, customer.name, customer.email) == ("31", "Ada Byron", "ada@example.com")
    assert customer.id is None
    assert not ticket.customer.authenticated
    assert ticket.messages == (event.message,)
    assert (event.message.id, event.message.author) == ("900", Author.CUSTOMER)
    assert event.message.text == "Where is order W10400?"


def test_a_customer_whom_the_website_signed_in_is_authenticated() -> None:
    event = said(message(conversation=conversation(meta={"sender": CONTACT, "hmac_verified": True})))
    assert isinstance(event, CustomerWrote)
    assert event.ticket.customer.authenticated
    assert event.ticket.customer.id is None


@pytest.mark.parametrize(("proven", "expected"), [(True, "cus_1031"), (False, None), (None, None)])
def test_the_websites_id_is_the_shops_only_where_the_website_proved_it(
    proven: bool | None,  # noqa: FBT001 - Chatwoot's own flag
    expected: str | None,
) -> None:
    contact: JsonValue = {**CONTACT, "identifier": "cus_1031"}
    event = said(message(conversation=conversation(meta={"sender": contact, "hmac_verified": proven})))
    assert isinstance(event, CustomerWrote)
    assert (event.ticket.customer.id, event.ticket.customer.contact_id) == (expected, "31")


@pytest.mark.parametrize(
    ("inbox", "channel"),
    [("Channel::Email", Channel.EMAIL), ("Channel::Whatsapp", Channel.WHATSAPP), ("Channel::Telegram", Channel.CHAT)],
)
def test_the_kind_of_inbox_is_the_channel(inbox: str, channel: Channel) -> None:
    event = said(message(conversation=conversation(channel=inbox)))
    assert isinstance(event, CustomerWrote)
    assert event.ticket.channel is channel


def test_an_e_mail_brings_its_subject() -> None:
    event = said(message(content_attributes={"email": {"subject": "Order\n late"}}))
    assert isinstance(event, CustomerWrote)
    assert event.ticket.subject == "Order late"


def test_files_come_by_their_address_and_those_without_one_do_not() -> None:
    files: JsonValue = [
        {"id": 1, "file_type": "image", "data_url": "https://chat.example.com/f/broken%20zip.png", "file_size": 9},
        {"id": 2, "file_type": "audio", "data_url": "https://chat.example.com/f/voice", "extension": None},
        {"id": 3, "file_type": "location", "coordinates_lat": 1.0},
    ]
    event = said(message(content=None, attachments=files))
    assert isinstance(event, CustomerWrote)
    sent = [(file.name, file.media_type, file.size_bytes) for file in event.message.attachments]
    assert sent == [("broken zip.png", "image/png", 9), ("voice", "audio/ogg", 0)]
    assert event.message.text == "(no text)"


def test_a_long_message_is_cut_and_says_so() -> None:
    event = said(message(content="a" * 30_000))
    assert isinstance(event, CustomerWrote)
    assert len(event.message.text) == MAXIMUM_MESSAGE_CHARACTERS
    assert "the text is too long" in event.message.text


def test_an_agents_reply_is_told() -> None:
    event = said(message(message_type="outgoing", sender=AGENT, content="It is on its way."))
    assert isinstance(event, AgentWrote)
    assert (event.ticket_id, event.reply.id, event.reply.author) == ("42", "900", "Bo")
    assert event.reply.text == "It is on its way."


@pytest.mark.parametrize(
    "changes",
    [
        {"private": True, "message_type": "outgoing", "sender": AGENT},
        {"message_type": "activity", "sender": None},
        {"message_type": "template", "sender": None},
        {"message_type": "outgoing", "sender": {"id": 1, "name": "Sig", "type": "agent_bot"}},
        {"message_type": "outgoing", "sender": None},
        {"event": "message_updated", "message_type": "template"},
        {"event": "conversation_updated", "changed_attributes": [{"label_list": {"current_value": ["refund"]}}]},
        {"event": "webwidget_triggered"},
        {"event": "conversation_created", "status": "open"},
    ],
)
def test_notes_bots_and_what_chatwoot_writes_itself_are_nothing(changes: dict[str, JsonValue]) -> None:
    event = said(message(**changes))
    assert isinstance(event, Nothing)
    assert event.why.endswith(".")


def test_a_resolved_conversation_is_solved() -> None:
    changes: JsonValue = [{"status": {"previous_value": "open", "current_value": "resolved"}}]
    moved = conversation(event="conversation_status_changed", status="resolved", changed_attributes=changes)
    assert said(moved) == TicketSolved(ticket_id="42", at=AT)


def test_a_resolved_conversation_that_opens_is_reopened() -> None:
    changes: JsonValue = [{"updated_at": {}}, {"status": {"previous_value": "resolved", "current_value": "open"}}]
    moved = conversation(event="conversation_status_changed", changed_attributes=changes)
    assert said(moved) == TicketReopened(ticket_id="42", at=AT)


def test_a_pending_conversation_that_opens_is_nothing_new() -> None:
    changes: JsonValue = [{"status": {"previous_value": "pending", "current_value": "open"}}]
    assert isinstance(said(conversation(event="conversation_status_changed", changed_attributes=changes)), Nothing)


def test_a_survey_that_was_answered_is_the_customers_mark() -> None:
    answer: JsonValue = {"csat_survey_response": {"rating": 2, "feedback_message": "Too late."}}
    event = said(
        message(
            event="message_updated",
            message_type="template",
            sender=None,
            content_type="input_csat",
            content_attributes={"submitted_values": answer},
        )
    )
    mark = Satisfaction(score=2, comment="Too late.", at=AT)
    assert event == CustomerRated(ticket_id="42", satisfaction=mark)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "(whole)"),
        (b"\xff\xfe", "(whole)"),
        (b"[]", "(whole)"),
        (b'{"id": 1}', "event"),
        (json.dumps(message(id=-4)).encode(), "id"),
        (json.dumps(message(created_at="yesterday")).encode(), "created_at"),
        (json.dumps(message(conversation={"status": "open"})).encode(), "conversation.id"),
    ],
)
def test_what_cannot_be_read_is_named(body: bytes, field: str) -> None:
    with pytest.raises(InvalidDelivery) as refused:
        CHATWOOT.parse(signed(body), SOURCE)
    assert refused.value.field == field


def test_a_message_says_whose_account_it_is_for() -> None:
    assert CHATWOOT.account(json.dumps(message()).encode()) == "7"


def test_a_change_of_a_conversation_says_it_of_its_messages() -> None:
    body = json.dumps(conversation(event="conversation_status_changed")).encode()
    assert CHATWOOT.account(body) == "7"


def test_what_cannot_be_read_is_for_no_account() -> None:
    assert CHATWOOT.account(b"\x00") is None


@pytest.mark.parametrize("adapter", [CHATWOOT, BOT])
def test_the_test_delivery_is_one_that_is_believed(adapter: ChatwootSource) -> None:
    delivery = adapter.test_delivery(SOURCE, SECRETS, "test-1", AT)
    assert adapter.verify(delivery, SECRETS)
    assert adapter.account(delivery.body) == "7"
    (event,) = adapter.parse(delivery, SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.ticket.id == "test-1"


@given(
    st.binary() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_arbitrary_bytes_raise_nothing_but_what_is_promised(body: bytes) -> None:
    CHATWOOT.account(body)
    with pytest.raises(InvalidDelivery):
        CHATWOOT.parse(signed(body), SOURCE)


SHAPES = st.sampled_from(
    ["id", "content", "message_type", "created_at", "conversation", "sender", "attachments", "event"]
)
VALUES = st.recursive(
    st.none()
    | st.text()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.sampled_from(["message_updated"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHAPES | st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(SHAPES, VALUES))
def test_arbitrary_fields_raise_nothing_but_what_is_promised(fields: dict[str, JsonValue]) -> None:
    body = json.dumps(message(**fields)).encode()
    try:
        assert CHATWOOT.parse(signed(body), SOURCE)
    except InvalidDelivery as refused:
        assert refused.field


@given(st.dictionaries(st.sampled_from(["x-chatwoot-signature", "x-chatwoot-timestamp"]), st.text()), st.binary())
def test_arbitrary_headers_are_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        CHATWOOT.verify(Delivery(headers, body, AT), SECRETS)


def mail_from(*addresses: str, **more: JsonValue) -> Writer | None:
    head: JsonValue = {"email": {"from": list(addresses), "subject": "Re: Returns"}}
    event = said(message(content_type="incoming_email", content_attributes=head, **more))
    assert isinstance(event, CustomerWrote)
    assert event.ticket.customer.email == "ada@example.com"
    return event.message.written_by


ADA = Writer(id="31", name="Ada Byron", email="ada@example.com")


def test_a_mail_of_somebody_in_copy_is_theirs_though_chatwoot_gives_it_the_contact() -> None:
    assert mail_from("eve@example.com") == Writer(email="eve@example.com")


def test_a_mail_of_the_contact_is_the_contacts() -> None:
    assert mail_from("Ada@Example.com") == ADA
    assert mail_from() == ADA


@pytest.mark.parametrize("head", [{"from": "eve@example.com"}, {"from": ["eve@example.com"]}])
def test_versions_that_write_one_address_are_read_too(head: JsonValue) -> None:
    event = said(message(content_attributes={"email": head}))
    assert isinstance(event, CustomerWrote)
    assert event.message.written_by == Writer(email="eve@example.com")


@pytest.mark.parametrize("head", [{"from": None}, {"from": 5}, {"from": [5]}, {}])
def test_a_head_that_names_nobody_leaves_the_contact(head: JsonValue) -> None:
    event = said(message(content_attributes={"email": head}))
    assert isinstance(event, CustomerWrote)
    assert event.message.written_by == ADA


def test_an_e_mail_is_read_by_its_html_whose_markup_tells_new_words_from_old_ones() -> None:
    full = '<p hidden>secret</p><p>It is W10223.</p><blockquote type="cite">W10222?</blockquote>'
    mail: dict[str, JsonValue] = {"email": {"subject": "Re: Order", "html_content": {"full": full, "reply": "x"}}}
    event = said(message(content="It is W10223. W10222?", content_attributes=mail))
    assert isinstance(event, CustomerWrote)
    assert (event.message.new_words, event.message.hidden) == ("It is W10223.", "secret")


def test_a_deleted_message_is_told_whatever_words_chatwoot_puts_in_its_place() -> None:
    event = said(
        message(event="message_updated", content="Diese Nachricht wurde gelöscht", content_attributes={"deleted": True})
    )
    assert event == MessageDeleted(ticket_id="42", message_id="900", at=AT)


def test_an_edited_message_is_told_with_its_time_and_read_where_it_has_none() -> None:
    later = AT + timedelta(minutes=3)
    edited = said(message(event="message_updated", content="Order W10410", updated_at=later.isoformat()))
    assert isinstance(edited, MessageEdited)
    assert (edited.message.id, edited.message.text, edited.at) == ("900", "Order W10410", later)
    assert said(message(event="message_updated", content="Order W10410")) == TicketChanged(ticket_id="42")


def test_a_conversation_of_another_contact_is_read_and_a_deleted_one_is_gone() -> None:
    moved: JsonValue = [{"contact_id": {"previous_value": 31, "current_value": 32}}]
    changed = conversation(event="conversation_updated", changed_attributes=moved)
    assert said(changed) == TicketChanged(ticket_id="42")
    gone = TicketRemoved(ticket_id="42", how=Removal.DELETED, at=AT)
    assert said(conversation(event="conversation_deleted")) == gone


def a_mail(**head: JsonValue) -> Message:
    """A customer's message that came as a mail with this head."""
    event = said(message(content_type="incoming_email", content_attributes={"email": head}))
    assert isinstance(event, CustomerWrote)
    return event.message


@pytest.mark.parametrize(("told", "automatic"), [(True, True), (False, None), ("yes", None), (None, None)])
def test_its_own_word_that_a_machine_sent_a_mail_is_kept(told: JsonValue, automatic: object) -> None:
    assert a_mail(auto_reply=told).automatic is automatic


def test_what_is_kept_of_a_mails_head_comes_with_the_message() -> None:
    senders: list[JsonValue] = ["mailer-daemon@mx.example"]
    kept = a_mail(
        **{"from": senders},
        subject="Undeliverable: Re: hello",
        content_type="multipart/report; report-type=delivery-status",
        in_reply_to="<a@b>",
        references=["<x@y>", "<a@b>"],
    ).headers
    assert kept == MailHeaders(
        sender="mailer-daemon@mx.example",
        subject="Undeliverable: Re: hello",
        content_type="multipart/report; report-type=delivery-status",
        in_reply_to="<a@b>",
        references="<x@y> <a@b>",
    )


@pytest.mark.parametrize("odd", [{"content_type": {"a": 1}}, {"references": 7}, {"in_reply_to": ["<a@b>"]}, {}])
def test_a_head_of_another_form_spoils_no_message(odd: dict[str, JsonValue]) -> None:
    assert a_mail(**odd).headers is None


def test_a_message_that_is_no_mail_has_no_headers() -> None:
    event = said(message())
    assert isinstance(event, CustomerWrote)
    assert (event.message.headers, event.message.automatic) == (None, None)
