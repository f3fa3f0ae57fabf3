"""The people around one ticket: the helpdesk brings it in, the customer writes, the reviewer decides."""

import asyncio
import time
from datetime import UTC, datetime

import httpx
from temporalio.client import Client

from bench.soak_insisting import SHUT, insist
from bench.soak_plan import Verdict
from bench.soak_tickets import FIRST_MESSAGE, SoakTicket
from cases.case import CaseView
from cases.errors import CaseRefusal
from cases.outcome import Stage
from cases.review import Approve, Decision, Edit, Reject, RejectReason, ReviewRequest, TakeOver
from cases.ticket import Message
from ledger.cases import CaseLedger
from starter.intake import customer_message, decide, start_case
from tests.crash.ground import Ground

LOOK_EVERY_SECONDS = 0.25
ENDS_WITHIN_SECONDS = 150.0
"""A case may be held up by every blow of the runs beside it, one after the other; each worker takes 10 s to start."""

REVIEWER = "Rita"


class People:
    """All who have to do with one ticket. They see a case as the ledger shows it, and do the same in every run."""

    def __init__(self, ground: Ground, client: Client, contact: SoakTicket) -> None:
        self._ground = ground
        self._ledger: CaseLedger = ground.ledger
        self._client = client
        self._contact = contact
        self._plan = contact.plan
        self._ticket = contact.ticket
        self.case_id = self._ticket.case_id
        self.sent: dict[str, datetime] = {}
        """When each message of the customer was taken by the door, by its id."""
        self._answered: set[tuple[str, int]] = set()
        self._first_seen: dict[str, float] = {}
        self._decided: set[str] = set()

    async def prepare(self) -> None:
        """Let the shop know the customer, and the helpdesk the ticket."""
        self._contact.buyer.enter(self._ground.stack.addresses.database_url)
        body = self._ticket.model_dump(mode="json")

        async def put() -> httpx.Response:
            return (await self._ground.helpdesk.put(f"/tickets/{self._ticket.id}", json=body)).raise_for_status()

        await insist(put, f"put {self._ticket.id} into the helpdesk")

    async def see_it_through(self) -> CaseView | None:
        """Play everybody's part until the case is closed, or time is up; how the ledger shows it then."""
        await asyncio.sleep(self._plan.at)
        await self._bring_in()
        begun = time.monotonic()
        view: CaseView | None = None
        while time.monotonic() < begun + ENDS_WITHIN_SECONDS:
            view = await self._look() or view
            if view is not None and self._is_over(view):
                return view
            if view is not None:
                await self._take_part(view, time.monotonic() - begun)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        return view

    async def _bring_in(self) -> None:
        for _ in range(1 + self._plan.delivered_twice):
            await insist(lambda: start_case(self._client, self._ledger, self._ticket), f"start {self.case_id}")
        self.sent[FIRST_MESSAGE] = datetime.now(UTC)

    async def _look(self) -> CaseView | None:
        try:
            return await self._ledger.case(self.case_id)
        except SHUT:
            return None

    def _is_over(self, view: CaseView) -> bool:
        all_said = self._plan.writes_again_after is None or self._contact.reminder().id in self.sent
        heard = {message.id for message in view.ticket.messages}
        return all_said and view.stage is Stage.CLOSED and view.outcome is not None and self.sent.keys() <= heard

    async def _take_part(self, view: CaseView, seconds: float) -> None:
        if view.review is not None:
            await self._review(view.review)
        if view.stage is Stage.WAITING_FOR_CUSTOMER and self._plan.answers:
            await self._answer(view)
        reminder = self._contact.reminder()
        due = self._plan.writes_again_after is not None and seconds >= self._plan.writes_again_after
        if due and reminder.id not in self.sent:
            await self._write(reminder)

    async def _answer(self, view: CaseView) -> None:
        asked = (view.run_id, view.case_version)
        if asked not in self._answered:
            self._answered.add(asked)
            await self._write(self._contact.answer(len(self._answered)))

    async def _write(self, message: Message) -> None:
        for _ in range(1 + self._plan.written_twice):
            await insist(
                lambda: customer_message(self._client, self._ledger, self.case_id, message), f"write to {self.case_id}"
            )
        self.sent[message.id] = datetime.now(UTC)

    async def _review(self, review: ReviewRequest) -> None:
        seen = self._first_seen.setdefault(review.id, time.monotonic())
        if review.id in self._decided or time.monotonic() < seen + self._plan.decides_after:
            return
        self._decided.add(review.id)
        for _ in range(1 + self._plan.decided_twice):
            await self._decide(verdict_on(review, self._plan.verdict))

    async def _decide(self, decision: Decision) -> None:
        try:
            await insist(lambda: decide(self._client, self.case_id, decision), f"decide on {self.case_id}")
        except CaseRefusal:
            # The customer was faster, and what was shown no longer counts.
            return


def verdict_on(review: ReviewRequest, verdict: Verdict) -> Decision:
    """The decision a reviewer sends."""
    about = {"request_id": review.id, "case_version": review.case_version, "reviewer": REVIEWER}
    match verdict:
        case Verdict.APPROVE:
            return Approve.model_validate(about)
        case Verdict.EDIT:
            return Edit.model_validate({**about, "reply": f"{review.draft.reply.text}\n\n{REVIEWER}"})
        case Verdict.REJECT:
            return Reject.model_validate({**about, "reason": RejectReason.NOT_ELIGIBLE})
        case Verdict.TAKE_OVER:
            return TakeOver.model_validate(about)
