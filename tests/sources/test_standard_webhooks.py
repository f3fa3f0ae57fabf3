import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import standardwebhooks
import svix.webhooks
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr

from cases.errors import InvalidDelivery, SignatureRefused
from cases.outcome import Satisfaction
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import (
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    Nothing,
    SourceEvent,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Author, Channel, Writer
from integrations.sources.protocol import Delivery
from integrations.sources.standard_webhooks import StandardWebhooksSource
from tests.sources.documented import example

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NEW = "whsec_" + base64.b64encode(b"the newer of the two secrets").decode()
OLD = "whsec_" + base64.b64encode(b"the older of the two secrets").decode()
SECRETS = SourceSecrets(signing=(SecretStr(NEW), SecretStr(OLD)))
SOURCE = Source(tenant="acme", name="desk", kind=SourceKind.STANDARD, url="https://desk.example.com/hook")
STANDARD = StandardWebhooksSource()
GERMANY = timezone(timedelta(hours=1))


def by_hand(key: str, delivery_id: str, seconds: int, body: bytes) -> str:
    """As the specification words it."""
    content = f"{delivery_id}.{seconds}.".encode() + body
    raw = base64.b64decode(key.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(raw, content, hashlib.sha256).digest()).decode()


def signed(body: bytes, key: str = NEW, at: datetime = AT, arrived: datetime | None = None) -> Delivery:
    seconds = int(at.timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(seconds),
        "webhook-signature": by_hand(key, "msg_1", seconds, body),
    }
    return Delivery(headers=headers, body=body, at=arrived or at)


def said(value: JsonValue) -> SourceEvent:
    (event,) = STANDARD.parse(signed(json.dumps(value).encode()), SOURCE)
    return event


def of_type(kind: str, data: JsonValue) -> dict[str, JsonValue]:
    return {"type": kind, "timestamp": "2026-11-21T12:00:00Z", "data": data}


def ticket(**more: JsonValue) -> dict[str, JsonValue]:
    message: JsonValue = {"id": "m-1", "text": "Hello?", "sent_at": "2026-11-21T12:00:00Z"}
    return of_type("ticket.created", {"id": "T-1", "messages": [message], **more})


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
    assert event.message.text.endswith("too long.]")
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
