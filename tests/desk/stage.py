"""What the browser's tests stand on: the real workflow on a real Temporal, a real ledger, the desk, and Chromium.

Which order a ticket names is what the scripted shop knows of it: `W1…` was paid with 120 EUR, `W6…` with 620 EUR,
which two people must clear.
"""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from playwright.async_api import Browser, BrowserContext, Page, expect
from temporalio import activity
from temporalio.client import Client

from cases.action import ActionKind
from cases.case import CaseView
from cases.classification import Category, Entities, Priority, Team
from cases.draft import Claim, CustomerText, Draft
from cases.errors import UnknownCase
from cases.facts import Facts, IdentityStrength
from cases.money import Money
from cases.outcome import Stage
from cases.policy.rulebook import ActionRules
from cases.reviewer_answer import ReviewerAnswer
from cases.ticket import Message, Ticket
from cases.work import (
    ClassifyReport,
    ClassifyRequest,
    DraftReport,
    DraftRequest,
    LookupOrder,
    OpenedCase,
    OpenRequest,
    Reading,
    ReadRequest,
)
from ledger.cases import CaseLedger
from starter import intake
from tests.desk.staff import PASSWORD
from tests.samples import NOW, a_classification, a_payment, a_ticket, an_order
from tests.small_rulebook import rulebook
from tests.starter.doors import WrittenWorld
from tests.waiting import eventually

ORDER = re.compile(r"W\d+")

RULES = rulebook(
    review={"claim": "5s"},
    actions={
        ActionKind.REFUND: ActionRules(
            reversible=False,
            minimum_identity=IdentityStrength.MATCHED,
            review_above={"EUR": Decimal(50)},
            within_days=30,
            second_approver_above={"EUR": Decimal(500)},
        )
    },
)


def eur(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@dataclass
class Shop(WrittenWorld):
    """A world where each ticket asks for the refund of the order it names."""

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> OpenedCase:
        opened = await super().open_case(request)
        return opened.model_copy(update={"reading": self._read(request.start.ticket)})

    @activity.defn(name="read_again")
    async def read_again(self, request: ReadRequest) -> Reading:
        answer = ReviewerAnswer() if request.question else None
        return self._read(request.ticket).model_copy(update={"reviewer_answer": answer})

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        report = await super().classify(request)
        if "question" not in request.text:
            return report
        asked = a_classification("faq_returns", contradictions=("which thing is meant",))
        return report.model_copy(update={"classification": asked})

    @activity.defn(name="look_up")
    async def look_up(self, order: LookupOrder) -> Facts:
        number = next((request.value for request in order.requests if request.by == "order_id"), "W10001")
        amount = eur(620) if number.startswith("W6") else eur(120)
        self.orders, self.payments = (an_order(number),), (a_payment(amount, number),)
        return await super().look_up(order)

    @activity.defn(name="draft")
    async def draft(self, request: DraftRequest) -> DraftReport:
        report = await super().draft(request)
        text = f"We send {request.actions[0].value} back to your card." if request.actions else "Thank you."
        quote = "within 30 days"
        draft = Draft(
            reply=CustomerText(text=text),
            claims=(Claim(statement="You can return things.", source_id="p1", quote=quote),),
            locale="en",
            written_by=request.model,
        )
        return report.model_copy(update={"draft": draft, "failed_checks": ()})

    def _read(self, ticket: Ticket) -> Reading:
        return Reading(
            language="en", findings=(), entities=Entities(order_ids=tuple(ORDER.findall(ticket.customer_text))[-1:])
        )


def a_shop(ledger: CaseLedger) -> Shop:
    """The shop, its ledger and its rules."""
    return Shop(
        rules=RULES,
        ledger=ledger,
        classifications=(
            a_classification(
                "refund_request", category=Category.BILLING, team=Team.BILLING_SUPPORT, priority=Priority.MEDIUM
            ),
        ),
    )


@dataclass
class Desk:
    """One running desk, and what the tests do around it."""

    address: str
    client: Client
    ledger: CaseLedger
    shop: Shop
    browser: Browser

    async def held(self, number: str, text: str = "Please refund order W10001.") -> str:
        """A ticket that has come as far as its review; the id of its case."""
        ticket = a_ticket(text, ticket_id=number)
        await intake.start_case(self.client, self.ledger, ticket)
        await self.shop.case_reached(ticket.case_id, Stage.WAITING_FOR_REVIEW)
        return ticket.case_id

    async def customer_writes(self, case_id: str, text: str) -> None:
        """The customer writes again, and the case comes to its next review."""
        await intake.customer_message(self.client, self.ledger, case_id, Message(id="m2", text=text, sent_at=NOW))
        await self.until(case_id, lambda case: case.review is not None and case.case_version > 0)

    async def until(self, case_id: str, is_so: Callable[[CaseView], bool]) -> CaseView:
        """The case, once the ledger says so."""

        async def look() -> CaseView | None:
            case = await self.ledger.case(case_id)
            if case is None:
                raise UnknownCase(case_id)
            return case if is_so(case) else None

        return await eventually(look, f"{case_id} to be so")

    @asynccontextmanager
    async def person(self, name: str, *, width: int = 1440) -> AsyncGenerator[Page]:
        """Somebody at a browser of their own, signed in."""
        context = await self.browser.new_context(viewport={"width": width, "height": 900})
        try:
            yield await self.sign_in(context, name)
        finally:
            await context.close()

    async def sign_in(self, context: BrowserContext, name: str) -> Page:
        """Sign in by the form."""
        page = await context.new_page()
        await page.goto(self.address)
        await page.fill("#name", name)
        await page.fill("#password", PASSWORD)
        await page.press("#password", "Enter")
        await expect(page.locator("#lines")).to_be_attached()
        return page

    async def open(self, page: Page, case_id: str) -> None:
        """Go to a case."""
        await page.goto(f"{self.address}/cases/{case_id}")
        await self.ready(page)

    async def ready(self, page: Page) -> None:
        """Wait until the page's scripts run: before that its forms are sent as a browser sends them by itself."""
        await expect(page.locator("main [data-htmx-powered]").first).to_be_attached()
