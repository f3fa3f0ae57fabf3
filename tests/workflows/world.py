"""A world the workflow tests can script: activities by their real names, with answers written down beforehand.

Only the workflow is under test here; the activities themselves are tested against real parts in `tests/activities`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from temporalio import activity
from temporalio.exceptions import ApplicationError

from cases.action import ActionResult, ActionStatus
from cases.case import CaseView
from cases.classification import Classification, Entities
from cases.draft import CustomerText, Draft
from cases.facts import (
    Account,
    Facts,
    IdentityStrength,
    LookupKind,
    Order,
    Passage,
    Payment,
)
from cases.ladder import Attempt, AttemptOutcome, Job
from cases.lockout import LockedOut
from cases.other_case import OtherCase
from cases.outcome import Stage
from cases.policy.packs.machine_mail import MachineMailWords
from cases.policy.rulebook import (
    DraftRules,
    Rulebook,
)
from cases.reservation import OverLimit
from cases.reviewer_answer import ReviewerAnswer
from cases.source_event import HelpdeskChange
from cases.source_work import SourceName
from cases.sources import sources_of
from cases.ticket import Ticket
from cases.work import (
    ActRequest,
    AnswerReport,
    AnswerRequest,
    ClassifyReport,
    ClassifyRequest,
    DraftReport,
    DraftRequest,
    LimitAhead,
    LimitRequest,
    LookupOrder,
    MailRequest,
    OpenedCase,
    OpenRequest,
    OtherCases,
    OtherCasesRequest,
    Reading,
    ReadRequest,
    Retrieved,
    RetrieveRequest,
    SayDraft,
    SayHolding,
    SayNothing,
    SayQuestions,
    SayUnchanged,
    SayWelcome,
    SortedMail,
)
from routing.checks import check_draft
from routing.machine_mail import machine_mail, sorted_out
from tests.samples import ADA, PASSAGE, a_classification
from tests.small_rulebook import rulebook
from tests.waiting import SETTLES_WITHIN_SECONDS


@dataclass
class World:
    """What the activities answer, and what they were asked. Lists are used up one by one; their last entry stays."""

    rules: Rulebook = field(default_factory=rulebook)
    readings: list[Reading] = field(default_factory=lambda: [Reading(language="en", findings=(), entities=Entities())])
    classifications: Sequence[Classification | AttemptOutcome] = (a_classification("faq_returns"),)
    drafts: Sequence[str | AttemptOutcome] = ("You can return things within 30 days.",)
    orders: tuple[Order, ...] = ()
    payments: tuple[Payment, ...] = ()
    account: Account | None = ADA
    identity: IdentityStrength = IdentityStrength.MATCHED
    limit_reached: OverLimit | None = None
    other_cases: tuple[OtherCase, ...] = ()
    looks_for_other_cases: int = 0
    passages: tuple[Passage, ...] = (PASSAGE,)
    action: Callable[[ActRequest], ActionResult] = lambda request: ActionResult(
        action_id=request.action.id, status=ActionStatus.EXECUTED, receipt="re_1"
    )
    reviewer_answer: ReviewerAnswer | None = None
    """What the customer's answer to a reviewer leaves of the request."""
    machine_words: MachineMailWords = field(default_factory=MachineMailWords)
    """How machines write; headers tell of them without."""
    sorting: asyncio.Event | None = None
    """Holds the sorting of every message until it is set."""
    sorted_mail: list[str] = field(default_factory=list[str])
    before_answer: Callable[[], Awaitable[None]] | None = None
    """Happens once, while the first text for the customer is being written."""
    opening: asyncio.Event | None = None
    """Holds the opening of the case until it is set."""
    opening_asked: asyncio.Event = field(default_factory=asyncio.Event)
    drafting: asyncio.Event | None = None
    """Holds every draft until it is set."""
    draft_asked: asyncio.Event = field(default_factory=asyncio.Event)
    before_closing: Callable[[], Awaitable[None]] | None = None
    """Happens once, while the closed case is being recorded."""
    after_action: Callable[[], Awaitable[object]] | None = None
    """What an action waits for before its answer comes."""
    action_asked: asyncio.Event = field(default_factory=asyncio.Event)
    overtaken: list[HelpdeskChange] = field(default_factory=list[HelpdeskChange])
    """What the helpdesk says of the ticket as the next texts for the customer are to be written, one by one."""
    refusals: list[ApplicationError] = field(default_factory=list[ApplicationError])
    """How the helpdesk fails the next tries to write, one by one."""
    ops_heard: list[str] = field(default_factory=list[str])
    """Which sources ops were told of, and that they are over."""
    ops_are_away: bool = False
    promises_a_colleague: bool = False
    cost: Decimal = Decimal(0)
    asked_models: list[str] = field(default_factory=list[str])
    looked_up: list[str] = field(default_factory=list[str])
    drafted: list[DraftRequest] = field(default_factory=list[DraftRequest])
    acted: list[ActRequest] = field(default_factory=list[ActRequest])
    written: list[AnswerRequest] = field(default_factory=list[AnswerRequest])
    recorded: list[CaseView] = field(default_factory=list[CaseView])
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def said(self) -> list[str]:
        """What was said to the customer, by kind."""
        return [request.say.say for request in self.written if request.say.say != "nothing"]

    async def reached(self, stage: Stage, times: int = 1) -> CaseView:
        """Wait until a case was recorded in this stage so many times; the newest record of it."""

        def so_far() -> list[CaseView]:
            return [view for view in self.recorded if view.stage is stage]

        async with self._changed, asyncio.timeout(SETTLES_WITHIN_SECONDS):
            await self._changed.wait_for(lambda: len(so_far()) >= times)
        return so_far()[-1]

    @property
    def activities(self) -> list[Callable[..., object]]:
        """All activities, for a worker."""
        return [
            self.open_case,
            self.read_again,
            self.other_open_cases,
            self.limit_ahead,
            self.sort_mail,
            self.classify,
            self.look_up,
            self.retrieve,
            self.draft,
            self.act,
            self.answer,
            self.record,
            self.tell_ops,
            self.let_in,
        ]

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> OpenedCase:
        self.opening_asked.set()
        if self.opening is not None:
            await self.opening.wait()
        return OpenedCase(rulebook=self.rules, reading=self._sorted(request.start.ticket))

    @activity.defn(name="read_again")
    async def read_again(self, request: ReadRequest) -> Reading:
        reading = self._sorted(request.ticket)
        return reading.model_copy(update={"reviewer_answer": self.reviewer_answer}) if request.question else reading

    @activity.defn(name="sort_mail")
    async def sort_mail(self, request: MailRequest) -> SortedMail:
        self.sorted_mail.append(request.message.id)
        if self.sorting is not None:
            await self.sorting.wait()
        return SortedMail(machine=machine_mail(request.message, request.ticket, self.machine_words))

    @activity.defn(name="other_open_cases")
    async def other_open_cases(self, request: OtherCasesRequest) -> OtherCases:
        found = OtherCases(cases=self.other_cases)
        self.looks_for_other_cases += 1
        return found

    @activity.defn(name="limit_ahead")
    async def limit_ahead(self, request: LimitRequest) -> LimitAhead:
        return LimitAhead(over=self.limit_reached)

    @activity.defn(name="classify")
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        answer = self.classifications[min(len(self._asked(Job.CLASSIFY)), len(self.classifications) - 1)]
        self.asked_models.append(f"classify {request.model} {request.prompt}")
        if isinstance(answer, AttemptOutcome):
            return ClassifyReport(attempt=_attempt(Job.CLASSIFY, request, answer))
        return ClassifyReport(
            attempt=_attempt(Job.CLASSIFY, request, AttemptOutcome.SUCCEEDED, self.cost), classification=answer
        )

    @activity.defn(name="look_up")
    async def look_up(self, order: LookupOrder) -> Facts:
        self.looked_up.extend(request.key for request in order.requests)
        kinds = {request.kind for request in order.requests}
        named = {request.value for request in order.requests if request.by == "order_id"}
        return Facts(
            identity=self.identity if LookupKind.CUSTOMER in kinds else IdentityStrength.UNKNOWN,
            account=self.account if LookupKind.CUSTOMER in kinds else None,
            orders=tuple(o for o in self.orders if not named or o.id in named) if LookupKind.ORDERS in kinds else (),
            payments=self.payments if LookupKind.PAYMENTS in kinds else (),
            asked=tuple(request.key for request in order.requests),
        )

    @activity.defn(name="retrieve")
    async def retrieve(self, request: RetrieveRequest) -> Retrieved:
        return Retrieved(passages=self.passages)

    @activity.defn(name="draft")
    async def draft(self, request: DraftRequest) -> DraftReport:
        answer = self.drafts[min(len(self.drafted), len(self.drafts) - 1)]
        self.drafted.append(request)
        self.draft_asked.set()
        if self.drafting is not None:
            await self.drafting.wait()
        if isinstance(answer, AttemptOutcome):
            return DraftReport(attempt=_attempt(Job.DRAFT, request, answer))
        draft = Draft(reply=CustomerText(text=answer), locale="en", promises_a_colleague=self.promises_a_colleague)
        sources = sources_of(request.facts, request.actions)
        wrong = check_draft(DraftRules(reply_characters=4_000), draft, sources, request.text, request.actions)
        attempt = _attempt(Job.DRAFT, request, AttemptOutcome.SUCCEEDED)
        return DraftReport(attempt=attempt, draft=draft, failed_checks=wrong)

    @activity.defn(name="act")
    async def act(self, request: ActRequest) -> ActionResult:
        self.acted.append(request)
        self.action_asked.set()
        if self.after_action is not None:
            await self.after_action()
        return self.action(request)

    @activity.defn(name="answer")
    async def answer(self, request: AnswerRequest) -> AnswerReport:
        self.written.append(request)
        if self.refusals:
            raise self.refusals.pop(0)
        happens, self.before_answer = self.before_answer, None
        if happens is not None:
            await happens()
        if self.overtaken and not isinstance(request.say, SayNothing):
            return AnswerReport(overtaken=self.overtaken.pop(0))
        match request.say:
            case SayDraft(text=text):
                return AnswerReport(reply_id="r", note_id="n", text=text)
            case SayQuestions() | SayHolding() | SayWelcome() | SayUnchanged():
                return AnswerReport(reply_id="r", note_id="n", text=CustomerText(text=request.say.say))
            case _:
                return AnswerReport(note_id="n")

    @activity.defn(name="tell_ops")
    async def tell_ops(self, locked: LockedOut) -> None:
        if self.ops_are_away:
            raise ApplicationError("nobody takes alerts", type="ToolUnavailable")
        self.ops_heard.append(f"{locked.tenant}/{locked.source}: {locked.why}")

    @activity.defn(name="let_in")
    async def let_in(self, source: SourceName) -> None:
        self.ops_heard.append(f"{source.tenant}/{source.name} again")

    @activity.defn(name="record")
    async def record(self, view: CaseView) -> None:
        happens, self.before_closing = (
            (self.before_closing, None) if view.stage is Stage.CLOSED else (None, self.before_closing)
        )
        if happens is not None:
            await happens()
        async with self._changed:
            self.recorded.append(view)
            self._changed.notify_all()

    def _sorted(self, ticket: Ticket) -> Reading:
        """The next reading, with what machines wrote as the real one finds it."""
        found = {m.id: m.machine for m in sorted_out(ticket, self.machine_words).messages if m.machine}
        return self._next_reading().model_copy(update={"machine_mail": found})

    def _next_reading(self) -> Reading:
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]

    def _asked(self, job: Job) -> list[str]:
        return [asked for asked in self.asked_models if asked.startswith(job)]


def _attempt(
    job: Job, request: ClassifyRequest | DraftRequest, outcome: AttemptOutcome, cost: Decimal = Decimal(0)
) -> Attempt:
    return Attempt(
        job=job,
        rung=request.rung,
        model=request.model,
        prompt=request.prompt,
        outcome=outcome,
        seconds=0.01,
        cost=cost,
    )
