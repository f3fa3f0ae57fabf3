"""What one story has around it while it plays: its tickets' names, its helpdesk, and what has come of it so far."""

import re
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field

from temporalio.client import Client

from cases.case import CaseView
from cases.review import ReviewRequest
from cases.ticket import case_id
from integrations.sources.whatsapp_shapes import ticket_id_of
from tests.helpdesks.fake_whatsapp import NUMBER
from tests.helpdesks.serving import served
from tests.mail_cases.place import Place
from tests.mail_cases.real_desks import REAL_DESKS, RealDesk
from tests.mail_cases.story import Story
from tests.mail_cases.whatsapp_desk import TELEPHONE

RUN = uuid.uuid4().hex[:6]
"""Makes ids that no other run of the tests has used."""

BY_HAND = "by-hand"
"""How keys begin of what somebody did in the shop."""


@dataclass
class Text:
    """What was written to the customer, after which step, in which ticket, and what for."""

    step: int
    ticket: int
    kind: str
    text: str


@dataclass
class Played:
    """What came of a story."""

    by_itself: list[str] = field(default_factory=list[str])
    with_a_person: list[str] = field(default_factory=list[str])
    of_others: list[str] = field(default_factory=list[str])
    """Effects on records of somebody whom the story does not concern."""
    texts: list[Text] = field(default_factory=list[Text])
    reviews: list[tuple[int, ReviewRequest]] = field(default_factory=list[tuple[int, ReviewRequest]])
    person_at: set[int] = field(default_factory=set[int])
    """After which steps a person had it."""
    views: dict[int, CaseView | None] = field(default_factory=dict[int, CaseView | None])
    """Each ticket's case as it stood last; None where it has none."""
    refusals: list[str] = field(default_factory=list[str])
    """What a door refused."""
    stale_refused: bool | None = None
    changed: tuple[str, ...] = ()
    """Which of the customers' records are not what they were."""
    records: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    team: str | None = None
    failed_workflows: list[str] = field(default_factory=list[str])
    last_words_at: int = 0
    """The step of the customer's newest words."""

    @property
    def effects(self) -> list[str]:
        """All that was done in the shop, but by hand."""
        return [*self.by_itself, *self.with_a_person]


@dataclass
class Scene:
    """One story at the place."""

    place: Place
    client: Client
    story: Story
    played: Played = field(default_factory=Played)
    desk: RealDesk | None = None
    source: str = "demo"
    opened: list[int] = field(default_factory=list[int])
    """The tickets in which somebody has written."""
    held: ReviewRequest | None = None
    """What the first ticket is held for, as it was last looked at."""
    held_before: ReviewRequest | None = None
    """The same, one look earlier."""

    async def open_desk(self, serving: ExitStack) -> None:
        """Bring up the story's own helpdesk, where it is not the demo's."""
        if self.story.helpdesk == "demo":
            return
        self.desk = REAL_DESKS[self.story.helpdesk](self.story)
        address = serving.enter_context(served(self.desk.app))
        self.source = re.sub(r"[^a-z0-9]+", "-", f"mail-{RUN}-{self.story.id}".lower())[:60].strip("-")
        await self.place.register(self.desk.source(self.source, address), self.desk.secrets)

    def ticket_id(self, ticket: int) -> str:
        """A ticket as its helpdesk numbers it."""
        match self.story.helpdesk:
            case "demo":
                return f"{self.story.id}-{RUN}-{ticket}"
            case "whatsapp":
                assert self.desk is not None
                return ticket_id_of(self.desk.source(self.source, "http://127.0.0.1"), NUMBER, TELEPHONE)
            case _:
                return str(ticket)

    def case_id(self, ticket: int) -> str:
        """The case of a ticket."""
        return case_id("acme", self.source, self.ticket_id(ticket))

    async def further_cases(self) -> list[str]:
        """Cases of the story's own helpdesk that are none of its tickets': a thread may hold several."""
        if self.desk is None:
            return []
        own = {self.case_id(ticket) for ticket in self.opened}
        found = self.client.list_workflows(f"WorkflowId STARTS_WITH 'ticket:acme:{self.source}:'")
        return sorted({execution.id async for execution in found} - own)
