"""Whatever goes wrong on the way, a reply stands in its ticket once, and is known for ours."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cases.draft import CustomerText
from cases.errors import ToolOutcomeUnknown, ToolUnavailable
from cases.helpdesk_write import CLOCKS_APART, EarlierTry, WriteKind
from demo.django_helpdesk.standing import standing_followups, standing_tickets
from demo.embedded.addresses import loopback_url
from demo.embedded.ports import free_ports
from demo.faults import Fault, FaultInjection, FaultKind, FaultPlan
from integrations.helpdesks.django_helpdesk import DjangoHelpdesk
from tests.helpdesks.django_helpdesk.running import Running, client_of, running_helpdesk
from tests.helpdesks.django_helpdesk.speaking import TOKEN, TRICKY, found, intent, noted, written
from tests.helpdesks.forwarding import Forwarder
from tests.helpdesks.serving import served


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
