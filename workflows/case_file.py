"""The case file: all that one run of the workflow knows of its case."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.action import ActionResult, ActionStatus, ProposedAction
    from cases.cache import Recall
    from cases.case import CaseStart, SentReply, Step, StepKind
    from cases.classification import OTHER, Classification, Entities, IntentName, Team
    from cases.courtesy import Courtesy
    from cases.draft import Draft
    from cases.facts import EarlierContact, Facts
    from cases.ladder import Attempt
    from cases.machine_mail import MachineMail
    from cases.other_case import OtherCase
    from cases.outcome import Outcome, OutcomeKind, Satisfaction, Stage
    from cases.policy.rulebook import Detail, IntentRules, Rulebook
    from cases.reason import Reason
    from cases.review import AskedQuestion, ReviewRequest, TakenDecision, VoidedRequest
    from cases.reviewer_answer import ReviewerAnswer
    from cases.route import GuardFinding, Route, SafetyFlag
    from cases.short_answer import ShortAnswer
    from cases.ticket import Customer, Locale, Message, Ticket, TicketId, Writer
    from cases.work import Confirming, OpenedCase, Reading
    from routing.ladder import cost_spent
    from routing.machine_mail import nothing_to_answer
    from routing.needs import intents_to_serve


AN_HOUR = timedelta(hours=1)
"""Within which the policy says how many texts one conversation gets."""

VOIDED_KEPT = 20
"""So many requests that no longer count are remembered: whoever decides on an older one is told less."""


class Gone(NamedTuple):
    """Why nobody is to be answered in this ticket any more, and what that makes of its case."""

    kind: OutcomeKind
    why: Reason


class CaseFile:
    """What is known of a case. Only the workflow writes in it; everybody else sees `showing.view_of` it."""

    def __init__(self, start: CaseStart, opened_at: datetime) -> None:
        self.ticket = start.ticket
        self.version = start.case_version
        self._served_version = start.case_version
        self._read_version = -1
        self.recorded_version = -1
        """The version that the ledger was last told of."""
        self.turn = start.turn
        self.questions_asked = start.questions_asked
        self.repeat_contact = start.repeat_contact
        self.served_before = start.served
        self.served: tuple[IntentName, ...] = ()
        self.answered = start.answered
        self.in_pass: tuple[TicketId, ...] = ()
        self.opened_at = opened_at
        self.stage = Stage.RECEIVED
        self._read = Entities()
        self._told = start.told
        self._agreed = Entities()
        self._spent_before = start.spent
        self.findings: tuple[GuardFinding, ...] = ()
        self.forwarded_from: Writer | None = None
        self.language: Locale = start.ticket.locale or "en"
        self.by_rule: Classification | None = None
        self.courtesies: dict[TicketId, Courtesy] = {}
        self.customer_just_wrote = True
        self.greeted = False
        self.classification: Classification | None = None
        self.facts = Facts(unread=start.unread)
        self.other_cases: tuple[OtherCase, ...] = ()
        self.route: Route | None = None
        self.recall: Recall | None = None
        self.draft: Draft | None = None
        self.actions: tuple[ProposedAction, ...] = ()
        self.earlier: tuple[ProposedAction, ...] = ()
        self.done: tuple[ProposedAction, ...] = ()
        self.review: ReviewRequest | None = None
        self.questions: tuple[Detail, ...] = ()
        self.question = start.question
        self.answer = ShortAnswer.NEITHER
        self.reviewer_answer: ReviewerAnswer | None = None
        self.confirming: Confirming | None = None
        self.has_declined = False
        self.read_before: tuple[TicketId, ...] = ()
        self.bare_answers: tuple[TicketId, ...] = ()
        self.held_for: tuple[Reason, ...] = ()
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
        self._unanswered: set[TicketId] = set()
        self.undelivered = start.undelivered
        self.gone: Gone | None = None
        self.requester_changed_at = start.requester_changed_at
        self.starts_over = False
        self.cancelled_by_ops = False
        self.voided = start.voided
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
        """Whether somebody else answers or has solved it, nobody is to be answered, or our words reach nobody."""
        return (
            self.answered_by is not None
            or self.solved
            or self.undelivered is not None
            or self.gone is not None
            or self.cancelled_by_ops
        )

    @property
    def says_nothing(self) -> bool:
        """Whether no word may go to the customer: there is nobody to read it, or it was meant for somebody else."""
        return self.gone is not None or self.starts_over

    @property
    def is_over(self) -> bool:
        """Whether nobody is waited for any more, once the case has an outcome."""
        return self.outcome is not None and (self.gone is not None or self.cancelled_by_ops)

    @property
    def deeds(self) -> tuple[ActionResult, ...]:
        """What was done in this run, or may have been: it stays, whatever is heard."""
        settled = (ActionStatus.EXECUTED, ActionStatus.UNKNOWN)
        return tuple(result for result in self.results if result.status in settled)

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
    def is_unrecorded(self) -> bool:
        """Whether the ledger was not yet told of something that the customer wrote."""
        return self.version != self.recorded_version

    @property
    def to_read(self) -> Ticket:
        """The conversation without what was answered: only what is open can ask for anything."""
        return self.ticket.without(self.answered)

    @property
    def courtesy(self) -> Courtesy | None:
        """What all that is to be read is, where it asks for nothing. A subject and files of the ticket's say more."""
        open_now = self.to_read
        said = {self.courtesies.get(message.id) for message in open_now.customer_messages}
        if None in said or not said or open_now.files:
            return None
        return Courtesy.THANKS if Courtesy.THANKS in said else Courtesy.GREETING

    @property
    def asks_for_nothing(self) -> bool:
        """Whether the customer only says hello, thanks us for an answer, or has declined what we offered."""
        thanked = self.courtesy is Courtesy.THANKS and bool(self.answered)
        return self.has_declined or self.courtesy is Courtesy.GREETING or thanked

    @property
    def heard_only_courtesy(self) -> bool:
        """Whether all that the customer wrote since this pass began greets or thanks."""
        return bool(self._new_messages) and all(message.id in self.courtesies for message in self._new_messages)

    @property
    def newest_messages(self) -> tuple[Message, ...]:
        """What the customer wrote since we last asked them something, of what is to be read; else all of that."""
        written = self.to_read.customer_messages
        return tuple(m for m in written if m.id not in self.read_before) or written

    @property
    def answer_words(self) -> str:
        """What the customer wrote since we last asked them something."""
        written = (message for message in self.to_read.customer_messages if message.id not in self.read_before)
        return "\n".join(message.new_words for message in written)

    @property
    def _new_messages(self) -> tuple[Message, ...]:
        return tuple(m for m in self.ticket.customer_messages if m.id not in self.in_pass)

    @property
    def is_answered(self) -> bool:
        """Whether the customer has answered a reviewer's question, and nobody has decided on the answer."""
        return self.question is not None and bool(self.question.answer)

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
        """What the customer named, what they agreed to, and what a reviewer told us last of all."""
        return self._read.merged_with(self._agreed).merged_with(self._told)

    @property
    def spent(self) -> Decimal:
        """What models have cost this ticket so far, in US dollars."""
        return self._spent_before + cost_spent(self.attempts)

    @property
    def quiet_seconds(self) -> float:
        """How long the customer must write nothing before what they wrote is read."""
        return self.rulebook.quiet_seconds.get(self.ticket.channel, 0.0)

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
        self.in_pass = tuple(message.id for message in self.ticket.customer_messages)
        self._unanswered.clear()
        self.recall = None

    def read(self, reading: Reading, read_version: int) -> None:
        """Take in what was read off the conversation as it stood at a version."""
        self._read_version = read_version
        parted = self.ticket.with_parts(reading.parts, reading.subject_kind)
        self.ticket = parted.with_machine_mail(reading.machine_mail)
        self.forwarded_from = reading.forwarded_from
        self.language = reading.language
        self.findings = reading.findings
        self._read = reading.entities
        self.by_rule = reading.by_rule
        self.courtesies = reading.courtesies
        self.answer = reading.answer
        self.reviewer_answer = reading.reviewer_answer
        self._agreed = reading.agreed
        self.learn(reading.rules)

    def ask(self, question: AskedQuestion) -> None:
        """Put a reviewer's question. What the customer agreed to before is settled; the answer to this one is not."""
        self._told, self._agreed = self._told.merged_with(self._agreed), Entities()
        self.question = question

    def be_told(self, details: Entities) -> None:
        """Take in what a reviewer knows: it outranks what was read."""
        self._told = self._told.merged_with(details)
        self.move_on()

    def learn(self, rules: dict[IntentName, IntentRules]) -> None:
        """Take in how the intents that were found are served."""
        self._rulebook = self.rulebook.knowing(rules)

    def leave_unanswered(self, message_id: TicketId) -> None:
        """A message came in that this pass does not answer."""
        self._unanswered.add(message_id)

    def take_as_seen(self) -> None:
        """What was heard last asks for nothing: it calls for no other pass."""
        self._unanswered.clear()
        self._served_version = self.version

    def need_no_answer(self, message_id: TicketId) -> None:
        """A message is no more."""
        self._unanswered.discard(message_id)

    def take_as_seen_what_needs_no_answer(self) -> None:
        """What voided this pass as it came to its end calls for no other one, unless the customer wrote too."""
        if self._unanswered or self.answered_by is not None or self.undelivered is not None:
            return
        self._served_version = self.version
        self.starts_over = False

    def close_request(self) -> None:
        """What this pass has read is answered, or with a person: from here on it is history, and asks for nothing."""
        self.answered = tuple(dict.fromkeys((*self.answered, *self.in_pass)))
        self._told, self._agreed = Entities(), Entities()

    def close_request_of(self, messages: Iterable[Message]) -> None:
        """These messages ask for nothing."""
        self.answered = tuple(dict.fromkeys((*self.answered, *(message.id for message in messages))))

    def give_to(self, team: Team) -> None:
        """Let another team own the case, and decide what it is held for."""
        self._given_to = team
        if self.review is not None:
            self.review = self.review.model_copy(update={"team": team, "claim": None})

    def move_on(self) -> None:
        """Start a new version: what was drafted for the last one no longer counts."""
        self.version += 1
        if self.outcome is None:
            self.draft = None
            self.review = None
            self.actions = ()
            self.earlier = ()

    def look_again(self, why: Reason) -> None:
        """Go through the case anew with facts read anew, and let a person decide what comes of it."""
        nothing_new = not self.has_unread_messages
        self.held_for = tuple(dict.fromkeys((*self.held_for, why)))
        self.facts = Facts(unread=self.facts.unread, earlier_contacts=self.facts.earlier_contacts)
        self.move_on()
        if nothing_new:
            self._read_version = self.version

    def note(self, kind: StepKind, sentence: str | Reason) -> None:
        """Write a line of the case's history."""
        self.steps.append(Step(kind=kind, sentence=str(sentence)[:300], at=workflow.now()))

    def belong_to(self, customer: Customer, at: datetime) -> None:
        """Be somebody else's from now on: what was learnt of the last requester is not theirs.

        What has ended stays as it was found, for the audit; the next run knows nothing of it.
        """
        self.ticket = self.ticket.of_another(customer)
        self.requester_changed_at = at
        self._told, self._agreed = Entities(), Entities()
        self.served, self.served_before = (), ()
        self.question, self.confirming, self.other_cases = None, None, ()
        if self.outcome is not None:
            return
        self.starts_over = True
        self.facts = Facts(unread=self.facts.unread)
        self._read = Entities()
        self.classification = None
        self.questions = ()

    def void(self, why: str) -> None:
        """Say of the request that stands, or is about to, why no decision on it counts any more."""
        request_id = self.review.id if self.review else f"review-{self.turn}"
        if self.outcome is not None or any(taken.decision.request_id == request_id for taken in self.decisions):
            # What was decided and is being done, or is done, is not void.
            return
        known = tuple(voided for voided in self.voided if voided.request_id != request_id)
        self.voided = (*known, VoidedRequest(request_id=request_id, why=why))[-VOIDED_KEPT:]

    def start_over(self) -> CaseStart:
        """What a run begins with that knows nothing of the last requester."""
        return self.next_run().model_copy(update={"repeat_contact": self.repeat_contact, "questions_asked": 0})

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
            served=() if self.starts_over else tuple(dict.fromkeys((*self.served_before, *self.served))),
            answered=self.answered,
            question=self.question,
            told=self._told,
            unread=self.facts.unread,
            spent=self.spent,
            answered_by=self.answered_by,
            undelivered=self.undelivered,
            requester_changed_at=self.requester_changed_at,
            voided=self.voided,
            replied_at=self.replies_since(workflow.now() - AN_HOUR),
        )
