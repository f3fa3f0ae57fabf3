"""Playing the demo: tickets come in, customers write again, and everything is watched until it settles."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from cases.case import CaseView
from cases.errors import DecisionRefused
from cases.outcome import OutcomeKind, Stage
from cases.ticket import Message
from demo.tickets.story import DemoTicket, FollowUp, Moment
from ledger.case_list import CaseFilter, CaseSummary
from starter.command_line.demo_reviewer import Reviewer
from starter.command_line.demo_services import DemoServices
from starter.connections import Connections
from starter.intake import customer_message, decide, start_case

LOOK_EVERY_SECONDS = 0.3
"""How often the ledger is asked how the cases stand."""

IN_WORK_AT_ONCE = 6
"""How many cases are worked on together. The local models run on this machine's own processors: with all tickets at
once on two slow cores, calls run out of time, as they would for a team whose models are overloaded."""

MOST_CASES = 1_000

AT_REST = (Stage.WAITING_FOR_REVIEW, Stage.WAITING_FOR_CUSTOMER, Stage.FOLLOW_UP, Stage.CLOSED)

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)
"""Ends after which a customer's message only waits for that person."""

THEIR_TURN = {Moment.ASKED: (Stage.WAITING_FOR_CUSTOMER,), Moment.ANSWERED: (Stage.FOLLOW_UP, Stage.CLOSED)}
"""When a customer writes again."""

Cases = Mapping[str, CaseSummary]
Watch = Callable[[Cases], None]


class DemoPlayer:
    """Plays the customers' and, where it is scripted, the reviewer's part, through the same doors as anybody."""

    def __init__(
        self,
        connections: Connections,
        services: DemoServices,
        stories: Sequence[DemoTicket],
        reviewer: Reviewer,
        watch: Watch,
    ) -> None:
        self._engine, self._ledger = connections.engine, connections.ledger
        self._services = services
        self._stories = {story.ticket.case_id: story for story in stories}
        self._reviewer = reviewer
        self._watch = watch
        self._decided: Counter[str] = Counter()
        self._moved: dict[str, datetime] = {}
        """When each case had last changed when something was done to it: until it changes again, more comes of it."""
        self._idle: dict[str, datetime] = {}
        """When each case had last changed when there was nothing to do for it: until it changes, there still is not."""
        self._written: set[str] = set()
        """The messages written in this play. The ledger does not hear of those that only wait for a person."""

    async def play(self, within_seconds: float) -> Cases:
        """Bring in every ticket and play until all have settled or the time is up; how they stand then."""
        deadline = time.monotonic() + within_seconds
        to_come = deque(self._stories.values())
        while True:
            cases = await self._cases()
            self._watch(cases)
            at_rest = [case for case in cases.values() if self._rests(case)]
            moved = [await self._move(case) for case in at_rest]
            if (len(at_rest) == len(self._stories) and not any(moved)) or time.monotonic() > deadline:
                return cases
            in_work = len(self._stories) - len(to_come) - len(at_rest) + sum(moved)
            for _ in range(min(IN_WORK_AT_ONCE - in_work, len(to_come))):
                await self._bring_in(to_come.popleft())
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _bring_in(self, story: DemoTicket) -> None:
        await self._services.put_ticket(story.ticket)
        await start_case(self._engine, self._ledger, story.ticket)

    async def _cases(self) -> Cases:
        listed = await self._ledger.cases(CaseFilter(limit=MOST_CASES))
        return {case.case_id: case for case in listed if case.case_id in self._stories}

    def _rests(self, case: CaseSummary) -> bool:
        """Whether nothing comes of a case until somebody outside it does something."""
        if case.outcome in WITH_A_PERSON:
            return True
        return case.stage in AT_REST and self._moved.get(case.case_id) != case.updated_at

    async def _move(self, case: CaseSummary) -> bool:
        """Play the customer's or the reviewer's part in a case at rest, if it is their turn."""
        if self._idle.get(case.case_id) == case.updated_at:
            return False
        view = await self._ledger.case(case.case_id)
        if view is None:
            return False
        moved = await self._write_again(view) or await self._review(view)
        (self._moved if moved else self._idle)[view.case_id] = view.updated_at
        return moved

    async def _write_again(self, view: CaseView) -> bool:
        story = self._stories[view.case_id]
        written = {message.id for message in view.ticket.messages} | self._written
        later = next((follow_up for follow_up in story.follow_up if follow_up.id not in written), None)
        if later is None or view.stage not in THEIR_TURN[later.when]:
            return False
        message = _message(later)
        await self._services.put_ticket(view.ticket.with_message(message))
        await customer_message(self._engine, self._ledger, view.case_id, message)
        self._written.add(message.id)
        return True

    async def _review(self, view: CaseView) -> bool:
        if view.review is None:
            return False
        decision = self._reviewer(self._stories[view.case_id], view.review, self._decided[view.case_id])
        if decision is None:
            return False
        try:
            await decide(self._engine, view.case_id, decision)
        except DecisionRefused:
            # The customer wrote meanwhile: a new request is on its way.
            return True
        self._decided[view.case_id] += 1
        return True


def _message(later: FollowUp) -> Message:
    return Message(id=later.id, text=later.text, sent_at=datetime.now(UTC))
