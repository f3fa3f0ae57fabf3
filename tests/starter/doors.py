"""What the tests of the doors stand on: the real workflow in a scripted world, written down in a real ledger."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

from temporalio import activity
from temporalio.client import Client

from cases.case import CaseView
from cases.classification import Category, Entities, Priority, Team
from cases.money import Money
from cases.outcome import Stage
from cases.ticket import Ticket
from cases.work import OpenedCase, OpenRequest, Reading
from ledger.cases import CaseLedger
from starter.intake import start_case
from tests.samples import a_classification, a_payment, a_ticket, an_order
from tests.small_rulebook import rulebook
from tests.waiting import SETTLES_WITHIN_SECONDS
from tests.workflows.workers import working
from tests.workflows.world import World

QUICK = rulebook(
    deadlines={"review_reminder": "2h", "review_escalation": "4h", "customer_answer": "3d", "follow_up": "7d"}
)
"""Deadlines far enough away that none passes during a test."""

CLOSING_AT_ONCE = rulebook(
    deadlines={"review_reminder": "2h", "review_escalation": "4h", "customer_answer": "3d", "follow_up": "0s"}
)
"""A case closes as soon as it has its outcome."""

EUR_120 = Money(amount=Decimal("120.00"), currency="EUR")


@dataclass
class WrittenWorld(World):
    """A world whose cases are written down in the ledger, as the real activities do."""

    ledger: CaseLedger | None = field(default=None)

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> OpenedCase:
        await self._write(_opened(request))
        return await super().open_case(request)

    @activity.defn(name="record")
    async def record(self, view: CaseView) -> None:
        await self._write(view)
        await super().record(view)

    async def case_reached(self, case_id: str, stage: Stage, times: int = 1) -> CaseView:
        """Wait until this case was recorded in this stage so many times; the newest record of it."""

        def so_far() -> list[CaseView]:
            return [view for view in self.recorded if view.case_id == case_id and view.stage is stage]

        async with self._changed, asyncio.timeout(SETTLES_WITHIN_SECONDS):
            await self._changed.wait_for(lambda: len(so_far()) >= times)
        return so_far()[-1]

    def actions_for(self, case_id: str) -> list[str]:
        """What was done for this case."""
        return [request.action.id for request in self.acted if request.case_id == case_id]

    async def _write(self, view: CaseView) -> None:
        assert self.ledger is not None
        await self.ledger.record(view)


def a_quiet_world(ledger: CaseLedger) -> WrittenWorld:
    """Every ticket is a plain question, answered at once."""
    return WrittenWorld(rules=QUICK, ledger=ledger)


def a_closing_world(ledger: CaseLedger) -> WrittenWorld:
    """Every ticket is answered at once, and its case closes."""
    return WrittenWorld(rules=CLOSING_AT_ONCE, ledger=ledger)


def a_held_world(ledger: CaseLedger) -> WrittenWorld:
    """Every ticket asks for a refund of 120 EUR, which a person must clear."""
    return WrittenWorld(
        rules=QUICK,
        ledger=ledger,
        readings=[Reading(language="en", findings=(), entities=Entities(order_ids=("W10001",)))],
        classifications=(
            a_classification(
                "refund_request",
                category=Category.BILLING,
                team=Team.BILLING_SUPPORT,
                priority=Priority.MEDIUM,
                entities=Entities(order_ids=("W10001",)),
            ),
        ),
        orders=(an_order(),),
        payments=(a_payment(EUR_120),),
        drafts=("We send your money back.",),
    )


def another_ticket(number: str, text: str = "How long can I return things?") -> Ticket:
    """A ticket of its own id, for a test of its own."""
    return a_ticket(text, ticket_id=number)


async def a_closed_case(client: Client, ledger: CaseLedger, number: str) -> Ticket:
    """A ticket that was answered, and whose case has closed."""
    ticket = another_ticket(number)
    async with working(client, a_closing_world(ledger)):
        await start_case(client, ledger, ticket)
        await client.get_workflow_handle(ticket.case_id).result()
    return ticket


def _opened(request: OpenRequest) -> CaseView:
    ticket = request.start.ticket
    return CaseView(
        case_id=ticket.case_id,
        run_id=request.run_id,
        ticket=ticket,
        case_version=request.start.case_version,
        stage=Stage.RECEIVED,
        policy_version="test@000000000000",
        opened_at=request.opened_at,
        updated_at=request.opened_at,
        repeat_contact=request.start.repeat_contact,
    )
