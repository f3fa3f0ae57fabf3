import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from cases.classification import Team
from cases.ticket import Author, Channel, Customer, Message, Ticket
from demo.embedded.ports import LOOPBACK, free_ports
from demo.helpdesk.conversation import Conversation, StoredMessage, StoredTicket, Visibility
from tests.helpdesk_process import helpdesk_process

TICKET = Ticket(
    tenant="acme",
    source="web",
    id="T-1",
    channel=Channel.WEB,
    locale="en",
    customer=Customer(name="Mia Brandt", email="mia@example.com"),
    subject="Where is my tent?",
    messages=(Message(id="m1", text="Order W10023 <b>never</b> came.", sent_at=datetime(2026, 11, 18, tzinfo=UTC)),),
)


@pytest.fixture(scope="module")
def address(database_url: str) -> Iterator[str]:
    with helpdesk_process(database_url) as address:
        yield address


@pytest.fixture
async def helpdesk(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an empty helpdesk."""
    async with httpx.AsyncClient(base_url=address) as client:
        (await client.post("/reset")).raise_for_status()
        yield client


@pytest.fixture
async def ticket(helpdesk: httpx.AsyncClient) -> str:
    """The path of a ticket that is there."""
    (await put(helpdesk, TICKET)).raise_for_status()
    return "/tickets/T-1"


async def put(helpdesk: httpx.AsyncClient, ticket: Ticket) -> httpx.Response:
    return await helpdesk.put(f"/tickets/{ticket.id}", json=ticket.model_dump(mode="json"))


async def conversation(helpdesk: httpx.AsyncClient, path: str) -> Conversation:
    return Conversation.model_validate_json((await helpdesk.get(path)).content)


async def test_a_ticket_is_kept_as_it_was_sent(helpdesk: httpx.AsyncClient) -> None:
    answer = await put(helpdesk, TICKET)
    assert answer.status_code == 201
    kept = Conversation.model_validate_json(answer.content)
    assert kept.ticket == StoredTicket(
        **TICKET.model_dump(include={"id", "tenant", "source", "subject", "channel", "locale", "customer"}), team=None
    )
    assert [(message.id, message.author, message.text) for message in kept.messages] == [
        ("m1", Author.CUSTOMER, "Order W10023 <b>never</b> came.")
    ]
    assert kept.notes == ()


async def test_the_same_ticket_again_changes_nothing(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    before = await conversation(helpdesk, ticket)
    assert (await put(helpdesk, TICKET)).status_code == 200
    assert await conversation(helpdesk, ticket) == before


async def test_a_later_message_of_the_customer_joins_the_ticket(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    await put(helpdesk, TICKET.with_message(Message(id="m2", text="Any news?", sent_at=datetime.now(UTC))))
    assert [message.id for message in (await conversation(helpdesk, ticket)).messages] == ["m1", "m2"]


async def test_an_id_of_another_source_is_refused(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    answer = await put(helpdesk, TICKET.model_copy(update={"source": "mail"}))
    assert answer.status_code == 409
    assert "T-1 is a ticket of acme/web" in answer.text
    assert (await conversation(helpdesk, ticket)).ticket.source == "web"


async def test_an_id_that_differs_from_the_address_is_refused(helpdesk: httpx.AsyncClient) -> None:
    answer = await helpdesk.put("/tickets/T-2", json=TICKET.model_dump(mode="json"))
    assert answer.status_code == 422
    assert "T-1 in the body and T-2 in the address" in answer.text


async def test_an_invalid_ticket_is_refused_with_the_field_named(helpdesk: httpx.AsyncClient) -> None:
    answer = await helpdesk.put("/tickets/T-1", json={**TICKET.model_dump(mode="json"), "messages": []})
    assert answer.status_code == 422
    assert "body.messages:" in answer.json()["detail"]


async def test_tickets_are_listed_newest_first(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    await put(helpdesk, TICKET.model_copy(update={"id": "T-2"}))
    assert [listed["id"] for listed in (await helpdesk.get("/tickets")).json()] == ["T-2", "T-1"]


async def test_replies_and_notes_stand_apart(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    await helpdesk.post(f"{ticket}/replies", json={"text": "It comes tomorrow.", "reference": "r1"})
    await helpdesk.post(f"{ticket}/notes", json={"text": "Carrier lost it once.", "reference": "n1"})
    shown = await conversation(helpdesk, ticket)
    assert [(message.author, message.text) for message in shown.messages[1:]] == [
        (Author.SIGNALBOX, "It comes tomorrow.")
    ]
    assert [(note.text, note.visibility) for note in shown.notes] == [("Carrier lost it once.", Visibility.INTERNAL)]


@pytest.mark.parametrize("kind", ["replies", "notes"])
async def test_the_same_reference_again_is_the_same_message(
    helpdesk: httpx.AsyncClient, ticket: str, kind: str
) -> None:
    first = await helpdesk.post(f"{ticket}/{kind}", json={"text": "Hello.", "reference": "r1"})
    second = await helpdesk.post(f"{ticket}/{kind}", json={"text": "Hello.", "reference": "r1"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


@pytest.mark.parametrize(("kind", "text"), [("replies", "Goodbye."), ("notes", "Hello.")])
async def test_a_reference_taken_by_another_text_or_kind_is_refused(
    helpdesk: httpx.AsyncClient, ticket: str, kind: str, text: str
) -> None:
    await helpdesk.post(f"{ticket}/replies", json={"text": "Hello.", "reference": "r1"})
    answer = await helpdesk.post(f"{ticket}/{kind}", json={"text": text, "reference": "r1"})
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("reference: a reply stands in the ticket under it already")
    assert "msg_" not in answer.json()["detail"]
    assert len((await helpdesk.get(f"{ticket}/messages")).json()) == 2


async def test_messages_without_a_reference_are_each_their_own(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    for _ in range(2):
        assert (await helpdesk.post(f"{ticket}/replies", json={"text": "Hello."})).status_code == 201
    assert len((await conversation(helpdesk, ticket)).messages) == 3


async def test_twenty_posts_at_once_write_one_message(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    body = {"text": "Hello.", "reference": "r1"}
    answers = await asyncio.gather(*(helpdesk.post(f"{ticket}/replies", json=body) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({StoredMessage.model_validate_json(answer.content).id for answer in answers}) == 1
    assert len((await helpdesk.get(f"{ticket}/messages", params={"reference": "r1"})).json()) == 1


async def test_a_message_is_found_by_its_reference(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    written = (await helpdesk.post(f"{ticket}/notes", json={"text": "Hello.", "reference": "case/1:a b"})).json()
    found = await helpdesk.get(f"{ticket}/messages", params={"reference": "case/1:a b"})
    assert found.json() == [written]
    assert (await helpdesk.get(f"{ticket}/messages", params={"reference": "r2"})).json() == []


@pytest.mark.parametrize("kind", ["replies", "notes"])
async def test_writing_to_a_ticket_nobody_has_put_opens_its_conversation(
    helpdesk: httpx.AsyncClient, kind: str
) -> None:
    answer = await helpdesk.post(f"/tickets/T-9/{kind}", json={"text": "Hello.", "reference": "r1"})
    assert answer.status_code == 201
    assert [listed["id"] for listed in (await helpdesk.get("/tickets")).json()] == ["T-9"]
    assert [message["text"] for message in (await helpdesk.get("/tickets/T-9/messages")).json()] == ["Hello."]
    assert "Hello." in (await helpdesk.get("/tickets/T-9/page")).text


async def test_twenty_posts_at_once_open_one_conversation(helpdesk: httpx.AsyncClient) -> None:
    body = {"text": "Hello.", "reference": "r1"}
    answers = await asyncio.gather(*(helpdesk.post("/tickets/T-9/replies", json=body) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len((await helpdesk.get("/tickets/T-9/messages")).json()) == 1


async def test_a_ticket_that_was_written_to_first_is_completed_when_it_is_put(helpdesk: httpx.AsyncClient) -> None:
    await helpdesk.put("/tickets/T-1/assignment", json={"team": "triage"})
    await helpdesk.post("/tickets/T-1/replies", json={"text": "It comes tomorrow."})
    assert (await put(helpdesk, TICKET)).status_code == 200
    kept = await conversation(helpdesk, "/tickets/T-1")
    assert (kept.ticket.source, kept.ticket.subject, kept.ticket.customer) == ("web", TICKET.subject, TICKET.customer)
    assert kept.ticket.team is Team.TRIAGE
    assert [message.author for message in kept.messages] == [Author.SIGNALBOX, Author.CUSTOMER]


async def test_a_ticket_that_was_never_written_to_is_not_there(helpdesk: httpx.AsyncClient) -> None:
    answer = await helpdesk.get("/tickets/T-9")
    assert answer.status_code == 404
    assert "there is no ticket T-9 here" in answer.json()["detail"]


async def test_what_cannot_be_a_tickets_id_opens_nothing(helpdesk: httpx.AsyncClient) -> None:
    assert (await helpdesk.post("/tickets/a b/replies", json={"text": "Hello."})).status_code == 422
    assert (await helpdesk.get("/tickets")).json() == []


async def test_text_that_cannot_be_kept_is_refused_with_the_reason(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    answer = await helpdesk.post(f"{ticket}/replies", json={"text": "a\0b", "reference": "r1"})
    assert answer.status_code == 422
    assert "NUL" in answer.json()["detail"]


async def test_a_ticket_is_given_to_a_team(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    (await helpdesk.put(f"{ticket}/assignment", json={"team": "billing_support"})).raise_for_status()
    assert (await conversation(helpdesk, ticket)).ticket.team is Team.BILLING_SUPPORT
    (await helpdesk.put("/tickets/T-9/assignment", json={"team": "triage"})).raise_for_status()
    assert (await conversation(helpdesk, "/tickets/T-9")).ticket.team is Team.TRIAGE


async def test_the_pages_show_the_conversation_as_text(helpdesk: httpx.AsyncClient, ticket: str) -> None:
    await helpdesk.post(f"{ticket}/notes", json={"text": "<script>alert(1)</script>"})
    await helpdesk.post(f"{ticket}/replies", json={"text": "It comes tomorrow."})
    listing, page = await helpdesk.get("/"), await helpdesk.get(f"{ticket}/page")
    assert "/tickets/T-1/page" in listing.text
    assert "Order W10023 &lt;b&gt;never&lt;/b&gt; came." in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    assert page.text.index("Internal note, not shown to the customer") < page.text.index("alert(1)")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await helpdesk.get("/style.css")).headers["content-type"].startswith("text/css")


async def test_tickets_survive_a_restart(helpdesk: httpx.AsyncClient, ticket: str, database_url: str) -> None:
    before = await conversation(helpdesk, ticket)
    with helpdesk_process(database_url) as other:
        async with httpx.AsyncClient(base_url=other) as client:
            assert await conversation(client, ticket) == before


@pytest.mark.parametrize("stop_with", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_without_a_word(
    database_url: str, stop_with: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    with helpdesk_process(database_url, stop_with) as address:
        httpx.get(f"{address}/tickets").raise_for_status()
    assert capfd.readouterr() == ("", "")


def test_a_busy_port_is_named_with_the_way_out(database_url: str) -> None:
    with socket.socket() as busy:
        busy.bind((LOOPBACK, 0))
        busy.listen()
        port = busy.getsockname()[1]
        ended = refused_start(port, database_url)
    assert ended == f"Port {port} is taken. Stop what listens there, or choose another with --port."


def test_a_missing_database_is_named_with_the_way_out() -> None:
    port, nobody = free_ports(2)
    ended = refused_start(port, f"postgresql://postgres@{LOOPBACK}:{nobody}/none")
    assert ended.startswith("The database of --database-url does not let us in:")
    assert ended.endswith("Start it, or name another.")


def refused_start(port: int, database_url: str) -> str:
    """What the helpdesk says when it cannot start."""
    ended = subprocess.run(
        [sys.executable, "-m", "demo.helpdesk", "--port", str(port), "--database-url", database_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr.strip()
