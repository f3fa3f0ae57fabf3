"""The one way in for tickets and messages: one ticket is one case, and nothing customers write is lost."""

from datetime import UTC, datetime

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from cases.errors import EngineUnavailable, InvalidInput, LedgerUnavailable, UnknownCase
from cases.outcome import Satisfaction, Stage
from cases.search_attributes import STAGE, TENANT
from cases.ticket import Author
from ledger.cases import CaseLedger
from ledger.database import Database
from starter import intake
from starter.engine import connect_at_first_use
from starter.intake import customer_mark, customer_message, start_case
from starter.settings import Settings
from tests.samples import a_message
from tests.starter.doors import a_closed_case, a_closing_world, a_quiet_world, another_ticket
from tests.starter.held import HeldCases
from tests.workflows.workers import working


async def test_a_new_ticket_starts_its_case(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("new")

    started = await start_case(client, ledger, ticket)

    assert started == intake.StartedCase(case_id="ticket:acme:test:new", already_known=False)
    described = await client.get_workflow_handle(started.case_id).describe()
    assert described.typed_search_attributes.get(TENANT) == "acme"
    assert described.typed_search_attributes.get(STAGE) == Stage.RECEIVED
    assert await described.static_summary() == "email: no subject"


async def test_the_same_ticket_again_is_the_same_case(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("again")
    first = await start_case(client, ledger, ticket)

    second = await start_case(client, ledger, ticket)

    assert second.case_id == first.case_id
    assert second.already_known


async def test_a_long_subject_in_any_script_fits_the_summary(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("long").model_copy(update={"subject": "😀ğüş" * 100})

    assert not (await start_case(client, ledger, ticket)).already_known


async def test_a_ticket_whose_case_has_closed_is_the_same_case(client: Client, ledger: CaseLedger) -> None:
    ticket = await a_closed_case(client, ledger, "closed")

    assert (await start_case(client, ledger, ticket)).already_known


async def test_a_ticket_that_only_the_ledger_remembers_is_the_same_case(
    client: Client, ledger: CaseLedger, settings: Settings
) -> None:
    ticket = await a_closed_case(client, ledger, "forgotten")
    nowhere = await connect_at_first_use(settings.model_copy(update={"temporal_namespace": "another"}))

    assert (await start_case(nowhere, ledger, ticket)).already_known


async def test_without_the_engine_a_ticket_is_refused_and_can_be_sent_again(
    client: Client, ledger: CaseLedger, settings_without_engine: Settings
) -> None:
    away = await connect_at_first_use(settings_without_engine)
    ticket = another_ticket("patient")

    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:\d+ does not answer.*send the same again"):
        await start_case(away, ledger, ticket)

    assert not (await start_case(client, ledger, ticket)).already_known


async def test_without_the_ledger_no_case_is_started(client: Client, settings: Settings) -> None:
    away = Database.at("postgresql://postgres@127.0.0.1:1/nothing", connections=1)
    ticket = another_ticket("unwritten")

    with pytest.raises(LedgerUnavailable):
        await start_case(client, CaseLedger(away), ticket)

    await away.close()
    with pytest.raises(UnknownCase):
        await customer_mark(client, ticket.case_id, Satisfaction(score=3, at=datetime.now(UTC)))


async def test_a_message_reaches_the_open_case(client: Client, ledger: CaseLedger, held_cases: HeldCases) -> None:
    async with held_cases.worked_on("open") as held:
        await customer_message(client, ledger, held.id, a_message("And hurry!", 2))
        again = await held.reached(Stage.WAITING_FOR_REVIEW, times=2)

    assert [message.text for message in again.ticket.messages][-1] == "And hurry!"
    assert not again.repeat_contact


async def test_a_message_reaches_a_case_the_ledger_has_not_heard_of_yet(client: Client, ledger: CaseLedger) -> None:
    ticket = another_ticket("unheard")
    await start_case(client, ledger, ticket)

    await customer_message(client, ledger, ticket.case_id, a_message("One more thing.", 2))

    world = a_quiet_world(ledger)
    async with working(client, world):
        done = await world.case_reached(ticket.case_id, Stage.FOLLOW_UP)
    assert [message.id for message in done.ticket.messages] == ["m1", "m2"]


async def test_a_message_to_a_closed_case_begins_a_repeat_contact_with_a_reply_of_its_own(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("repeat")
    world = a_closing_world(ledger)
    async with working(client, world):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

        await customer_message(client, ledger, ticket.case_id, a_message("It is still broken.", 2))
        await client.get_workflow_handle(ticket.case_id).result()

    written = await ledger.case(ticket.case_id)
    assert written is not None
    assert written.repeat_contact
    assert [message.id for message in written.ticket.messages] == ["m1", "m2"]
    references = [request.reference for request in world.written if request.case_id == ticket.case_id]
    assert len(references) == len(set(references)) == 2


async def test_the_same_message_again_begins_nothing_after_the_case_has_closed(
    client: Client, ledger: CaseLedger
) -> None:
    ticket = another_ticket("echo")
    async with working(client, a_closing_world(ledger)):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()

        await customer_message(client, ledger, ticket.case_id, ticket.messages[0])

    described = await client.get_workflow_handle(ticket.case_id).describe()
    assert described.status is WorkflowExecutionStatus.COMPLETED


async def test_a_known_ticket_with_a_new_message_tells_its_case(
    client: Client, ledger: CaseLedger, held_cases: HeldCases
) -> None:
    async with held_cases.worked_on("grown") as held:
        known = await start_case(client, ledger, held.case.ticket.with_message(a_message("And hurry!", 2)))
        again = await held.reached(Stage.WAITING_FOR_REVIEW, times=2)

    assert known.already_known
    assert [message.id for message in again.ticket.messages] == ["m1", "m2"]


async def test_a_message_for_no_case_is_refused(client: Client, ledger: CaseLedger) -> None:
    with pytest.raises(UnknownCase, match="ticket:acme:test:nobody"):
        await customer_message(client, ledger, "ticket:acme:test:nobody", a_message("Hello?"))


async def test_only_the_customer_speaks_as_the_customer(client: Client, ledger: CaseLedger) -> None:
    ours = a_message("I am an agent.").model_copy(update={"author": Author.AGENT})

    with pytest.raises(InvalidInput, match="author"):
        await customer_message(client, ledger, "ticket:acme:test:new", ours)
