from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr, ValidationError

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, EarlierTry, WriteIntent, WriteKind
from cases.source import Source, SourceKind, SourceSecrets, TicketIds
from cases.ticket import Customer
from demo.faults import Fault, FaultKind
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.protocol import Helpdesk
from integrations.helpdesks.whatsapp import WhatsAppHelpdesk, headers
from tests.helpdesks.calling import calls_to
from tests.helpdesks.fake_whatsapp import NUMBER, TOKEN, FakeWhatsApp, error_of
from tests.helpdesks.intents import intent_of
from tests.helpdesks.serving import served

ADA = "4915112345678"
TEXT = CustomerText(text="Dear Ada,\n\nit is on\tits way.")
REFERENCE = "ticket:acme:phone:wa-1/0/reply"
SECRETS = SourceSecrets(token=SecretStr(TOKEN))


@pytest.fixture
def server() -> FakeWhatsApp:
    return FakeWhatsApp()


@pytest.fixture
def source(server: FakeWhatsApp) -> Iterator[Source]:
    with served(server.app()) as address:
        yield Source(tenant="acme", name="phone", kind=SourceKind.WHATSAPP, url=address, account=NUMBER)


@pytest.fixture
async def calls(source: Source) -> AsyncIterator[HelpdeskCalls]:
    async with calls_to(source, headers(source, SECRETS)) as made:
        yield made


@pytest.fixture
def helpdesk(calls: HelpdeskCalls, source: Source) -> Helpdesk:
    return WhatsAppHelpdesk(calls, source)


def intent(wrote: timedelta | None = timedelta(hours=1), number: str | None = ADA) -> WriteIntent:
    wrote_at = datetime.now(UTC) - wrote if wrote is not None else None
    place = Conversation(ticket_id="wa-1", customer=Customer(contact_id=number), customer_wrote_at=wrote_at)
    return intent_of(WriteKind.REPLY, TEXT.text, place, source="phone", reference=REFERENCE)


async def test_a_reply_is_sent_as_meta_documents_it(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    assert await helpdesk.reply(intent(), TEXT) == "wamid.1=="
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", f"/v23.0/{NUMBER}/messages")
    assert server.sent == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": ADA,
            "type": "text",
            "text": {"body": TEXT.text, "preview_url": False},
            "biz_opaque_callback_data": REFERENCE,
        }
    ]


async def test_where_nobody_knows_when_the_customer_wrote_free_text_is_tried(
    helpdesk: Helpdesk, server: FakeWhatsApp
) -> None:
    await helpdesk.reply(intent(wrote=None), TEXT)
    assert server.sent[0]["type"] == "text"


async def test_after_a_day_a_reply_is_refused_with_what_to_do(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    with pytest.raises(ToolRefused, match=r"more than 24 hours ago.*Register one with the source"):
        await helpdesk.reply(intent(wrote=timedelta(hours=24, seconds=1)), TEXT)
    assert server.asked == []


async def test_after_a_day_the_template_carries_the_reply_on_one_line(
    calls: HelpdeskCalls, source: Source, server: FakeWhatsApp
) -> None:
    with_one = source.model_copy(update={"template": "support_reply"})
    helpdesk = WhatsAppHelpdesk(calls, with_one)
    await helpdesk.reply(intent(wrote=timedelta(days=2)), TEXT)
    (sent,) = server.sent
    assert (sent["type"], sent["biz_opaque_callback_data"]) == ("template", REFERENCE)
    assert sent["template"] == {
        "name": "support_reply",
        "language": {"code": "en"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Dear Ada, it is on its way."}]},
        ],
    }


async def test_within_a_day_the_template_is_not_used(
    calls: HelpdeskCalls, source: Source, server: FakeWhatsApp
) -> None:
    with_one = source.model_copy(update={"template": "support_reply"})
    await WhatsAppHelpdesk(calls, with_one).reply(intent(), TEXT)
    assert server.sent[0]["type"] == "text"


async def test_a_window_that_whatsapp_sees_closed_is_told_in_the_same_words(
    helpdesk: Helpdesk, server: FakeWhatsApp
) -> None:
    server.refuse(400, error_of(131047, "Re-engagement message"))
    with pytest.raises(ToolRefused, match="more than 24 hours ago"):
        await helpdesk.reply(intent(), TEXT)


@pytest.mark.parametrize(("status", "code"), [(429, 130429), (400, 131056), (400, 80007)])
async def test_a_limit_is_waited_for(helpdesk: Helpdesk, server: FakeWhatsApp, status: int, code: int) -> None:
    server.refuse(status, error_of(code, "Rate limit hit"), {"Retry-After": "6"})
    with pytest.raises(ToolUnavailable, match=r"asks for patience: .*Rate limit hit") as failed:
        await helpdesk.reply(intent(), TEXT)
    assert failed.value.retry_after_seconds == 6
    assert server.sent == []


@pytest.mark.parametrize("status", [401, 409, 429, 503])
async def test_what_surely_sent_nothing_may_be_tried_again(
    helpdesk: Helpdesk, server: FakeWhatsApp, status: int
) -> None:
    server.refuse(status)
    with pytest.raises(ToolUnavailable, match=f"status {status}"):
        await helpdesk.reply(intent(), TEXT)


async def test_any_other_refusal_is_told_in_whatsapps_words(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    server.refuse(400, error_of(131009, "Parameter value is not valid"))
    with pytest.raises(ToolRefused, match="Parameter value is not valid"):
        await helpdesk.reply(intent(), TEXT)


async def test_a_reply_that_is_too_long_is_refused_and_not_split(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    with pytest.raises(ToolRefused, match=r"4097 characters, and a WhatsApp message at most 4096\. Shorten it"):
        await helpdesk.reply(intent(), CustomerText(text="a" * 4097))
    await helpdesk.reply(intent(), CustomerText(text="a" * 4096))
    assert len(server.sent) == 1


async def test_without_a_number_nobody_is_written_to(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    with pytest.raises(ToolRefused, match="no number to write to"):
        await helpdesk.reply(intent(number=None), TEXT)
    assert server.asked == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.DROP_ANSWER),
        Fault(kind=FaultKind.LATE_ANSWER, seconds=2),
        Fault(kind=FaultKind.FAIL, status=500),
    ],
)
async def test_a_lost_answer_is_never_sent_again_by_a_look(
    helpdesk: Helpdesk, server: FakeWhatsApp, fault: Fault
) -> None:
    server.order(fault)
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.reply(intent(), TEXT)
    for earlier in (EarlierTry.UNDER_WAY, EarlierTry.SETTLED):
        with pytest.raises(ToolOutcomeUnknown, match=r"cannot be asked whether .* was sent"):
            await helpdesk.find(intent().model_copy(update={"earlier": earlier}))


async def test_what_never_set_out_is_not_there(helpdesk: Helpdesk) -> None:
    assert await helpdesk.find(intent()) is None


async def test_what_whatsapp_told_of_is_found(helpdesk: Helpdesk) -> None:
    assert await helpdesk.find(intent().model_copy(update={"message_id": "wamid.1=="})) == "wamid.1=="


async def test_an_answer_without_an_id_leaves_the_outcome_unknown(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    server.refuse(200, {"messages": []})
    with pytest.raises(ToolOutcomeUnknown, match="an answer of another shape"):
        await helpdesk.reply(intent(), TEXT)


async def test_a_note_is_never_sent_to_the_customer(helpdesk: Helpdesk, server: FakeWhatsApp) -> None:
    noted = intent().model_copy(update={"kind": WriteKind.NOTE})
    assert await helpdesk.note(noted, InternalNote(text="Lost once.")) is None
    assert await helpdesk.find(noted) is None
    await helpdesk.assign(intent().conversation, Team.TRIAGE)
    await helpdesk.tag(intent().conversation, ("refund",))
    assert await helpdesk.mark(intent().conversation) == ""
    assert server.asked == []


@pytest.mark.parametrize(
    ("locale", "code"),
    [("de", "de"), ("de-AT", "de_AT"), ("de-CH", "de"), ("pt", "pt_BR"), ("fr", "en_GB"), (None, "en_GB")],
)
async def test_a_late_reply_asks_for_the_template_in_the_customers_language(
    calls: HelpdeskCalls, source: Source, server: FakeWhatsApp, locale: str | None, code: str
) -> None:
    named = {"template": "support_reply", "template_languages": ("en_GB", "de", "de_AT", "pt_BR")}
    helpdesk = WhatsAppHelpdesk(calls, source.model_copy(update=named))
    late = intent(timedelta(hours=25))
    place = late.conversation.model_copy(update={"locale": locale})
    await helpdesk.reply(late.model_copy(update={"conversation": place}), TEXT)
    template = server.sent[-1]["template"]
    assert isinstance(template, dict)
    assert template["language"] == {"code": code}


async def test_a_template_that_whatsapp_does_not_keep_is_refused_with_the_way_out(
    calls: HelpdeskCalls, source: Source, server: FakeWhatsApp
) -> None:
    helpdesk = WhatsAppHelpdesk(calls, source.model_copy(update={"template": "support_reply"}))
    server.refuse(404, error_of(132001, "Template name does not exist in the translation"))
    with pytest.raises(ToolRefused, match=r"another name or language: .* --template-language as WhatsApp shows"):
        await helpdesk.reply(intent(timedelta(hours=25)), TEXT)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"template_languages": ("de",)}, "but no template"),
        ({"template": "t", "template_languages": ("de", "de")}, "'de' is named twice"),
        ({"template": "t", "template_languages": ("german",)}, "template_languages"),
        ({"template": "t", "template_languages": ("de-AT",)}, "template_languages"),
        ({"template": "t", "template_languages": ()}, "template_languages"),
    ],
)
def test_languages_of_a_template_are_checked(source: Source, changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Source.model_validate({**source.model_dump(), **changes})


def test_a_source_of_before_is_read_with_the_language_it_had(source: Source) -> None:
    before = source.model_dump(mode="json", exclude={"template_languages", "ticket_ids", "groups"})
    again = Source.model_validate(Source.model_validate(before).model_dump(mode="json"))
    assert (again.template_languages, again.ticket_ids) == (("en",), TicketIds.PLAIN)
