"""A reply that waited is written to nobody else: the ticket is looked at right before the words go out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.answer import Answering
from activities.policies import PolicyShelf
from cases.draft import CustomerText, InternalNote
from cases.policy.document import Policy
from cases.source_event import RequesterChanged, TicketMerged, TicketRemoved
from cases.ticket import Customer
from cases.work import AnswerReport, AnswerRequest, SayDraft, SayNothing
from demo.faults import Fault, FaultKind
from integrations.helpdesks.zendesk import ZendeskHelpdesk, headers
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from tests.handed_in import NoArchive, OneHelpdesk
from tests.helpdesks.calling import calls_to
from tests.helpdesks.desks import ZendeskDesk
from tests.helpdesks.fake_zendesk import CUSTOMER, IN_COPY, FakeTicket
from tests.helpdesks.serving import served

Answer = Callable[[AnswerRequest], Awaitable[AnswerReport]]
ADA = Customer(contact_id=str(CUSTOMER), name="Ada Byron", email="ada@example.com")


@pytest.fixture
def desk() -> Iterator[tuple[ZendeskDesk, str]]:
    desk = ZendeskDesk()
    desk.open(7)
    with served(desk.fake.app()) as url:
        yield desk, url


@pytest.fixture
def ticket(desk: tuple[ZendeskDesk, str]) -> FakeTicket:
    return desk[0].fake.tickets[7]


@pytest.fixture
async def answer(desk: tuple[ZendeskDesk, str], migrated_url: str, shipped_policy: Policy) -> AsyncIterator[Answer]:
    database = Database.at(migrated_url, connections=2)
    async with database.transaction() as connection:
        await connection.execute(text("TRUNCATE helpdesk_writes"))
    at, url = desk
    source = at.source(url)
    async with calls_to(source, headers(source, at.secrets)) as calls:
        helpdesk = ZendeskHelpdesk(calls, source)
        shelf = PolicyShelf(shipped_policy, NoArchive())
        answering = Answering(OneHelpdesk(helpdesk), HelpdeskWrites(database), shelf)

        async def once(asked: AnswerRequest) -> AnswerReport:
            return await ActivityEnvironment().run(answering.answer, asked)

        yield once
    await database.close()


def request(policy: Policy, *, customer: Customer = ADA, says: bool = True, turn: int = 1) -> AnswerRequest:
    return AnswerRequest(
        case_id="ticket:acme:zendesk:7",
        tenant="acme",
        source="zendesk",
        ticket_id="7",
        reference=f"ticket:acme:zendesk:7/reply-{turn}",
        policy_version=policy.version,
        locale="en",
        customer=customer,
        say=SayDraft(text=CustomerText(text="We have sent 29.00 back.")) if says else SayNothing(),
        note=InternalNote(text="Wants: refund."),
    )


async def test_a_reply_for_one_requester_is_not_written_to_another(
    answer: Answer, ticket: FakeTicket, desk: tuple[ZendeskDesk, str], shipped_policy: Policy
) -> None:
    desk[0].fake.give_to(ticket, IN_COPY)
    report = await answer(request(shipped_policy))
    assert isinstance(report.overtaken, RequesterChanged)
    assert report.overtaken.customer.email == "eve@example.com"
    assert (report.reply_id, report.note_id, desk[0].standing(7)) == (None, None, [])


async def test_nothing_is_written_into_a_ticket_that_is_no_more(
    answer: Answer, ticket: FakeTicket, desk: tuple[ZendeskDesk, str], shipped_policy: Policy
) -> None:
    desk[0].fake.merge(ticket)
    merged = await answer(request(shipped_policy))
    ticket.status = "deleted"
    deleted = await answer(request(shipped_policy))
    assert isinstance(merged.overtaken, TicketMerged)
    assert isinstance(deleted.overtaken, TicketRemoved)
    assert desk[0].standing(7) == []


async def test_whose_ticket_it_still_is_gets_the_reply_and_the_new_one_theirs(
    answer: Answer, ticket: FakeTicket, desk: tuple[ZendeskDesk, str], shipped_policy: Policy
) -> None:
    desk[0].fake.give_to(ticket, IN_COPY)
    await answer(request(shipped_policy))
    eve = Customer(contact_id=str(IN_COPY), email="eve@example.com")
    report = await answer(request(shipped_policy, customer=eve, turn=2))
    assert report.overtaken is None
    assert len(desk[0].standing(7)) == 2


async def test_a_note_asks_nobody_whose_ticket_it_is(
    answer: Answer, ticket: FakeTicket, desk: tuple[ZendeskDesk, str], shipped_policy: Policy
) -> None:
    desk[0].fake.give_to(ticket, IN_COPY)
    report = await answer(request(shipped_policy, says=False))
    assert report.overtaken is None
    assert [standing.public for standing in desk[0].standing(7)] == [False]


async def test_a_helpdesk_that_cannot_say_whose_it_is_is_asked_later(
    answer: Answer, desk: tuple[ZendeskDesk, str], shipped_policy: Policy
) -> None:
    desk[0].fake.order(Fault(kind=FaultKind.FAIL, times=2))
    with pytest.raises(ApplicationError):
        await answer(request(shipped_policy))
    assert desk[0].standing(7) == []
