import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import CustomerWrote, Nothing
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Channel, Medium
from integrations.sources.protocol import Delivery
from integrations.sources.voice import VoiceSource
from routing.writers import others_in
from tests.sources.documented import examples

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "whsec_" + base64.b64encode(b"the secret of the telephones").decode()
SECRETS = SourceSecrets(signing=(SecretStr(KEY),))
SOURCE = Source(tenant="acme", name="calls", kind=SourceKind.VOICE, url="https://phone.example.com/hook")
VOICE = VoiceSource()


def call(**more: JsonValue) -> dict[str, JsonValue]:
    return {
        "id": "call-9001",
        "from": "+44 20 7946 0018",
        "transcript": "Could we move the walk?",
        "language": "en-gb",
        "started_at": "2026-11-21T11:58:00Z",
        "ended_at": "2026-11-21T11:59:31Z",
        **more,
    }


def body_of(data: JsonValue, kind: str = "call.ended") -> bytes:
    return json.dumps({"type": kind, "timestamp": "2026-11-21T12:00:00Z", "data": data}).encode()


def signed(body: bytes, arrived: datetime = AT) -> Delivery:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(KEY).sign("msg_1", AT, body.decode()),
    }
    return Delivery(headers, body, arrived)


def told(data: JsonValue) -> CustomerWrote:
    (event,) = VOICE.parse(signed(body_of(data)), SOURCE)
    assert isinstance(event, CustomerWrote)
    return event


def test_a_signed_call_is_known_by_its_id() -> None:
    assert VOICE.verify(signed(body_of(call())), SECRETS) == "msg_1"


def test_a_changed_call_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not of this body"):
        VOICE.verify(signed(b"{}")._replace(body=b"{ }"), SECRETS)


def test_an_old_call_sent_again_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="5 minutes old"):
        VOICE.verify(signed(b"{}", arrived=AT + timedelta(hours=1)), SECRETS)


def test_what_was_said_is_the_customers_message() -> None:
    event = told(call())
    ticket = event.ticket
    assert ticket.case_id == "ticket:acme:calls:call-9001"
    assert (ticket.channel, ticket.locale, ticket.subject) == (Channel.VOICE, "en-GB", "Voicemail, 1:31")
    assert others_in(ticket) == ()
    assert ticket.customer.contact_id == "+44 20 7946 0018"
    assert event.message.text == "Could we move the walk?"
    assert event.message.sent_at == datetime(2026, 11, 21, 11, 59, 31, tzinfo=UTC)
    assert event.message.attachments == ()


def test_a_recording_is_left_to_be_heard() -> None:
    recording: JsonValue = {"url": "https://phone.example.com/r/1", "media_type": "audio/wav", "size_bytes": 9}
    event = told(call(transcript=None, recording=recording))
    (file,) = event.ticket.files
    assert (file.url, file.media_type, file.size_bytes) == ("https://phone.example.com/r/1", "audio/wav", 9)
    assert file.medium is Medium.RECORDING
    assert file.words is None
    assert event.message.text == "(voicemail)"


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "?"])
def test_a_recording_of_no_known_kind_is_still_one(kind: JsonValue) -> None:
    event = told(call(transcript=" ", recording={"url": "https://phone.example.com/r/1", "media_type": kind}))
    assert [file.medium for file in event.ticket.files] == [Medium.RECORDING]


def test_where_both_are_sent_the_transcript_counts() -> None:
    event = told(call(recording={"url": "https://phone.example.com/r/1"}))
    assert event.message.text == "Could we move the walk?"
    assert event.ticket.files == ()


def test_an_id_that_shows_the_number_is_hidden() -> None:
    event = told(call(id="442079460018-1700000000"))
    assert event.ticket.id.startswith("call-")
    assert "442079460018" not in event.ticket.case_id
    assert event.message.id == event.ticket.id
    assert told(call(id="442079460018-1700000000")).ticket.id == event.ticket.id
    assert told(call(id="442079460018-1700000001")).ticket.id != event.ticket.id


@pytest.mark.parametrize("shown", ["02079460018-17", "020-7946-0018.17", "9460018", "0044.20.7946.0018"])
def test_an_id_that_shows_the_number_in_another_form_is_hidden(shown: str) -> None:
    event = told(call(id=shown))
    assert event.ticket.id.startswith("call-")
    assert shown not in event.ticket.id


def test_an_id_that_shows_fewer_digits_than_tell_a_number_stays() -> None:
    assert told(call(id="exchange-460018")).ticket.id == "exchange-460018"


def test_a_call_without_a_number_is_a_ticket_all_the_same() -> None:
    assert told(call(**{"from": None})).ticket.customer.contact_id is None


def test_a_long_transcript_is_cut_and_says_so() -> None:
    event = told(call(transcript="word " * 6_000))
    assert len(event.message.text) == MAXIMUM_MESSAGE_CHARACTERS
    assert "the text is too long" in event.message.text


def test_both_calls_of_the_page_are_read() -> None:
    calls = [example for example in examples() if example.type == "call.ended"]
    events = [event for example in calls for event in VOICE.parse(signed(example.body), SOURCE)]
    assert [(event.ticket.id, len(event.ticket.files)) for event in events if isinstance(event, CustomerWrote)] == [
        ("call-9001", 0),
        ("call-9002", 1),
    ]


def test_other_news_of_a_telephone_system_is_nothing() -> None:
    (event,) = VOICE.parse(signed(body_of({}, "call.started")), SOURCE)
    assert isinstance(event, Nothing)
    assert "call.started" in event.why


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (call(transcript=None), "data.transcript", "so is data.recording"),
        (call(id="9 1"), "data.id", "does not have the right form"),
        (call(ended_at="soon"), "data.ended_at", "cannot be read"),
        (call(recording={}), "data.recording.url", "is missing"),
        (None, "data", "is not a JSON object"),
    ],
)
def test_what_cannot_be_read_is_named(data: JsonValue, field: str, words: str) -> None:
    with pytest.raises(InvalidDelivery, match=words) as refused:
        told(data)
    assert refused.value.field == field


def test_the_test_delivery_is_one_that_is_believed() -> None:
    delivery = VOICE.test_delivery(SOURCE, SECRETS, "test-1", AT)
    assert VOICE.verify(delivery, SECRETS) == "test_test-1"
    (event,) = VOICE.parse(delivery, SOURCE)
    assert isinstance(event, CustomerWrote)
    assert event.ticket.id == "test-1"


NAMES = st.sampled_from(["id", "from", "transcript", "recording", "language", "started_at", "ended_at"])
VALUES = st.none() | st.text() | st.integers() | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)


@given(st.dictionaries(NAMES, VALUES | st.dictionaries(st.sampled_from(["url", "media_type", "name"]), VALUES)))
def test_arbitrary_calls_raise_nothing_but_what_is_promised(changes: dict[str, JsonValue]) -> None:
    try:
        assert told(call(**changes))
    except InvalidDelivery as refused:
        assert refused.field


@given(st.binary())
def test_arbitrary_bytes_raise_nothing_but_what_is_promised(body: bytes) -> None:
    assert VOICE.account(body) is None
    with pytest.raises(InvalidDelivery):
        VOICE.parse(Delivery({}, body, AT), SOURCE)
