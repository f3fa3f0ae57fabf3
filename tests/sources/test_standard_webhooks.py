import json

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
    RequesterChanged,
    SourceEvent,
    TicketMerged,
    TicketRemoved,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Author, Channel, Customer, Message, Writer
from integrations.sources.protocol import Delivery
from tests.sources.documented import example, examples
from tests.sources.standard_deliveries import AT, SECRETS, SOURCE, STANDARD, of_type, said, signed, ticket


def test_a_new_ticket_is_read_as_the_page_shows_it() -> None:
    (event,) = STANDARD.parse(signed(example("ticket.created").body), SOURCE)
    assert isinstance(event, CustomerWrote)
    ticket = event.ticket
    assert ticket.case_id == "ticket:acme:desk:T-1042"
    assert (ticket.channel, ticket.locale, ticket.subject) == (Channel.EMAIL, "en-GB", "Broken zip")
    assert (ticket.customer.id, ticket.customer.name, ticket.customer.email) == ("c-77", "Ada Byron", "ada@example.com")
    assert event.message.text.startswith("The zip of my jacket")
    assert [(file.id, file.media_type, file.size_bytes) for file in ticket.files] == [("f-1", "image/jpeg", 48213)]


def test_a_further_message_is_read_as_the_page_shows_it() -> None:
    (event,) = STANDARD.parse(signed(example("message.created").body), SOURCE)
    assert isinstance(event, CustomerWrote)
    assert (event.ticket.id, event.message.id, event.message.author) == ("T-1042", "m-2", Author.CUSTOMER)
    assert event.ticket.messages == (event.message,)


def test_a_colleagues_reply_is_read_as_the_page_shows_it() -> None:
    (event,) = STANDARD.parse(signed(example("agent.replied").body), SOURCE)
    assert isinstance(event, AgentWrote)
    assert (event.ticket_id, event.reply.id, event.reply.author) == ("T-1042", "m-3", "Bo")


def test_solved_reopened_and_rated_are_read_as_the_page_shows_them() -> None:
    def told(kind: str) -> SourceEvent:
        (event,) = STANDARD.parse(signed(example(kind).body), SOURCE)
        return event

    assert told("ticket.solved") == TicketSolved(ticket_id="T-1042", at=AT.replace(hour=13))
    assert told("ticket.reopened") == TicketReopened(ticket_id="T-1042", at=AT.replace(hour=14))
    mark = Satisfaction(score=5, comment="Quick!", at=AT.replace(hour=15))
    assert told("ticket.rated") == CustomerRated(ticket_id="T-1042", satisfaction=mark)


def test_what_becomes_of_a_ticket_and_its_messages_is_read_as_the_page_shows_it() -> None:
    def told(kind: str) -> SourceEvent:
        (event,) = STANDARD.parse(signed(example(kind).body), SOURCE)
        return event

    bo = Customer(id="c-78", name="Bo Lind", email="bo@example.com")
    words = "The zip broke. Order W10401."
    message = Message(id="m-1", text=words, sent_at=AT.replace(hour=11, minute=59, second=30))
    assert [
        told("ticket.requester_changed"),
        told("ticket.merged"),
        told("ticket.deleted"),
        told("ticket.spam"),
        told("message.edited"),
        told("message.deleted"),
    ] == [
        RequesterChanged(ticket_id="T-1042", customer=bo, at=AT.replace(minute=30)),
        TicketMerged(ticket_id="T-1042", into="T-1043", at=AT.replace(minute=31)),
        TicketRemoved(ticket_id="T-1042", how=Removal.DELETED, at=AT.replace(minute=32)),
        TicketRemoved(ticket_id="T-1042", how=Removal.SPAM, at=AT.replace(minute=33)),
        MessageEdited(ticket_id="T-1042", message=message, at=AT.replace(minute=34)),
        MessageDeleted(ticket_id="T-1042", message_id="m-1", at=AT.replace(minute=35)),
    ]


def test_a_message_of_an_agent_is_a_reply() -> None:
    message: JsonValue = {"id": "m", "author": "agent", "text": "On its way.", "sent_at": "2026-11-21T12:00:00Z"}
    event = said(of_type("message.created", {"ticket_id": "T-1", "message": message}))
    assert isinstance(event, AgentWrote)
    assert event.reply.text == "On its way."


@pytest.mark.parametrize("kind", ["reply.created", "note.created", "invoice.paid"])
def test_our_own_kinds_and_unknown_ones_are_nothing(kind: str) -> None:
    event = said(of_type(kind, {"ticket_id": "T-1"}))
    assert isinstance(event, Nothing)
    assert kind in event.why


def test_fields_that_nobody_knows_are_passed_over() -> None:
    assert isinstance(said({**ticket(tomorrow=1, tenant="other", source="other"), "tomorrow": 1}), CustomerWrote)


def test_a_sender_cannot_name_another_tenant() -> None:
    event = said(ticket(tenant="other", source="other"))
    assert isinstance(event, CustomerWrote)
    assert event.ticket.case_id == "ticket:acme:desk:T-1"


def test_a_customer_is_not_refused_for_what_does_not_fit() -> None:
    files: JsonValue = [{"id": f"f{n}", "name": "x" * 300, "media_type": "A B", "url": "u"} for n in range(12)]
    message: JsonValue = {"id": "m", "text": "a\0" * 30_000, "sent_at": "2026-11-21T12:00:00Z", "attachments": files}
    customer: JsonValue = {"email": "no address", "name": "A\0da"}
    event = said(ticket(messages=[message], customer=customer, subject="s" * 600, locale="klingon"))
    assert isinstance(event, CustomerWrote)
    assert len(event.message.text) == MAXIMUM_MESSAGE_CHARACTERS
    assert "the text is too long" in event.message.text
    assert len(event.message.attachments) == 10
    assert (event.ticket.customer.email, event.ticket.customer.name, event.ticket.locale) == (None, "Ada", None)
    assert len(event.ticket.subject) == 500


def test_of_a_long_conversation_the_newest_is_kept() -> None:
    messages: JsonValue = [
        {"id": f"m{n}", "text": f"{n:03} " + "a" * 5_000, "sent_at": "2026-11-21T12:00:00Z"} for n in range(80)
    ]
    events = STANDARD.parse(signed(json.dumps(ticket(messages=messages)).encode()), SOURCE)
    brought = [event for event in events if isinstance(event, CustomerWrote)]
    assert [message.text[:3] for message in brought[0].ticket.messages] == [f"{n:03}" for n in range(61, 80)]
    assert [event.message.id for event in brought] == [f"m{n}" for n in range(61, 80)]


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        ([], "(whole)", "is not a JSON object"),
        ({"type": "ticket.created"}, "timestamp", "is missing"),
        ({"type": "ticket.created", "timestamp": "2026-11-21T12:00:00"}, "timestamp", "has no time zone"),
        (of_type("ticket.created", {"id": "T 1"}), "data.id", "does not have the right form"),
        (ticket(messages=[]), "data.messages", "is empty"),
        (ticket(channel="fax"), "data.channel", "is none of the known values"),
        (ticket(messages=[{"id": "m", "text": 5}]), "data.messages.0.text", "is not a text"),
        (of_type("ticket.rated", {"ticket_id": "T-1", "score": 6}), "data.score", "cannot be read"),
        (of_type("ticket.solved", {}), "data.ticket_id", "is missing"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_page_that_shows_it(value: JsonValue, field: str, words: str) -> None:
    with pytest.raises(InvalidDelivery, match=words) as refused:
        said(value)
    assert refused.value.field == field
    assert "docs/standard-webhooks.md" in refused.value.way_out


def test_a_ticket_without_a_message_of_the_customer_is_refused() -> None:
    message: JsonValue = {"id": "m", "author": "agent", "text": "Hello", "sent_at": "2026-11-21T12:00:00Z"}
    with pytest.raises(InvalidDelivery, match="has no message of the customer"):
        said(ticket(messages=[message]))


def test_the_test_delivery_is_one_that_is_believed() -> None:
    delivery = STANDARD.test_delivery(SOURCE, SECRETS, "test-1", AT)
    assert STANDARD.verify(delivery, SECRETS) == "test_test-1"
    (event,) = STANDARD.parse(delivery, SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.ticket.id == "test-1"


NAMES = st.sampled_from(["id", "ticket_id", "messages", "message", "text", "sent_at", "customer", "channel", "score"])
TYPES = st.sampled_from(["ticket.created", "message.created", "agent.replied", "ticket.rated", "ticket.solved"])
VALUES = st.recursive(
    st.none() | st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(TYPES, st.dictionaries(NAMES, VALUES))
def test_arbitrary_data_raises_nothing_but_what_is_promised(kind: str, data: dict[str, JsonValue]) -> None:
    try:
        assert said(of_type(kind, data))
    except InvalidDelivery as refused:
        assert refused.field


@given(st.binary())
def test_arbitrary_bytes_raise_nothing_but_what_is_promised(body: bytes) -> None:
    assert STANDARD.account(body) is None
    with pytest.raises(InvalidDelivery):
        STANDARD.parse(signed(body), SOURCE)


HEADERS = st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"])


@given(st.dictionaries(HEADERS, st.text(max_size=300)), st.binary())
def test_arbitrary_headers_are_refused(changes: dict[str, str], body: bytes) -> None:
    headers = {**signed(b"{}").headers, **changes, "webhook-signature": changes.get("webhook-signature", "v1,x")}
    with pytest.raises(SignatureRefused):
        STANDARD.verify(Delivery(headers, body, AT), SECRETS)


def a_message(customer: JsonValue, **more: JsonValue) -> dict[str, JsonValue]:
    sent: JsonValue = {"id": "m-2", "text": "Refund it.", "sent_at": "2026-11-21T12:00:00Z", **more}
    return of_type("message.created", {"ticket_id": "T-1", "customer": customer, "message": sent})


@pytest.mark.parametrize(
    ("body", "writer"),
    [
        (
            a_message({"email": "ada@example.com"}, written_by={"email": "eve@example.com"}),
            Writer(email="eve@example.com"),
        ),
        (a_message({"id": "c-77", "name": "Ada"}), Writer(id="c-77", name="Ada")),
        (a_message({"name": "Ada"}), None),
        (a_message({}, written_by={"email": "no address"}), None),
    ],
)
def test_a_message_is_of_whom_it_names_or_else_of_the_customer_it_comes_with(
    body: JsonValue, writer: Writer | None
) -> None:
    event = said(body)
    assert isinstance(event, CustomerWrote)
    assert event.message.written_by == event.ticket.messages[0].written_by == writer


def test_the_headers_of_a_mail_come_with_its_message_by_their_names_in_the_mail() -> None:
    automatic = next(one for one in examples() if b"auto-replied" in one.body and one.type == "message.created")
    (event,) = STANDARD.parse(signed(automatic.body), SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.message.headers == MailHeaders(
        subject="Automatic reply: Broken zip", auto_submitted="auto-replied", return_path="<>"
    )


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"X-Mailer": "x"}, None),
        ({"auto_submitted": 7}, None),
        ({"List-Id": "x" * 3_000}, MailHeaders(list_id="x" * 1_000)),
        ({}, None),
    ],
)
def test_headers_that_cannot_be_read_spoil_no_message(headers: dict[str, object], kept: MailHeaders | None) -> None:
    message = {"id": "m-1", "text": "Hello", "sent_at": AT.isoformat(), "headers": headers, "automatic": True}
    body = {"type": "message.created", "timestamp": AT.isoformat(), "data": {"ticket_id": "T-1", "message": message}}
    (event,) = STANDARD.parse(signed(json.dumps(body).encode()), SOURCE)
    assert isinstance(event, CustomerWrote)
    assert (event.message.headers, event.message.automatic) == (kept, True)
