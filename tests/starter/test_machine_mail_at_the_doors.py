"""Mail that a machine wrote, through every door: it starts no case and wakes none, and its sender is told why."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from cases.draft import CustomerText
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.machine_mail import MailHeaders
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import Customer, Message, Ticket
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.policies import PolicyLedger
from ledger.sources import SourceLedger
from starter.intake import bring_message, customer_message, start_case
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from starter.sources.secrets import keep_secrets
from tests.helpdesks.fake_zammad import TOKEN, FakeZammad
from tests.helpdesks.serving import served
from tests.samples import a_message
from tests.starter.command import Command, lines
from tests.starter.doors import a_closing_world, a_held_world, a_quiet_world, another_ticket
from tests.starter.http_door import body
from tests.starter.read_desk import ReadDesk, reading
from tests.workflows.workers import working

AWAY = MailHeaders(auto_submitted="auto-replied")
DSN = MailHeaders(content_type="multipart/report; report-type=delivery-status", return_path="<>")
REPLY = CustomerText(text="Your order is on its way.")


@pytest.fixture(scope="module", autouse=True)
async def words(database: Database) -> None:
    """A worker has run with the shipped policy, so that the doors know its words."""
    await PolicyLedger(database).keep(read_policy(DEFAULT_POLICY), datetime.now(UTC))


def an_auto_reply(number: int = 1) -> Message:
    """What a vacation responder writes, with its header."""
    return a_message("Away until Monday.", number).model_copy(update={"headers": AWAY, "sent_at": datetime.now(UTC)})


def a_bounce(recipient: str, number: int = 1, more: str = "") -> Message:
    """What a mail server writes of a mail that did not arrive."""
    said = f"Your message could not be delivered:\n\n<{recipient}>: 550 5.1.1 user unknown\n{more}"
    return a_message(said, number).model_copy(update={"headers": DSN, "sent_at": datetime.now(UTC)})


def a_ticket_of(number: str, message: Message, customer: str = "ada@example.com") -> Ticket:
    """A ticket of nothing else."""
    ticket = another_ticket(number)
    return ticket.model_copy(update={"messages": (message,), "customer": Customer(email=customer)})


async def runs(client: Client, case_id: str) -> bool:
    """Whether Temporal has a case of this id."""
    try:
        await client.get_workflow_handle(case_id).describe()
    except RPCError:
        return False
    return True


async def we_wrote(database: Database, ticket: Ticket, address: str, reference: str | None = None) -> None:
    """A reply of ours to this customer, as the ledger keeps it."""
    intent = WriteIntent(
        reference=reference or f"{ticket.case_id}/reply-1/reply",
        tenant=ticket.tenant,
        source=ticket.source,
        conversation=Conversation(ticket_id=ticket.id, customer=Customer(email=address)),
        kind=WriteKind.REPLY,
        digest=digest_of(REPLY.text),
        intended_at=datetime.now(UTC),
    )
    await HelpdeskWrites(database).intend(intent)


async def test_a_new_ticket_of_a_machine_starts_no_case_and_says_why(client: Client, door: httpx.Client) -> None:
    ticket = a_ticket_of("auto-new", an_auto_reply())
    answer = await asyncio.to_thread(door.post, "/tickets", json=body(ticket))
    assert answer.status_code == 200
    told = answer.json()
    assert "Auto-Submitted" in told["ignored"]
    assert "No case was started" in told["ignored"]
    assert "location" not in answer.headers
    assert not await runs(client, ticket.case_id)


async def test_headers_by_the_names_of_a_mail_are_understood(door: httpx.Client) -> None:
    ticket = body(another_ticket("auto-named"))
    ticket["messages"][0]["headers"] = {"Precedence": "bulk", "List-Id": "<news.example>"}
    answer = await asyncio.to_thread(door.post, "/tickets", json=ticket)
    assert "Precedence" in answer.json()["ignored"]


async def test_a_ticket_that_only_its_text_gives_away_starts_no_case_either(client: Client, door: httpx.Client) -> None:
    said = "I am out of the office until Monday and have no access to my e-mail."
    ticket = body(another_ticket("auto-text", said))
    ticket["subject"] = "Automatic reply: Your order with Acme Outdoor"
    answer = await asyncio.to_thread(door.post, "/tickets", json=ticket)
    assert answer.json().get("ignored"), answer.text
    assert not await runs(client, "ticket:acme:test:auto-text")


async def test_an_ordinary_ticket_is_answered_as_before(door: httpx.Client) -> None:
    answer = await asyncio.to_thread(door.post, "/tickets", json=body(another_ticket("auto-none")))
    assert (answer.status_code, answer.json()) == (
        202,
        {"case_id": "ticket:acme:test:auto-none", "already_known": False},
    )


async def test_the_command_line_says_why_nothing_was_started(command: Command, tmp_path: Path, client: Client) -> None:
    file = tmp_path / "tickets.jsonl"
    file.write_text(lines(a_ticket_of("auto-cli", an_auto_reply())) + lines(another_ticket("auto-cli-person")))
    told = await command("start", str(file))
    assert told.exit_code == 0
    assert "ticket:acme:test:auto-cli  not started. It is automatic mail" in told.stdout
    assert "1 started, 0 known already, 0 invalid, 1 automatic." in told.stdout
    assert not await runs(client, "ticket:acme:test:auto-cli")


async def test_automatic_mail_is_kept_with_an_open_case_and_wakes_it_not(
    client: Client, ledger: CaseLedger, door: httpx.Client
) -> None:
    world = a_held_world(ledger)
    ticket = another_ticket("auto-open", "I want my money back for W10001.")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        held = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        path = f"/cases/{ticket.case_id}/messages"
        answer = await asyncio.to_thread(door.post, path, json=an_auto_reply(2).model_dump(mode="json"))
        kept = await world.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW, times=2)
    assert (answer.status_code, answer.json()) == (202, {"case_id": ticket.case_id})
    assert (kept.review, kept.case_version) == (held.review, held.case_version)
    assert [message.machine is not None for message in kept.ticket.messages] == [False, True]


async def test_automatic_mail_begins_no_run_of_a_closed_case(
    client: Client, ledger: CaseLedger, door: httpx.Client
) -> None:
    world = a_closing_world(ledger)
    ticket = another_ticket("auto-closed")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()
        path = f"/cases/{ticket.case_id}/messages"
        answer = await asyncio.to_thread(door.post, path, json=an_auto_reply(2).model_dump(mode="json"))
        described = await client.get_workflow_handle(ticket.case_id).describe()
    assert answer.status_code == 200
    assert "is closed, and stays closed" in answer.json()["ignored"]
    assert described.status is WorkflowExecutionStatus.COMPLETED
    assert len([request for request in world.written if request.case_id == ticket.case_id]) == 1


async def test_automatic_mail_reaches_a_case_that_the_ledger_has_not_heard_of(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("auto-unheard")
    await start_case(client, ledger, ticket)
    said = await bring_message(client, ledger, a_ticket_of("auto-unheard", an_auto_reply(2)), an_auto_reply(2))
    assert said is not None
    assert "keeps it" in said
    world = a_quiet_world(ledger)
    async with working(client, world):
        done = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
    assert [message.id for message in done.ticket.messages] == ["m1", "m2"]
    assert [request.say.say for request in world.written if request.case_id == ticket.case_id] == ["draft"]


async def test_a_bounce_that_comes_as_a_new_ticket_is_told_to_the_case_of_its_recipient_once(
    client: Client, ledger: CaseLedger, database: Database
) -> None:
    world = a_quiet_world(ledger)
    ticket = a_ticket_of("auto-lost", a_message("How long can I return things?"), "lost@example.com")
    bounce = a_ticket_of("auto-lost-bounce", a_bounce("Lost@example.com"), "mailer-daemon@mx.example")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
        await we_wrote(database, ticket, "lost@example.com")
        first = await start_case(client, ledger, bounce)
        ended = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP, times=3)
        second = await start_case(client, ledger, bounce)
    assert first.ignored == f"It is a bounce: {ticket.case_id} was told that its reply did not arrive."
    assert second.ignored == f"It is a bounce: {ticket.case_id} was told before that its reply did not arrive."
    assert ended.outcome is not None
    assert ended.outcome.kind is OutcomeKind.HANDED_OVER
    assert "550 5.1.1" in ended.outcome.reason.sentence
    assert [request.say.say for request in world.written if request.case_id == ticket.case_id] == ["draft", "nothing"]
    assert not await runs(client, bounce.case_id)


async def test_a_bounce_that_quotes_our_name_of_a_reply_finds_its_case_by_that(
    client: Client, ledger: CaseLedger, database: Database
) -> None:
    ticket = another_ticket("auto-named-reply")
    world = a_closing_world(ledger)
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()
        await we_wrote(database, ticket, "ada@example.com")
        await we_wrote(database, another_ticket("auto-newer"), "named@example.com")
        quoted = f"\nMessage-ID: <{ticket.case_id}/reply-1/reply@mail.example>"
        bounce = a_ticket_of("auto-by-name", a_bounce("named@example.com", more=quoted), "mailer-daemon@mx.example")
        started = await start_case(client, ledger, bounce)
        outcome = await client.get_workflow_handle(ticket.case_id).result()
    assert started.ignored is not None
    assert ticket.case_id in started.ignored
    assert outcome["kind"] == OutcomeKind.HANDED_OVER
    assert [request.say.say for request in world.written if request.case_id == ticket.case_id] == ["draft", "nothing"]


async def test_a_bounce_of_nobody_we_wrote_to_is_told_to_a_person_and_to_nobody_else(
    client: Client, ledger: CaseLedger
) -> None:
    world = a_quiet_world(ledger)
    bounce = a_ticket_of("auto-stray", a_bounce("stranger@example.com"), "mailer-daemon@mx.example")
    async with working(client, world):
        started = await start_case(client, ledger, bounce)
        ended = await world.case_reached(bounce.case_id, Stage.FOLLOW_UP)
    assert started.ignored is None
    assert ended.outcome is not None
    assert ended.outcome.reason.code is ReasonCode.BOUNCE_OF_UNKNOWN
    assert [request.say.say for request in world.written if request.case_id == bounce.case_id] == ["nothing"]


async def test_a_mail_with_characters_that_no_database_takes_is_sorted_like_any_other(
    client: Client, ledger: CaseLedger
) -> None:
    world = a_quiet_world(ledger)
    headers = DSN.model_copy(update={"in_reply_to": "<sb\0_message_id@x>", "content_type": f"{DSN.content_type}\0"})
    bounce = a_bounce("nobody@example.com", more="550 5.1.1 \0 gone").model_copy(update={"headers": headers})
    ticket = a_ticket_of("auto-nul", bounce, "mailer-daemon@mx.example")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        ended = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
    assert ended.outcome is not None
    assert ended.outcome.reason.code is ReasonCode.BOUNCE_OF_UNKNOWN


async def test_another_tenants_reply_is_no_ones_bounce_here(
    client: Client, ledger: CaseLedger, database: Database
) -> None:
    theirs = another_ticket("auto-theirs").model_copy(update={"tenant": "other"})
    await we_wrote(database, theirs, "shared@example.com")
    assert await ledger.bounced("acme", (f"{theirs.case_id}/reply-1/reply",), ("shared@example.com",)) is None
    found = await ledger.bounced("other", (), ("SHARED@example.com",))
    assert found is not None
    assert found.case_id == theirs.case_id


async def test_a_bounce_in_a_closed_case_gives_that_case_to_a_person(client: Client, ledger: CaseLedger) -> None:
    world = a_closing_world(ledger)
    ticket = another_ticket("auto-late-bounce")
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()
        bounce = a_bounce("ada@example.com", 2)
        said = await customer_message(client, ledger, ticket.case_id, bounce)
        outcome = await client.get_workflow_handle(ticket.case_id).result()
        again = await customer_message(client, ledger, ticket.case_id, bounce)
    assert said is not None
    assert "was told" in said
    assert again is None
    assert outcome["kind"] == OutcomeKind.HANDED_OVER
    assert [request.say.say for request in world.written if request.case_id == ticket.case_id] == ["draft", "nothing"]


@pytest.fixture
async def zammad(client: Client, database: Database, tmp_path: Path) -> AsyncGenerator[tuple[FakeZammad, ReadDesk]]:
    fake = FakeZammad()
    with served(fake.app()) as url:
        source = Source(tenant="acme", name=f"z{uuid4().hex[:12]}", kind=SourceKind.ZAMMAD, url=url)
        keep_secrets(source, SourceSecrets(signing=(SecretStr("s"),), token=SecretStr(TOKEN)), tmp_path)
        await SourceLedger(database).keep(source, datetime.now(UTC) - timedelta(hours=2))
        yield fake, ReadDesk(client, database, source)


async def test_what_zammad_calls_automatic_starts_no_case_by_webhook_or_poll_and_wakes_none(
    zammad: tuple[FakeZammad, ReadDesk], client: Client, ledger: CaseLedger, tmp_path: Path
) -> None:
    fake, desk = zammad
    machine = fake.open(1)
    fake.add_article(machine, "Away until Monday.", "Customer", preferences={"is-auto-response": True})
    person = fake.open(2, "My money back.")
    async with AsyncExitStack() as opened:
        world = await reading(desk, a_held_world(ledger), tmp_path, opened)
        (told,) = await desk.hint(1)
        await desk.hint(2)
        held = await world.case_reached(desk.case(2), Stage.WAITING_FOR_REVIEW)
        fake.add_article(person, "Away until Monday.", "Customer", preferences={"is-auto-response": True})
        await desk.poll()
        kept = await world.case_reached(desk.case(2), Stage.WAITING_FOR_REVIEW, times=2)
    assert "the helpdesk says that a machine wrote it" in told
    assert not await runs(client, desk.case(1))
    assert kept.review == held.review
    assert kept.ticket.messages[-1].machine is not None


def test_the_documented_answer_is_the_real_one(door: httpx.Client) -> None:
    document = door.get("/openapi.json").json()
    shown = json.dumps(document["paths"]["/tickets"]["post"]["responses"]["200"])
    assert "ignored" in shown
