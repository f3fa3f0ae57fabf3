"""The case file: all that one run of the workflow knows of its case."""

from datetime import datetime, timedelta
from decimal import Decimal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.action import ActionResult, ProposedAction
    from cases.cache import Recall
    from cases.case import CaseStart, SentReply, Step, StepKind
    from cases.classification import OTHER, Classification, Entities, IntentName, Team
    from cases.draft import Draft
    from cases.facts import EarlierContact, Facts
    from cases.ladder import Attempt
    from cases.machine_mail import MachineMail
    from cases.outcome import Outcome, OutcomeKind, Satisfaction, Stage
    from cases.policy.rulebook import Detail, IntentRules, Rulebook
    from cases.reason import Reason
    from cases.review import ReviewRequest, TakenDecision
    from cases.route import GuardFinding, Route, SafetyFlag
    from cases.ticket import Locale
    from cases.work import OpenedCase, Reading
    from routing.ladder import cost_spent
    from routing.machine_mail import nothing_to_answer
    from routing.needs import intents_to_serve


AN_HOUR = timedelta(hours=1)
"""Within which the policy says how many texts one conversation gets."""


class CaseFile:
    """What is known of a case. Only the workflow writes in it; everybody else sees `showing.view_of` it."""

    def __init__(self, start: CaseStart, opened_at: datetime) -> None:
        self.ticket = start.ticket
        self.version = start.case_version
        self._served_version = start.case_version
        self._read_version = -1
        self.turn = start.turn
        self.questions_asked = start.questions_asked
        self.repeat_contact = start.repeat_contact
        self.served = start.served
        self.opened_at = opened_at
        self.stage = Stage.RECEIVED
        self._read = Entities()
        self._told = start.told
        self._spent_before = start.spent
        self.findings: tuple[GuardFinding, ...] = ()
        self.language: Locale = start.ticket.locale or "en"
        self.by_rule: Classification | None = None
        self.classification: Classification | None = None
        self.facts = Facts(unread=start.unread)
        self.route: Route | None = None
        self.recall: Recall | None = None
        self.draft: Draft | None = None
        self.actions: tuple[ProposedAction, ...] = ()
        self.review: ReviewRequest | None = None
        self.questions: tuple[Detail, ...] = ()
        self.waiting_for: str | None = None
        self.attempts: list[Attempt] = []
        self.decisions: list[TakenDecision] = []
        self.results: list[ActionResult] = []
        self.replies: list[SentReply] = []
        self.steps: list[Step] = []
        self.outcome: Outcome | None = None
        self.satisfaction: Satisfaction | None = None
        self.reopened = False
        self.answered_by = start.answered_by
        self.solved = False
        self.voided_by_solving: int | None = None
        self.undelivered = start.undelivered
        self.sorting = 0
        """How many messages are being sorted: until then nobody knows whether they count."""
        self._began_with = tuple(message.id for message in start.ticket.messages)
        self._repeats = start.repeat_contact
        self._replied_before = start.replied_at
        self._given_to: Team | None = None
        self._rulebook: Rulebook | None = None

    @property
    def rulebook(self) -> Rulebook:
        """The rules this case runs on."""
        if self._rulebook is None:
            raise RuntimeError("the rulebook is fixed by opening the case; nothing may ask for it before")
        return self._rulebook

    @property
    def policy_version(self) -> str:
        """The policy version this case runs on; empty before it is opened."""
        return self._rulebook.policy_version if self._rulebook else ""

    @property
    def has_moved_on(self) -> bool:
        """Whether somebody told us more since this pass through the case began."""
        return self.version != self._served_version

    @property
    def is_out_of_our_hands(self) -> bool:
        """Whether somebody else answers or has solved it, or our words no longer reach the customer."""
        return self.answered_by is not None or self.solved or self.undelivered is not None

    @property
    def has_written(self) -> bool:
        """Whether the customer may have had a text of ours, in this run or an earlier one."""
        return bool(self.replies) or self.repeat_contact

    @property
    def machine_mail(self) -> MachineMail | None:
        """What a machine wrote, where nothing else is to be answered: no person wrote, or none since our side did."""
        heard = [message for message in self.ticket.messages if message.id not in self._began_with]
        if any(message.is_of_the_customer for message in heard):
            return None
        return nothing_to_answer(self.ticket) or self._woken_by_machine_mail

    @property
    def _woken_by_machine_mail(self) -> MachineMail | None:
        """What woke a closed case, where a door did not know that a machine wrote it."""
        if not self._repeats or workflow.info().continued_run_id is not None:
            return None
        return next((message.machine for message in self.ticket.messages if message.id == self._began_with[-1]), None)

    def replies_since(self, moment: datetime) -> tuple[datetime, ...]:
        """When texts went to the customer since a moment, over all runs."""
        sent = (*self._replied_before, *(reply.at for reply in self.replies))
        return tuple(at for at in sent if at > moment)

    @property
    def has_unread_messages(self) -> bool:
        """Whether something was heard that the guard has not read yet."""
        return self.version != self._read_version

    @property
    def case_id(self) -> str:
        """The workflow's id."""
        return self.ticket.case_id

    @property
    def intents(self) -> tuple[IntentName, ...]:
        """What is still to be served; empty until the ticket is classified."""
        if self.classification is None:
            return ()
        wanted = intents_to_serve(self.rulebook, self.classification)
        return tuple(intent for intent in wanted if intent not in self.served) or wanted[:1]

    @property
    def entities(self) -> Entities:
        """What the customer named, and what a reviewer told us last of all."""
        return self._read.merged_with(self._told)

    @property
    def spent(self) -> Decimal:
        """What models have cost this ticket so far, in US dollars."""
        return self._spent_before + cost_spent(self.attempts)

    @property
    def queue_seconds(self) -> float:
        """How long a call may wait for a worker that is free."""
        return self.rulebook.queue_seconds[self.ticket.channel]

    @property
    def danger(self) -> str | None:
        """The heading of the critical words the guard found."""
        critical = (f.heading for f in self.findings if f.flag is SafetyFlag.CRITICAL_WORDS)
        return next(critical, None)

    @property
    def team(self) -> Team:
        """Who owns the case: whom a reviewer gave it to, or who answers what the guard found, or what it is about."""
        if self._given_to is not None:
            return self._given_to
        if self.danger in self.rulebook.guard_teams:
            return self.rulebook.guard_teams[self.danger]
        return self.classification.team if self.classification else self.rulebook.intents[OTHER].team

    def as_start(self, start: CaseStart) -> CaseStart:
        """What the run began with, and whatever was heard before it got to work."""
        return start.model_copy(update={"ticket": self.ticket})

    def open(self, opened: OpenedCase, read_version: int) -> None:
        """Begin with the rules and the first reading."""
        self._rulebook = opened.rulebook
        earlier: tuple[EarlierContact, ...] = opened.earlier_contacts
        self.facts = self.facts.model_copy(update={"earlier_contacts": earlier})
        self.repeat_contact = self.repeat_contact or any(c.case_id == self.case_id for c in earlier)
        self.read(opened.reading, read_version)

    def begin_pass(self) -> None:
        """Go through the case once more, as it stands now."""
        self.turn += 1
        self._served_version = self.version
        self.recall = None

    def read(self, reading: Reading, read_version: int) -> None:
        """Take in what was read off the conversation as it stood at a version."""
        self._read_version = read_version
        self.ticket = self.ticket.with_machine_mail(reading.machine_mail)
        self.language = reading.language
        self.findings = reading.findings
        self._read = reading.entities
        self.by_rule = reading.by_rule
        self.learn(reading.rules)

    def be_told(self, details: Entities) -> None:
        """Take in what a reviewer knows: it outranks what was read."""
        self._told = self._told.merged_with(details)
        self.move_on()

    def learn(self, rules: dict[IntentName, IntentRules]) -> None:
        """Take in how the intents that were found are served."""
        self._rulebook = self.rulebook.knowing(rules)

    @property
    def was_only_solved(self) -> bool:
        """Whether this pass was overtaken by nothing but the solving of the ticket."""
        return self.has_moved_on and self.version == self.voided_by_solving

    def take_solving_as_seen(self) -> None:
        """Nothing is left that the solving could void: it calls for no other pass."""
        self._served_version = self.version

    def give_to(self, team: Team) -> None:
        """Let another team own the case, and decide what it is held for."""
        self._given_to = team
        if self.review is not None:
            self.review = self.review.model_copy(update={"team": team, "claim": None})

    def move_on(self) -> None:
        """Start a new version: what was drafted for the last one no longer counts."""
        self.version += 1
        self.draft = None
        self.review = None
        self.actions = ()

    def note(self, kind: StepKind, sentence: str | Reason) -> None:
        """Write a line of the case's history."""
        self.steps.append(Step(kind=kind, sentence=str(sentence)[:300], at=workflow.now()))

    @property
    def _was_about_something(self) -> bool:
        return self.outcome is None or self.outcome.kind is not OutcomeKind.MACHINE_MAIL

    def next_run(self) -> CaseStart:
        """What the next run begins with."""
        return CaseStart(
            ticket=self.ticket,
            repeat_contact=self.repeat_contact or self._was_about_something,
            case_version=self.version,
            turn=self.turn,
            served=self.served,
            told=self._told,
            unread=self.facts.unread,
            spent=self.spent,
            answered_by=self.answered_by,
            undelivered=self.undelivered,
            replied_at=self.replies_since(workflow.now() - AN_HOUR),
        )
