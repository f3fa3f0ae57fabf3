"""Our client against the real django-helpdesk, in a process of its own."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx
import pytest

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, Conversation, EarlierTry, WriteIntent, WriteKind, digest_of
from cases.source import SourceSecrets
from cases.source_event import HelpdeskTicket, TicketChanged
from cases.ticket import Author
from demo.django_helpdesk.standing import StandingFollowUp, standing_followups, standing_tickets
from demo.embedded.addresses import loopback_url
from demo.embedded.ports import free_ports
from demo.faults import Fault, FaultInjection, FaultKind, FaultPlan
from integrations.helpdesks.django_helpdesk import PAGE, DjangoHelpdesk
from integrations.helpdesks.django_helpdesk_shapes import ESCALATED, TicketShape
from integrations.sources.django_helpdesk import DjangoHelpdeskSource
from tests.helpdesks.forwarding import Forwarder
from tests.helpdesks.running_django_helpdesk import BILLING_QUEUE, Recorder, Running, client_of, running_helpdesk
from tests.helpdesks.serving import served

TOKEN = "uX3nT0ken"
TRICKY = "Costs {{ ticket.ticket_url }} and {% now %} or {# nothing #} {{{}}} %} in “quotes” & <b>bold</b>."


class Told(NamedTuple):
    """A helpdesk, and what its webhooks have said."""

    helpdesk: Running
    webhooks: Recorder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    recorder = Recorder()
    with (
        served(recorder) as receiver,
        running_helpdesk(tmp_path_factory.mktemp("helpdesk"), f"{receiver}/sources/acme/help?token={TOKEN}") as running,
    ):
        yield Told(running, recorder)


@pytest.fixture(scope="module")
def running(told: Told) -> Running:
    return told.helpdesk


@pytest.fixture
async def client(running: Running) -> AsyncIterator[DjangoHelpdesk]:
    async with client_of(running) as made:
        yield made


def intent(ticket_id: str, text: str, kind: WriteKind = WriteKind.REPLY, at: datetime | None = None) -> WriteIntent:
    return WriteIntent(
        reference=f"ticket:acme:help:{ticket_id}/1/{kind}",
        tenant="acme",
        source="help",
        conversation=Conversation(ticket_id=ticket_id),
        kind=kind,
        digest=digest_of(text),
        intended_at=at or datetime.now(UTC),
    )


async def written(client: DjangoHelpdesk, ticket_id: str, text: str) -> str:
    return await client.reply(intent(ticket_id, text), CustomerText(text=text))


async def noted(client: DjangoHelpdesk, ticket_id: str, text: str) -> str:
    note_id = await client.note(intent(ticket_id, text, WriteKind.NOTE), InternalNote(text=text))
    assert note_id is not None
    return note_id


async def found(client: DjangoHelpdesk, ticket_id: str) -> HelpdeskTicket:
    ticket = await client.read(ticket_id)
    assert ticket is not None
    return ticket


def standing(running: Running, message_id: str) -> StandingFollowUp:
    return next(one for one in standing_followups(running.place) if str(one.id) == message_id)


async def test_a_ticket_that_a_customer_opened_is_read(running: Running, client: DjangoHelpdesk) -> None:
    before = datetime.now(UTC)
    ticket_id = running.submit("Where is my order W10023?\n\nI need it.", subject="My order")

    read = await found(client, ticket_id)

    assert (read.ticket.id, read.ticket.tenant, read.ticket.source) == (ticket_id, "acme", "help")
    assert read.ticket.subject == "My order"
    assert read.ticket.customer.email == "mia@example.com"
    assert not read.ticket.customer.authenticated
    assert [(one.author, one.text) for one in read.ticket.messages] == [
        (Author.CUSTOMER, "Where is my order W10023?\n\nI need it.")
    ]
    assert before - timedelta(seconds=1) <= read.ticket.messages[0].sent_at <= datetime.now(UTC)
    assert (read.solved, read.replies, read.changed_at) == (False, (), read.ticket.messages[0].sent_at)


async def test_a_ticket_that_a_colleague_typed_in_is_the_customers(running: Running, client: DjangoHelpdesk) -> None:
    with running.staff() as staff:
        typed = {"queue": 1, "title": "By phone", "description": "Cancel it.", "submitter_email": "mia@example.com"}
        ticket_id = str(staff.post("/api/tickets/", json={**typed, "priority": 3}).raise_for_status().json()["id"])

    read = await found(client, ticket_id)

    assert [(one.author, one.text) for one in read.ticket.messages] == [(Author.CUSTOMER, "Cancel it.")]
    assert read.replies == ()


async def test_a_file_that_came_with_a_ticket_is_named_with_where_it_is(
    running: Running, client: DjangoHelpdesk
) -> None:
    with running.staff() as staff:
        typed = {"queue": 1, "title": "Torn", "description": "See here.", "submitter_email": "mia@example.com"}
        sent = {"attachment": ("tent.png", b"not really a picture", "image/png")}
        told = staff.post("/api/tickets/", data={**typed, "priority": 3}, files=sent).raise_for_status().json()

        (message,) = (await found(client, str(told["id"]))).ticket.messages
        (file,) = message.attachments
        assert (file.name, file.media_type, file.size_bytes) == ("tent.png", "image/png", 20)
        assert staff.get(file.url).content == b"not really a picture"


async def test_what_customers_mail_is_theirs_and_what_colleagues_answer_is_not(
    running: Running, client: DjangoHelpdesk
) -> None:
    running.take_mail("Tent", "Which tent is for winter?")
    ticket_id = standing_tickets(running.place)[-1]
    with running.staff() as staff:
        answer = {"ticket": ticket_id, "comment": "The red one.", "public": True}
        reply_id = str(staff.post("/api/followups/", json=answer).raise_for_status().json()["id"])
    running.take_mail(f"Re: [support-{ticket_id}] Tent", "Is it in stock?")

    read = await found(client, ticket_id)

    assert [(one.author, one.text) for one in read.ticket.messages] == [
        (Author.CUSTOMER, "Which tent is for winter?"),
        (Author.AGENT, "The red one."),
        (Author.CUSTOMER, "Is it in stock?"),
    ]
    assert [(reply.id, reply.text) for reply in read.replies] == [(reply_id, "The red one.")]
    assert read.changed_at == read.ticket.messages[-1].sent_at


async def test_a_reply_stands_there_for_the_customer_and_is_mailed(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    mails = len(running.mails_to("mia@example.com"))

    reply_id = await written(client, ticket_id, "It arrives on Monday.")

    reply = standing(running, reply_id)
    assert (reply.ticket_id, reply.author, reply.public, reply.text) == (
        ticket_id,
        "signalbox",
        True,
        "It arrives on Monday.",
    )
    new_mails = running.mails_to("mia@example.com")[mails:]
    assert len(new_mails) == 1
    assert "It arrives on Monday." in new_mails[0]


async def test_a_note_is_read_by_colleagues_alone_and_mailed_to_nobody(
    running: Running, client: DjangoHelpdesk
) -> None:
    ticket_id = running.submit()
    mails = len(list(running.place.mail_out.iterdir()))

    note_id = await noted(client, ticket_id, "Looks like fraud.")

    note = standing(running, note_id)
    assert (note.author, note.public, note.text) == ("signalbox", False, "Looks like fraud.")
    assert len(list(running.place.mail_out.iterdir())) == mails
    assert "Looks like fraud." not in (await found(client, ticket_id)).model_dump_json()


async def test_a_text_that_looks_like_a_template_comes_out_as_itself(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()

    reply_id = await written(client, ticket_id, TRICKY)
    note_id = await noted(client, ticket_id, TRICKY)

    assert standing(running, reply_id).text == TRICKY
    assert standing(running, note_id).text == TRICKY


async def test_a_reply_leaves_the_tickets_title_and_state_alone(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit(subject="The old title")

    await written(client, ticket_id, "Hello.")

    after = await found(client, ticket_id)
    assert (after.ticket.subject, after.solved) == ("The old title", False)


async def test_what_was_written_is_found_for_its_own_readers_only(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    at = datetime.now(UTC)
    reply_id = await written(client, ticket_id, TRICKY)
    note_id = await noted(client, ticket_id, TRICKY)

    assert await client.find(intent(ticket_id, TRICKY, WriteKind.REPLY, at)) == reply_id
    assert await client.find(intent(ticket_id, TRICKY, WriteKind.NOTE, at)) == note_id


async def test_what_was_not_written_is_not_found(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit("Thanks.")
    other = running.submit("Thanks.")
    reply_id = await written(client, ticket_id, "Done.")
    wanted = intent(ticket_id, "Done.")

    assert await client.find(wanted) == reply_id
    assert await client.find(wanted.model_copy(update={"others": (reply_id,)})) is None
    assert (
        await client.find(
            wanted.model_copy(update={"intended_at": datetime.now(UTC) + CLOCKS_APART + timedelta(minutes=1)})
        )
        is None
    )
    assert await client.find(intent(ticket_id, "Done, or nearly.")) is None
    assert await client.find(intent(ticket_id, "Thanks.")) is None
    assert await client.find(intent(other, "Done.")) is None
    assert await client.find(intent("999999", "Done.")) is None


async def test_what_may_still_be_under_way_is_not_said_to_be_missing(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    wanted = intent(ticket_id, "Done.").model_copy(update={"earlier": EarlierTry.UNDER_WAY})

    with pytest.raises(ToolOutcomeUnknown, match="may still be under way"):
        await client.find(wanted)

    assert await client.find(wanted.model_copy(update={"earlier": EarlierTry.SETTLED})) is None


async def test_a_ticket_is_moved_into_the_teams_queue(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    place = Conversation(ticket_id=ticket_id)

    await client.assign(place, Team.BILLING_SUPPORT)
    await client.assign(place, Team.BILLING_SUPPORT)

    with running.staff() as staff:
        assert str(staff.get(f"/api/tickets/{ticket_id}/").json()["queue"]) == BILLING_QUEUE


async def test_a_ticket_stays_where_it_is_for_a_team_that_has_no_queue(
    running: Running, client: DjangoHelpdesk
) -> None:
    ticket_id = running.submit()

    await client.assign(Conversation(ticket_id=ticket_id), Team.TECH_SUPPORT)

    with running.staff() as staff:
        assert staff.get(f"/api/tickets/{ticket_id}/").json()["queue"] == 1


async def test_a_ticket_that_is_closed_there_is_solved(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    with running.staff() as staff:
        closing_it = {"ticket": ticket_id, "comment": "Done.", "public": True, "new_status": 4}
        staff.post("/api/followups/", json=closing_it).raise_for_status()

    assert (await found(client, ticket_id)).solved


async def test_a_ticket_nobody_knows_is_none(client: DjangoHelpdesk) -> None:
    assert await client.read("999999") is None
    assert await client.read("no-number") is None


async def test_a_reply_to_a_ticket_nobody_knows_is_refused_in_its_words(client: DjangoHelpdesk) -> None:
    with pytest.raises(ToolRefused, match=r"Invalid pk .*999999"):
        await written(client, "999999", "Hello.")


async def test_a_wrong_password_writes_nothing_and_says_where_to_look(running: Running) -> None:
    ticket_id = running.submit()
    before = standing_followups(running.place)
    async with client_of(running, password="wrong") as stranger:
        with pytest.raises(ToolUnavailable, match=r"writing the reply .* status 403, so see that the source's user"):
            await written(stranger, ticket_id, "Hello.")
        with pytest.raises(ToolUnavailable, match=r"reading ticket .* status 403, so see that the source's user"):
            await stranger.read(ticket_id)

    assert standing_followups(running.place) == before


async def test_a_reply_whose_answer_was_lost_is_found_and_stands_there_once(running: Running) -> None:
    ticket_id = running.submit()
    plan = FaultPlan()
    plan.add(Fault(kind=FaultKind.DROP_ANSWER))
    wanted = intent(ticket_id, "It arrives on Monday.")
    with served(FaultInjection(Forwarder(running.address), plan, lambda path: path == "/api/followups/")) as wire:
        async with client_of(running, wire) as client:
            with pytest.raises(ToolOutcomeUnknown, match="look it up before a second try"):
                await client.reply(wanted, CustomerText(text="It arrives on Monday."))

            found_id = await client.find(wanted)

    ours = [one for one in standing_followups(running.place) if (one.ticket_id, one.author) == (ticket_id, "signalbox")]
    assert [str(one.id) for one in ours] == [found_id]


async def test_a_request_that_was_lost_on_its_way_is_not_found(running: Running) -> None:
    ticket_id = running.submit()
    plan = FaultPlan()
    plan.add(Fault(kind=FaultKind.DROP_REQUEST))
    wanted = intent(ticket_id, "It arrives on Monday.")
    with served(FaultInjection(Forwarder(running.address), plan, lambda path: path == "/api/followups/")) as wire:
        async with client_of(running, wire) as client:
            with pytest.raises(ToolOutcomeUnknown):
                await client.reply(wanted, CustomerText(text="It arrives on Monday."))

            assert await client.find(wanted) is None


async def test_every_webhook_it_sends_is_believed_and_names_the_ticket(told: Told, client: DjangoHelpdesk) -> None:
    before = len(told.webhooks.deliveries)
    ticket_id = told.helpdesk.submit()
    await written(client, ticket_id, "It arrives on Monday.")
    await noted(client, ticket_id, "Said Monday.")
    told.helpdesk.take_mail(f"Re: [support-{ticket_id}] My order", "Thanks!")

    door, secrets = DjangoHelpdeskSource(), SourceSecrets.model_validate({"signing": (TOKEN,)})
    new = told.webhooks.deliveries[before:]
    ids = {door.verify(delivery, secrets) for delivery in new}
    assert [door.parse(delivery, told.helpdesk.source) for delivery in new] == 4 * [
        (TicketChanged(ticket_id=ticket_id),)
    ]
    assert len(ids) == 4


async def test_what_changed_since_a_moment_is_listed_oldest_first(running: Running, client: DjangoHelpdesk) -> None:
    old = running.submit()
    untouched = running.submit()
    since = (await found(client, untouched)).changed_at + timedelta(microseconds=1)
    new = running.submit()
    await noted(client, old, "Looked at again.")

    changed = await client.changed_since(since, None)

    assert changed.ticket_ids == (new, old)
    assert changed.changed_until == (await client.changed_since(since, None)).changed_until
    assert changed.changed_until is not None
    assert changed.changed_until > since
    assert changed.next_page is None


async def test_nothing_changed_is_an_empty_page(client: DjangoHelpdesk) -> None:
    changed = await client.changed_since(datetime.now(UTC) + timedelta(hours=1), None)

    assert (changed.ticket_ids, changed.changed_until, changed.next_page) == ((), None, None)


async def test_many_changes_are_paged_through_without_one_missing(running: Running, client: DjangoHelpdesk) -> None:
    tickets = [running.submit() for _ in range(3)]
    begin = datetime.now(UTC) + timedelta(days=1)
    times = [begin + timedelta(seconds=second) for second in range(4 * PAGE)]
    rows = [
        (tickets[place % 2], time.strftime("%Y-%m-%d %H:%M:%S"), "noted", False)
        for place, time in enumerate(times, start=1)
    ]
    rows[-1] = (tickets[2], *rows[-1][1:])
    with closing(sqlite3.connect(running.place.database, timeout=20)) as database, database:
        database.executemany(
            "INSERT INTO helpdesk_followup (ticket_id, date, comment, public) VALUES (?, ?, ?, ?)", rows
        )
    since = times[150].replace(microsecond=0)

    pages = [await client.changed_since(since, None)]
    while pages[-1].next_page:
        pages.append(await client.changed_since(since, pages[-1].next_page))

    assert all(page.ticket_ids for page in pages)
    # 250 of them, on pages of 100: the first page may begin in the middle.
    assert len(pages) in (3, 4)
    assert {ticket for page in pages for ticket in page.ticket_ids} == set(tickets)
    assert pages[-1].changed_until == times[-1].replace(microsecond=0)
    with closing(sqlite3.connect(running.place.database, timeout=20)) as database, database:
        database.execute("DELETE FROM helpdesk_followup WHERE comment = 'noted'")


async def test_a_stopped_helpdesk_is_unavailable_and_has_everything_afterwards(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nobody = loopback_url(free_ports(1)[0])
    with running_helpdesk(tmp_path_factory.mktemp("away"), f"{nobody}/sources/acme/help?token={TOKEN}") as running:
        # Its webhooks reach nobody: it answers 500 after everything it has done.
        with pytest.raises(httpx.HTTPStatusError, match="500"):
            running.submit()
        (ticket_id,) = standing_tickets(running.place)
        wanted = intent(ticket_id, "It arrives on Monday.")
        async with client_of(running) as client:
            with pytest.raises(ToolOutcomeUnknown, match="status 500"):
                await client.reply(wanted, CustomerText(text="It arrives on Monday."))
            reply_id = await client.find(wanted)
            assert reply_id is not None
            running.process.stop()

            with pytest.raises(ToolUnavailable, match="Nothing was written"):
                await written(client, ticket_id, "Another.")
            with pytest.raises(ToolUnavailable, match="reading ticket"):
                await client.read(ticket_id)
            with pytest.raises(ToolUnavailable):
                await client.changed_since(wanted.intended_at, None)

            running.process.start()
            assert [reply.id for reply in (await found(client, ticket_id)).replies] == [reply_id]


def ticket_with(*followups: dict[str, object], description: str = "Where is it?") -> TicketShape:
    """A ticket as the API tells it."""
    base = {"ticket": 5, "date": "2026-11-18T09:30:00Z", "public": True}
    told = [{"id": place, **base, **followup} for place, followup in enumerate(followups, start=1)]
    return TicketShape.model_validate({"id": 5, "status": 1, "description": description, "followup_set": told})


def test_its_own_escalation_and_acceptance_are_nobodys_words() -> None:
    ticket = ticket_with(
        {"comment": "Where is it?"},
        {"comment": "Ticket escalated after 3 days", "title": ESCALATED},
        {"comment": "Submitter accepted resolution and closed ticket", "new_status": 4},
    )

    assert [followup.words for followup in ticket.messages] == ["Where is it?"]


def test_a_ticket_from_djangos_administration_has_its_description_as_the_first_message() -> None:
    assert ticket_with({"comment": "We are looking.", "user": 1}).opening is None


def test_a_description_that_was_edited_is_no_second_message() -> None:
    ticket = ticket_with({"comment": "My card is 4111…"}, description="My card is ****")

    assert ticket.opening == ticket.messages[0]
