import pytest

from cases.classification import Team
from cases.errors import ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation
from demo.django_helpdesk.standing import standing_followups
from integrations.helpdesks.django_helpdesk import DjangoHelpdesk
from tests.helpdesks.django_helpdesk.running import BILLING_QUEUE, Running, client_of
from tests.helpdesks.django_helpdesk.speaking import TRICKY, found, noted, standing, written


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
