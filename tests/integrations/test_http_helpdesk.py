import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolFailure, ToolLocked, ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation as Place
from cases.helpdesk_write import WriteIntent, WriteKind, digest_of
from cases.ticket import Message, Ticket
from demo.embedded.ports import LOOPBACK, free_ports
from demo.faults import Fault, FaultKind
from demo.helpdesk.conversation import Conversation
from integrations.helpdesks.http_helpdesk import HttpHelpdesk
from integrations.helpdesks.protocol import Helpdesk
from tests.helpdesk_process import helpdesk_process
from tests.integrations.hosted_server import answering, http_answer

TICKET = Ticket(
    tenant="acme", source="web", id="T-1", messages=(Message(id="m1", text="Hello?", sent_at=datetime.now(UTC)),)
)
TEXT = CustomerText(text="It comes tomorrow.")
REFERENCE = "ticket:acme:web:T-1/0/reply"


def an_intent(reference: str, ticket: str = "T-1") -> WriteIntent:
    return WriteIntent(
        reference=reference,
        tenant="acme",
        source="web",
        conversation=Place(ticket_id=ticket),
        kind=WriteKind.REPLY,
        digest=digest_of(TEXT.text),
        intended_at=datetime.now(UTC),
    )


@pytest.fixture(scope="module")
def address(database_url: str) -> Iterator[str]:
    with helpdesk_process(database_url) as address:
        yield address


@pytest.fixture
async def service(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The service itself, with one ticket and no faults."""
    async with httpx.AsyncClient(base_url=address, timeout=0.5) as client:
        (await client.post("/reset")).raise_for_status()
        (await client.put("/tickets/T-1", json=TICKET.model_dump(mode="json"))).raise_for_status()
        yield client


@pytest.fixture
def helpdesk(service: httpx.AsyncClient) -> Helpdesk:
    return HttpHelpdesk(service)


async def order(service: httpx.AsyncClient, fault: Fault) -> None:
    (await service.post("/faults", json=fault.model_dump(mode="json"))).raise_for_status()


async def conversation(service: httpx.AsyncClient) -> Conversation:
    return Conversation.model_validate_json((await service.get("/tickets/T-1")).content)


@asynccontextmanager
async def helpdesk_answering(answer: bytes) -> AsyncGenerator[Helpdesk]:
    """A helpdesk whose server answers every request with these bytes and hangs up."""
    async with answering(answer) as raw, httpx.AsyncClient(base_url=raw.address, timeout=5) as client:
        yield HttpHelpdesk(client)


async def test_a_reply_and_a_note_reach_their_own_readers(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    reply_id = await helpdesk.reply(an_intent("r1"), TEXT)
    note_id = await helpdesk.note(an_intent("n1"), InternalNote(text="Lost once."))
    shown = await conversation(service)
    assert [(message.id, message.text) for message in shown.messages[1:]] == [(reply_id, "It comes tomorrow.")]
    assert [(note.id, note.text) for note in shown.notes] == [(note_id, "Lost once.")]


async def test_a_reply_is_marked_as_automatic_and_a_note_as_nothing(
    service: httpx.AsyncClient, helpdesk: Helpdesk
) -> None:
    await helpdesk.reply(an_intent("r1"), TEXT)
    await helpdesk.note(an_intent("n1"), InternalNote(text="Lost once."))
    shown = await conversation(service)
    assert [message.headers for message in (*shown.messages[1:], *shown.notes)] == [
        {"Auto-Submitted": "auto-replied"},
        {},
    ]


async def test_a_message_is_found_by_its_reference(helpdesk: Helpdesk) -> None:
    written = await helpdesk.reply(an_intent(REFERENCE), TEXT)
    assert await helpdesk.find(an_intent(REFERENCE)) == written
    assert await helpdesk.find(an_intent("another")) is None


async def test_nothing_is_found_in_an_unknown_ticket(helpdesk: Helpdesk) -> None:
    assert await helpdesk.find(an_intent(REFERENCE, ticket="T-9")) is None


async def test_the_same_reply_again_is_the_same_message(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    assert await helpdesk.reply(an_intent("r1"), TEXT) == await helpdesk.reply(an_intent("r1"), TEXT)
    assert len((await conversation(service)).messages) == 2


async def test_twenty_replies_at_once_are_one_message(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    ids = await asyncio.gather(*(helpdesk.reply(an_intent("r1"), TEXT) for _ in range(20)))
    assert len(set(ids)) == 1
    assert len((await conversation(service)).messages) == 2


async def test_a_ticket_is_given_to_a_team(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    await helpdesk.assign(Place(ticket_id="T-1"), Team.TRIAGE)
    assert (await conversation(service)).ticket.team is Team.TRIAGE


async def test_what_the_helpdesk_never_takes_is_refused_in_its_words(helpdesk: Helpdesk) -> None:
    with pytest.raises(ToolRefused, match=r"refused writing the reply r1 to ticket T-1.*it holds the character NUL"):
        await helpdesk.reply(an_intent("r1"), CustomerText(text="a\0b"))


async def test_a_reference_of_another_text_is_refused(helpdesk: Helpdesk) -> None:
    await helpdesk.reply(an_intent("r1"), TEXT)
    with pytest.raises(ToolRefused, match="reference: a reply stands in the ticket under it already"):
        await helpdesk.note(an_intent("r1"), InternalNote(text="Lost once."))


async def test_an_invalid_text_is_refused_with_the_field_named(helpdesk: Helpdesk) -> None:
    with pytest.raises(ToolRefused, match=r"body\.text"):
        await helpdesk.reply(an_intent("r1"), CustomerText(text=""))


async def test_without_a_connection_nothing_was_written() -> None:
    async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{free_ports(1)[0]}") as client:
        helpdesk = HttpHelpdesk(client)
        with pytest.raises(ToolUnavailable, match="Nothing was written; try again"):
            await helpdesk.reply(an_intent("r1"), TEXT)
        with pytest.raises(ToolUnavailable, match="Ask again"):
            await helpdesk.find(an_intent("r1"))


async def test_a_helpdesk_out_of_order_wrote_nothing(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    await order(service, Fault(kind=FaultKind.FAIL))
    with pytest.raises(ToolUnavailable, match="status 503"):
        await helpdesk.reply(an_intent("r1"), TEXT)
    assert await helpdesk.find(an_intent("r1")) is None


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_server_leaves_the_outcome_unknown(
    service: httpx.AsyncClient, helpdesk: Helpdesk, status: int
) -> None:
    await order(service, Fault(kind=FaultKind.FAIL, status=status))
    with pytest.raises(ToolOutcomeUnknown, match=f"status {status}.*look it up before a second try"):
        await helpdesk.note(an_intent("n1"), InternalNote(text="Lost once."))


@pytest.mark.parametrize("kind", [FaultKind.LATE_ANSWER, FaultKind.DROP_ANSWER])
async def test_a_lost_answer_is_settled_by_looking_it_up(
    service: httpx.AsyncClient, helpdesk: Helpdesk, kind: FaultKind
) -> None:
    await order(service, Fault(kind=kind, seconds=1))
    with pytest.raises(ToolOutcomeUnknown, match="answer was lost while writing the reply r1 to ticket T-1"):
        await helpdesk.reply(an_intent("r1"), TEXT)
    assert await helpdesk.find(an_intent("r1")) == await helpdesk.reply(an_intent("r1"), TEXT)
    assert len((await conversation(service)).messages) == 2


@pytest.mark.parametrize("kind", [FaultKind.SLOW, FaultKind.DROP_REQUEST])
async def test_a_request_without_an_answer_leaves_the_outcome_unknown(
    service: httpx.AsyncClient, helpdesk: Helpdesk, kind: FaultKind
) -> None:
    await order(service, Fault(kind=kind, seconds=1))
    with pytest.raises(ToolOutcomeUnknown):
        await helpdesk.assign(Place(ticket_id="T-1"), Team.TRIAGE)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.FAIL, status=500),
        Fault(kind=FaultKind.FAIL, status=503),
        Fault(kind=FaultKind.SLOW, seconds=1),
        Fault(kind=FaultKind.DROP_REQUEST),
    ],
)
async def test_a_failed_search_may_be_asked_again(service: httpx.AsyncClient, helpdesk: Helpdesk, fault: Fault) -> None:
    await order(service, fault)
    with pytest.raises(ToolUnavailable, match="looking for the message r1 of ticket T-1"):
        await helpdesk.find(an_intent("r1"))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http_answer("201 Created", b"not json"), ToolOutcomeUnknown),
        (http_answer("201 Created", b'{"identifier": "x"}'), ToolOutcomeUnknown),
        (http_answer("201 Created", b'{"id": "x"}')[:-5], ToolOutcomeUnknown),
        (http_answer("302 Found", b"{}"), ToolOutcomeUnknown),
        (b"", ToolOutcomeUnknown),
        (b"no HTTP at all\r\n\r\n", ToolOutcomeUnknown),
        (http_answer("401 Unauthorized", b"{}"), ToolLocked),
        (http_answer("403 Forbidden", b"{}"), ToolLocked),
        (http_answer("422 Unprocessable Content", b'{"detail": [{"msg": "x"}]}'), ToolRefused),
        (http_answer("429 Too Many Requests", b"{}"), ToolUnavailable),
    ],
)
async def test_each_strange_answer_to_a_write_has_one_meaning(answer: bytes, failure: type[ToolFailure]) -> None:
    async with helpdesk_answering(answer) as helpdesk:
        with pytest.raises(failure):
            await helpdesk.reply(an_intent("r1"), TEXT)


@pytest.mark.parametrize("answer", [http_answer("200 OK", b'{"id": "x"}'), http_answer("401 Unauthorized", b"{}"), b""])
async def test_each_strange_answer_to_a_search_means_unavailable(answer: bytes) -> None:
    async with helpdesk_answering(answer) as helpdesk:
        with pytest.raises(ToolUnavailable):
            await helpdesk.find(an_intent("r1"))


async def test_an_odd_ticket_id_never_names_another_ticket(service: httpx.AsyncClient, helpdesk: Helpdesk) -> None:
    place = Place.model_construct(ticket_id="T-1/replies?")
    odd = an_intent("r1").model_copy(update={"conversation": place})
    with pytest.raises(ToolRefused):
        await helpdesk.reply(odd, TEXT)
    assert len((await conversation(service)).messages) == 1
