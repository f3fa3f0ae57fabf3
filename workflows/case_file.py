"""The case file: all that one run of the workflow knows of its case, and how it is shown."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from cases import search_attributes
    from cases.action import ActionResult, ProposedAction
    from cases.cache import Recall
    from cases.case import CaseStart, CaseView, SentReply, Step, StepKind
    from cases.classification import OTHER, Classification, Entities, IntentName, Team
    from cases.draft import Draft
    from cases.facts import EarlierContact, Facts
    from cases.ladder import Attempt
    from cases.outcome import Outcome, Satisfaction, Stage
    from cases.policy.rulebook import Detail, IntentRules, Rulebook
    from cases.reason import Reason
    from cases.review import ReviewRequest, TakenDecision
    from cases.route import GuardFinding, Route, SafetyFlag
    from cases.source_event import AgentReply
    from cases.ticket import Locale, Message
    from cases.words import in_words
    from cases.work import OpenedCase, Reading
    from routing.ladder import cost_spent
    from routing.needs import intents_to_serve
    from routing.news import answer_of


class CaseFile:
    """What is known of a case. Only the workflow writes in it; `view` is what everybody else may see."""

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
        self._voided_by_solving: int | None = None
        self.undelivered = start.undelivered
        self._given_to: Team | None = None
        self._rulebook: Rulebook | None = None

    @property
    def rulebook(self) -> Rulebook:
        """The rules this case runs on."""
        if self._rulebook is None:
            raise RuntimeError("the rulebook is fixed by opening the case; nothing may ask for it before")
        return self._rulebook

    @property
    def has_moved_on(self) -> bool:
        """Whether somebody told us more since this pass through the case began."""
        return self.version != self._served_version

    @property
    def is_out_of_our_hands(self) -> bool:
        """Whether somebody else answers or has solved it, or our words no longer reach the customer."""
        return self.answered_by is not None or self.solved or self.undelivered is not None

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

    def hear(self, message: Message) -> bool:
        """Add a customer's message. It voids the draft and any review; one heard before changes nothing."""
        heard = self.ticket.with_message(message)
        if heard is self.ticket:
            return False
        self.ticket = heard
        self.solved = False
        self._note_what_is_void()
        self.move_on()
        self.note(StepKind.CUSTOMER, "the customer wrote again")
        return True

    def stand_back(self, reply: AgentReply) -> None:
        """Take in that a colleague has answered in the helpdesk. It voids what was drafted; once is enough."""
        heard = self.ticket.with_message(answer_of(reply))
        if heard is self.ticket:
            return
        self.ticket = heard
        self.answered_by = reply.author
        self._note_what_is_void()
        self.move_on()
        self.note(StepKind.COLLEAGUE, f"{reply.author} answered in the helpdesk")

    def be_undelivered(self, why: str) -> None:
        """Take in that a reply of ours never reached the customer."""
        self.undelivered = why
        self.note(StepKind.REPLY, f"a reply did not reach the customer: {why}")
        self.move_on()

    def be_solved(self) -> None:
        """Take in that the ticket was solved in the helpdesk: what we had not finished, nobody waits for."""
        if self.solved:
            return
        self.solved = True
        self.note(StepKind.COLLEAGUE, "the ticket was solved in the helpdesk")
        if self.outcome is None:
            up_to_date = not self.has_moved_on
            self._note_what_is_void()
            self.move_on()
            self._voided_by_solving = self.version if up_to_date else None

    @property
    def was_only_solved(self) -> bool:
        """Whether this pass was overtaken by nothing but the solving of the ticket."""
        return self.has_moved_on and self.version == self._voided_by_solving

    def take_solving_as_seen(self) -> None:
        """Nothing is left that the solving could void: it calls for no other pass."""
        self._served_version = self.version

    def give_to(self, team: Team) -> None:
        """Let another team own the case, and decide what it is held for."""
        self._given_to = team
        if self.review is not None:
            self.review = self.review.model_copy(update={"team": team, "claim": None})

    def reopen(self) -> None:
        """Take in that the ticket was opened again."""
        self.reopened = True
        self.solved = False
        self.note(StepKind.CUSTOMER, "the ticket was reopened")

    def _note_what_is_void(self) -> None:
        if self.review is None:
            return
        for taken in (*self.review.approvals, *((self.review.pending,) if self.review.pending else ())):
            self.note(
                StepKind.DECISION, f"{in_words(taken.decision.decision)} by {taken.decision.reviewer} no longer counts"
            )

    def move_on(self) -> None:
        """Start a new version: what was drafted for the last one no longer counts."""
        self.version += 1
        self.draft = None
        self.review = None
        self.actions = ()

    def note(self, kind: StepKind, sentence: str | Reason) -> None:
        """Write a line of the case's history."""
        self.steps.append(Step(kind=kind, sentence=str(sentence)[:300], at=workflow.now()))

    def enter(self, stage: Stage, why: Reason | None = None) -> None:
        """Move to another stage, and let lists and searches know."""
        self.stage = stage
        reason = why or (self.route.reason if self.route else None)
        updates: list[
            SearchAttributeUpdate[str] | SearchAttributeUpdate[Sequence[str]] | SearchAttributeUpdate[datetime]
        ]
        updates = [
            search_attributes.STAGE.value_set(stage),
            search_attributes.POLICY_VERSION.value_set(self.rulebook.policy_version),
        ]
        if reason is not None:
            updates.append(search_attributes.REASON.value_set(reason.code))
        if self.route is not None:
            updates.append(search_attributes.ROUTE.value_set(self.route.name))
        if self.intents:
            updates.append(search_attributes.INTENT.value_set(self.intents))
        if self.review is not None:
            updates.append(search_attributes.REVIEW_DEADLINE.value_set(self.review.due_at))
        elif search_attributes.REVIEW_DEADLINE in workflow.info().typed_search_attributes:
            updates.append(search_attributes.REVIEW_DEADLINE.value_unset())
        workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType] -- its own type is open

    def wait_for(self, what: str, details: str) -> None:
        """Say what the case waits for: a sentence for lists, Markdown for the Temporal UI."""
        self.waiting_for = what
        workflow.set_current_details(details)

    def go_on(self) -> None:
        """Wait for nothing any more."""
        self.waiting_for = None
        workflow.set_current_details("")

    def view(self) -> CaseView:
        """The case as it stands."""
        return CaseView(
            case_id=self.case_id,
            run_id=workflow.info().run_id,
            ticket=self.ticket,
            case_version=self.version,
            stage=self.stage,
            policy_version=self._rulebook.policy_version if self._rulebook else "",
            opened_at=self.opened_at,
            updated_at=workflow.now(),
            repeat_contact=self.repeat_contact,
            classification=self.classification,
            route=self.route,
            facts=self.facts,
            recall=self.recall,
            draft=self.draft,
            actions=self.actions,
            review=self.review,
            questions=self.questions,
            waiting_for=self.waiting_for,
            attempts=tuple(self.attempts),
            decisions=tuple(self.decisions),
            results=tuple(self.results),
            replies=tuple(self.replies),
            steps=tuple(self.steps),
            outcome=self.outcome,
            satisfaction=self.satisfaction,
            solved=self.solved,
        )

    def next_run(self) -> CaseStart:
        """What the next run begins with."""
        return CaseStart(
            ticket=self.ticket,
            repeat_contact=True,
            case_version=self.version,
            turn=self.turn,
            served=self.served,
            told=self._told,
            unread=self.facts.unread,
            spent=self.spent,
            answered_by=self.answered_by,
            undelivered=self.undelivered,
        )
