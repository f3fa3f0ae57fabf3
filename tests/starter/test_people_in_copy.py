"""Somebody in copy writes, through the real door of each kind that tells who wrote: no money moves by itself."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.source_reading import SourceReading
from cases.classification import Entities
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.task_queues import TaskQueue
from cases.work import ClassifyReport, ClassifyRequest, Reading
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.arrivals import Arrivals
from starter.sources.helpdesks import SourceHelpdesks
from starter.sources.secrets import keep_secrets
from tests.samples import a_classification, a_payment, an_order
from tests.starter.correspondences import ADA, CORRESPONDENCES, EVE, Correspondence
from tests.starter.doors import QUICK, WrittenWorld
from tests.starter.http_door import open_door
from workflows.ticket import TicketWorkflow
from workflows.ticket_reading import ReadTicket

QUESTION, WISH = "How long can I return things?", "Then send my money for W10001 back."
W10001 = Entities(order_ids=("W10001",))
FAQ, REFUND = a_classification("faq_returns"), a_classification("refund_request", entities=W10001)

TOLD_BY = pytest.mark.parametrize("kind", list(CORRESPONDENCES))


class Understanding(WrittenWorld):
    """A world that goes by what was written, however often it is asked."""

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        self.classifications = (REFUND if WISH in request.text else FAQ,)
        return await super().classify(request)


@pytest.fixture
def installed(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data": tmp_path / "data"})


@pytest.fixture
def door(installed: Settings) -> Generator[httpx.Client]:
    with open_door(installed) as door:
        yield door


@pytest.fixture
async def letters(kind: str, installed: Settings, database: Database, tmp_path: Path) -> AsyncGenerator[Correspondence]:
    with CORRESPONDENCES[kind](tmp_path / "helpdesk") as letters:
        keep_secrets(letters.source, letters.secrets, installed.data)
        await SourceLedger(database).keep(letters.source, datetime.now(UTC) - timedelta(hours=2))
        yield letters


@pytest.fixture
async def world(
    client: Client, database: Database, ledger: CaseLedger, installed: Settings
) -> AsyncGenerator[WrittenWorld]:
    """Workers for whom a refund of 30 EUR of a returned order is nothing anybody needs to look at."""
    world = Understanding(
        rules=QUICK,
        ledger=ledger,
        readings=[Reading(language="en", findings=(), entities=W10001)],
        orders=(an_order(),),
        payments=(a_payment(),),
        drafts=("We send your money back.",),
    )
    writes = HelpdeskWrites(database)
    async with AsyncExitStack() as opened:
        read = SourceReading(
            SourceLedger(database),
            SourceHelpdesks(installed.data, 10, opened),
            ledger,
            writes,
            DeliveryLedger(database),
            Arrivals(client, ledger, writes),
        )
        for worker in (
            Worker(
                client,
                task_queue=TaskQueue.CASES,
                workflows=[TicketWorkflow, ReadTicket],
                activities=world.activities,
            ),
            Worker(client, task_queue=TaskQueue.MODELS, activities=world.activities),
            Worker(client, task_queue=TaskQueue.TOOLS, activities=[*world.activities, read.bring_in]),
        ):
            await opened.enter_async_context(worker)
        yield world


async def deliver(letters: Correspondence, door: httpx.Client, text: str, sender: str) -> None:
    """Let somebody write, and the helpdesk tell us of it."""
    body = await asyncio.to_thread(letters.write, text, sender)
    answer = await asyncio.to_thread(letters.send, door, body)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "taken"), answer.text


@TOLD_BY
async def test_what_somebody_in_copy_asks_for_later_waits_for_a_person(
    letters: Correspondence, door: httpx.Client, world: WrittenWorld
) -> None:
    await deliver(letters, door, QUESTION, ADA)
    answered = await world.case_reached(letters.case_id, Stage.FOLLOW_UP)
    assert answered.outcome is not None
    assert answered.outcome.kind is OutcomeKind.RESOLVED

    await deliver(letters, door, WISH, EVE)
    held = await world.case_reached(letters.case_id, Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.SOMEBODY_ELSE_ASKS
    assert str(held.review.reasons[0]).startswith("eve@example.com asks for this, and is not the customer: Refund 30")
    assert world.actions_for(letters.case_id) == []


@TOLD_BY
async def test_what_the_customer_asks_for_later_waits_for_nobody(
    letters: Correspondence, door: httpx.Client, world: WrittenWorld
) -> None:
    await deliver(letters, door, QUESTION, ADA)
    await world.case_reached(letters.case_id, Stage.FOLLOW_UP)
    await deliver(letters, door, WISH, ADA)
    done = await world.case_reached(letters.case_id, Stage.FOLLOW_UP, times=2)
    assert done.outcome is not None
    assert done.outcome.kind is OutcomeKind.RESOLVED
    assert [done.rpartition(":")[0] for done in world.actions_for(letters.case_id)] == ["refund:pay_10001"]


@pytest.mark.parametrize("kind", ["zendesk", "zammad", "chatwoot", "standard-webhooks"])
async def test_a_case_that_somebody_in_copy_begins_waits_for_a_person(
    letters: Correspondence, door: httpx.Client, world: WrittenWorld
) -> None:
    await deliver(letters, door, WISH, EVE)
    held = await world.case_reached(letters.case_id, Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.SOMEBODY_ELSE_ASKS
    assert held.ticket.customer.email == ADA
    assert world.actions_for(letters.case_id) == []
