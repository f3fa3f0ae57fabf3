import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from cases.helpdesk_write import Conversation
from cases.source import SourceSecrets
from cases.source_event import TicketChanged, TicketGone, TicketMerged, TicketRemoved
from cases.ticket import Author, Customer
from demo.django_helpdesk.standing import standing_tickets
from integrations.helpdesks.django_helpdesk import PAGE, DjangoHelpdesk
from integrations.sources.django_helpdesk import DjangoHelpdeskSource
from tests.helpdesks.django_helpdesk.conftest import Told
from tests.helpdesks.django_helpdesk.running import Running
from tests.helpdesks.django_helpdesk.speaking import TOKEN, found, noted, written


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


async def test_a_ticket_that_is_closed_there_is_solved(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    with running.staff() as staff:
        closing_it = {"ticket": ticket_id, "comment": "Done.", "public": True, "new_status": 4}
        staff.post("/api/followups/", json=closing_it).raise_for_status()

    assert (await found(client, ticket_id)).solved


async def test_a_ticket_nobody_knows_is_no_more(client: DjangoHelpdesk) -> None:
    for ticket_id in ("999999", "no-number"):
        gone = await client.read(ticket_id)
        assert isinstance(gone, TicketGone)
        assert isinstance(gone.gone, TicketRemoved)


async def test_a_merged_ticket_is_no_more_and_says_which_goes_on(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id, goes_on = running.submit(), running.submit()
    with running.staff() as staff:
        staff.patch(f"/api/tickets/{ticket_id}/", json={"merged_to": int(goes_on), "status": 5}).raise_for_status()

    gone = await client.standing(Conversation(ticket_id=ticket_id))

    assert isinstance(gone, TicketGone)
    assert isinstance(gone.gone, TicketMerged)
    assert gone.gone.into == goes_on
    assert isinstance(await client.read(ticket_id), TicketGone)


async def test_a_ticket_of_another_submitter_is_theirs(running: Running, client: DjangoHelpdesk) -> None:
    ticket_id = running.submit()
    with running.staff() as staff:
        change = {"submitter_email": "eve@example.com"}
        staff.patch(f"/api/tickets/{ticket_id}/", json=change).raise_for_status()

    now = await client.standing(Conversation(ticket_id=ticket_id))

    assert now == (await found(client, ticket_id)).ticket.customer
    assert now == Customer(contact_id="eve@example.com", email="eve@example.com")


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
