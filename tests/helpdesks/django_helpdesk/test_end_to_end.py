"""django-helpdesk as a source, whole: its own process, our door, Temporal, PostgreSQL and a worker."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from cases.action import Refund
from cases.case import CaseView, StepKind
from cases.outcome import OutcomeKind, Stage
from cases.source_work import Reconciled, Reconciliation, SourceName
from cases.task_queues import TaskQueue
from cases.ticket import Author, case_id
from demo.django_helpdesk.people import API_USER
from demo.django_helpdesk.standing import StandingFollowUp, standing_followups
from demo.django_helpdesk.tickets import AT_ONCE
from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.parts import Part
from demo.embedded.stack import DevStack
from starter.command_line.demo_helpdesk import Beside, helpdesk_beside, settings_of
from starter.command_line.demo_helpdesk_play import HelpdeskPlay
from starter.connections import Connections, open_connections
from starter.sources.hints import reading_id
from starter.sources.schedule import RECONCILE_WORKFLOW
from tests.helpdesks.django_helpdesk.running import Running
from tests.waiting import eventually

pytestmark = pytest.mark.long

QUESTION, _, REFUND = AT_ONCE


class Show(NamedTuple):
    """Everything that runs, and what is seen of it."""

    stack: DevStack
    beside: Beside
    connections: Connections

    @property
    def helpdesk(self) -> Running:
        return Running(self.beside.process, self.beside.place, self.beside.source.url or "", self.beside.webhook)

    def name(self, ticket_id: str) -> str:
        return case_id(self.beside.source.tenant, self.beside.source.name, ticket_id)

    def ours(self, ticket_id: str) -> list[StandingFollowUp]:
        """What we wrote into a ticket, as it stands there."""
        standing = standing_followups(self.beside.place)
        return [one for one in standing if (one.ticket_id, one.author) == (ticket_id, API_USER)]

    async def until(self, ticket_id: str, reached: Callable[[CaseView], bool], what: str) -> CaseView:
        async def look() -> CaseView | None:
            view = await self.connections.ledger.case(self.name(ticket_id))
            return view if view is not None and reached(view) else None

        return await eventually(look, f"ticket {ticket_id} to {what}")

    async def answered(self, ticket_id: str) -> CaseView:
        return await self.until(ticket_id, lambda view: view.outcome is not None, "be answered")

    async def read_after(self, ticket_id: str, deliveries: int) -> None:
        """Wait until so many webhooks have come for a ticket, and nobody reads it any more."""

        async def look() -> bool:
            return await asyncio.to_thread(self._deliveries, ticket_id) >= deliveries

        await eventually(look, f"{deliveries} webhooks for ticket {ticket_id}")
        await self.connections.engine.get_workflow_handle(reading_id(self.beside.source, ticket_id)).result()

    async def poll(self) -> Reconciled:
        """Ask what changed, now and not in a minute."""
        source = self.beside.source
        return await self.connections.engine.execute_workflow(
            RECONCILE_WORKFLOW,
            Reconciliation(source=SourceName(tenant=source.tenant, name=source.name)),
            id="reconcile-now",
            task_queue=TaskQueue.CASES,
            result_type=Reconciled,
        )

    def _deliveries(self, ticket_id: str) -> int:
        with psycopg.connect(self.stack.addresses.database_url) as connection:
            wanted = "SELECT count(*) FROM deliveries WHERE source = %s AND sentence = %s"
            told = (self.beside.source.name, f"Ticket {ticket_id} is being read.")
            row = connection.execute(wanted, told).fetchone()
        return row[0] if row else 0


@pytest.fixture(scope="module")
def _running(pytestconfig: pytest.Config) -> Generator[tuple[DevStack, Beside]]:
    base = free_base()
    ports = StackPorts.from_base(base)
    parts = [part for part in Part if part not in (Part.HELPDESK, Part.PEOPLE, Part.DESK)]
    with tempfile.TemporaryDirectory(prefix="signalbox-helpdesk-") as directory:
        data = Path(directory)
        learnt = Path(pytestconfig.cache.mkdir("signalbox")) / "models"
        learnt.mkdir(exist_ok=True)
        (data / "models").symlink_to(learnt)
        with DevStack(data, ports, parts=parts) as stack, helpdesk_beside(stack, base + 50) as beside:
            yield stack, beside


@pytest.fixture(scope="module")
async def show(_running: tuple[DevStack, Beside]) -> AsyncGenerator[Show]:
    async with AsyncExitStack() as opened:
        yield Show(*_running, await opened.enter_async_context(open_connections(settings_of(_running[0]))))


async def test_a_ticket_there_becomes_a_case_and_gets_its_reply_and_its_note_there(show: Show) -> None:
    ticket_id = show.helpdesk.submit(QUESTION.text, QUESTION.subject)

    case = await show.answered(ticket_id)

    reply, note = show.ours(ticket_id)
    assert (reply.public, note.public) == (True, False)
    assert [sent.text.text for sent in case.replies] == [reply.text]
    assert case.ticket.customer.email == "mia@example.com"
    assert show.name(ticket_id) in note.text
    assert show.name(ticket_id) not in reply.text


async def test_our_own_reply_and_note_come_back_and_start_nothing(show: Show) -> None:
    ticket_id = show.helpdesk.submit(QUESTION.text, QUESTION.subject)
    answered = await show.answered(ticket_id)

    await show.read_after(ticket_id, deliveries=3)

    after = await show.until(ticket_id, lambda _: True, "be there")
    assert (after.run_id, after.outcome) == (answered.run_id, answered.outcome)
    assert [step for step in after.steps if step.kind is StepKind.COLLEAGUE] == []
    assert [one.public for one in show.ours(ticket_id)] == [True, False]


async def test_a_mail_of_the_customer_is_answered_in_the_same_ticket(show: Show) -> None:
    ticket_id = show.helpdesk.submit(QUESTION.text, QUESTION.subject)
    await show.answered(ticket_id)

    show.helpdesk.take_mail(f"Re: [support-{ticket_id}] Returns", "And how long does delivery to Turkey take?")

    async def look() -> list[StandingFollowUp] | None:
        ours = show.ours(ticket_id)
        return ours if len(ours) >= 4 else None

    reply, _, second, note = await eventually(look, f"a second answer in ticket {ticket_id}")
    assert (second.public, note.public) == (True, False)
    assert second.text != reply.text


async def test_a_case_stands_back_before_a_colleague_who_answers_there(show: Show) -> None:
    ticket_id = show.helpdesk.submit("Where is my parcel?", "Parcel")
    await show.until(ticket_id, lambda case: case.stage is Stage.WAITING_FOR_CUSTOMER, "ask which")
    with show.helpdesk.staff() as staff:
        told = {"ticket": ticket_id, "comment": "It is here.", "public": True}
        staff.post("/api/followups/", json=told).raise_for_status()

    case = await show.until(
        ticket_id,
        lambda view: view.outcome is not None and view.outcome.kind is OutcomeKind.TAKEN_OVER,
        "stand back",
    )

    assert (Author.AGENT, "It is here.") in [(message.author, message.text) for message in case.ticket.messages]


async def test_after_both_were_away_nothing_is_missing_and_nothing_is_doubled(show: Show) -> None:
    said: list[str] = []
    play = HelpdeskPlay(show.connections, show.beside.source, show.beside.place, said.append)
    opened = await play.open_three()
    held = [case for case in opened.values() if case.review is not None]
    assert [type(action.arguments) for case in held if case.review for action in case.review.actions] == [Refund]

    await play.go_through_outages(show.beside.process, show.stack.server(Part.API))

    count = await play.count()
    assert count.all_answered, count
    assert (count.tickets, count.cases, count.replies, count.notes) == (4, 4, 4, 4)

    again = await show.poll()
    assert again.tickets > 0
    assert (await play.count()).model_copy(update={"seconds": count.seconds}) == count
