"""The rulebook: the part of a policy that one case runs on, fixed when the case starts.

A case carries its rulebook in its own history, so that publishing a new policy never changes a case on its way.
"""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from cases.action import ActionKind, ValueLimit
from cases.classification import Category, IntentName, Priority, Team
from cases.facts import IdentityStrength, LookupKind
from cases.ladder import Ladder
from cases.policy.attachments import AttachmentRules
from cases.policy.cache import CacheScope
from cases.policy.duration import Duration
from cases.policy.records import RecordRules
from cases.reason import ReasonCode
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Channel

Share = Annotated[float, Field(ge=0, le=1)]


class Risk(StrEnum):
    """What a mistake costs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RoutingClass(StrEnum):
    """The kind of work an intent is, as the business sees it."""

    FAQ = "faq"
    ORDER_TRACKING = "order_tracking"
    BOOKING_CHANGE = "booking_change"
    ACCOUNT = "account"
    MONEY = "money"
    COMPLAINT = "complaint"
    SALES = "sales"
    DOCUMENT_HEAVY = "document_heavy"
    REGULATED = "regulated"
    OTHER = "other"


class Detail(StrEnum):
    """Something an intent cannot be served without. Each has its one plain question in the policy's wording."""

    ACCOUNT = "account"
    """Whose account it is about."""
    ORDER = "order"
    """Which order it is about."""
    PAYMENT = "payment"
    """Which payment it is about."""
    SUBSCRIPTION = "subscription"
    """Which subscription it is about."""
    NEW_EMAIL = "new_email"
    NEW_ADDRESS = "new_address"
    NEW_PLAN = "new_plan"
    PICTURE = "picture"
    """A picture that can be read, for one that cannot."""
    CONFIRMATION = "confirmation"
    """Whether the customer wants what we could do, where their words leave it open."""


class PaymentChoice(StrEnum):
    """Which payment a refund is about."""

    OF_THE_ORDER = "of_the_order"
    """What was paid for the order the customer means."""
    CHARGED_TWICE = "charged_twice"
    """The later of two equal payments for one order."""


class WrittenIntent(Record):
    """How one intent is served, as the policy's owner writes it."""

    category: Category
    team: Team
    priority: Priority
    risk: Risk
    routing_class: RoutingClass
    details: tuple[Detail, ...] = ()
    lookups: tuple[LookupKind, ...] = ()
    needs_sources: bool = False
    """Whether the answer must come from the help centre: without a good passage there is nothing to say."""
    only_alone: bool = False
    """Whether it counts only where nothing else is wanted, as thanks do."""
    not_beside: tuple[IntentName, ...] = ()
    """Intents that have already said what this one would say: beside one of them it does not count."""
    needs_attachments: bool = False
    """Whether what the customer attached belongs to it: unread, it is not answered as if it were not there."""
    articles: tuple[str, ...] = ()
    """The help-centre articles that can answer it; without any, whichever fits."""
    action: ActionKind | None = None
    refund_of: PaymentChoice = PaymentChoice.OF_THE_ORDER
    """For intents whose action is a refund."""
    review: tuple[ReasonCode, ...] = ()
    """Reasons for which a person always looks before anything goes out."""
    always_human: ReasonCode | None = None
    """The reason for which no model answers at all: a person does."""


class IntentRules(WrittenIntent):
    """How one intent of one ticket is served: also by which models, where its class has its own."""

    draft: dict[RouteName, Ladder] = {}
    """The ladders of its class, where they are others than the ticket's."""
    second_opinion: Ladder | None = None
    """Who else drafts, where two models must agree on the action."""


class ActionRules(Record):
    """When one kind of action needs a person."""

    reversible: bool
    minimum_identity: IdentityStrength
    review: ReasonCode | None = None
    """The reason for which a person always clears it."""
    review_above: dict[str, Decimal] = {}
    """The amount per currency above which a person clears it; a currency not named is always above."""
    second_approver_above: dict[str, Decimal] = {}
    """The amount per currency above which a second person clears it too; where any is named, a currency that is not
    is always above. Without any, one person is enough."""
    within_days: Annotated[int, Field(ge=0)] | None = None
    """How long after delivery it can be asked for; what is later is an exception that a person clears."""


class Thresholds(Record):
    """The measured values that decide. Sources: seed figures 0.75 and 0.85 of the hybrid-routing article."""

    confidence: Share = 0.75
    high_priority_confidence: Share = 0.85
    irreversible_confidence: Share = 0.85
    """What cannot be undone is done without a person only for a reader this sure."""
    second_intent_confidence: Share = 0.20
    retrieval_confidence: Share = 0.5
    short_answer_words: Annotated[int, Field(ge=1)] = 6
    """An answer to our question with more words than this is read for further wishes."""
    long_message_words: Annotated[int, Field(ge=1)] = 180
    clarify_words: Annotated[int, Field(ge=1)] = 60
    """Who has written more than this has said what is wanted: a person reads it, and nobody asks for it again."""
    several_systems: Annotated[int, Field(ge=2)] = 4
    """How many look-ups make a task one that spans several systems."""
    reply_characters: Annotated[int, Field(ge=100)] = 4_000


class Deadlines(Record):
    """How long a case waits, and for whom."""

    review_reminder: Duration
    review_escalation: Duration
    customer_answer: Duration
    follow_up: Duration


class ReviewTimes(Record):
    """What people who review have time for."""

    claim: Duration = timedelta(minutes=3)
    """How long one who claims a case is the only one who decides; claiming again begins it anew."""


class ToolTimes(Record):
    """How long the systems of record and the helpdesk may take, in seconds."""

    lookup_seconds: Annotated[float, Field(gt=0)] = 10
    action_seconds: Annotated[float, Field(gt=0)] = 30
    helpdesk_seconds: Annotated[float, Field(gt=0)] = 20
    settle_attempts: Annotated[int, Field(ge=1, le=50)] = 6
    """How often an action whose outcome is unclear is tried and looked up by key before a person must look."""


class CoolDown(Record):
    """When a model is left alone: after so many failures in a row, for so long."""

    failures: Annotated[int, Field(ge=1, le=100)] = 5
    rest: Duration = timedelta(seconds=60)


class ValueLimits(Record):
    """How much money actions may move; checked immediately before each one."""

    per_customer: ValueLimit
    per_tenant: ValueLimit
    leads_may_exceed: bool = False
    """Whether a lead who is told that a limit is reached may go on all the same."""


class Rulebook(Record):
    """Everything a case needs of its policy to decide by itself."""

    policy_version: str
    """`name@hash`: the same version is always the same rules."""
    classify: Ladder
    draft: dict[RouteName, Ladder]
    see: Ladder | None = None
    """Who looks at pictures; without it, a person."""
    transcribe: Ladder | None = None
    """Who listens to recordings; without it, a person."""
    attachments: AttachmentRules = AttachmentRules()
    job_seconds: dict[Channel, Annotated[float, Field(gt=0)]]
    """The time one job may take, by channel: a chat customer waits seconds, an e-mail customer minutes."""
    queue_seconds: dict[Channel, Annotated[float, Field(gt=0)]]
    """How long a call may wait for a worker that is free; then a person has the ticket."""
    new_subject_seconds: dict[Channel, Annotated[float, Field(gt=0)]] = {}
    """How long a customer must have been silent before the next message is a new subject, although a person has the
    last one; without a row, it is theirs too."""
    quiet_seconds: dict[Channel, Annotated[float, Field(gt=0)]] = {}
    """How long a customer must write nothing before what they wrote is read; without a row, it is read at once."""
    cost_ceiling: Annotated[Decimal, Field(ge=0)]
    """US dollars that models may cost for one ticket."""
    thresholds: Thresholds = Thresholds()
    intents: dict[IntentName, IntentRules]
    """Of `other`, and of what the ticket was found to be about: a case carries no rules it cannot need."""
    actions: dict[ActionKind, ActionRules]
    instructions_need_review: bool = True
    colleague_words: tuple[str, ...] = ()
    """Words of the policy's own wording that promise a person."""
    colleague_promises: tuple[str, ...] = ()
    """Phrases of the ticket's language that promise a person, in a reply that a person wrote."""
    anger_needs_review: bool = True
    repeats_need_review: bool = True
    """Whether a person looks where the same thing is asked again that was answered before."""
    guard_teams: dict[str, Team] = {}
    """Who answers what the guard found, by its heading; without a row, the team of `other`."""
    cache: CacheScope | None = None
    """Which intents an earlier answer may be given again for; without it, none."""
    deadlines: Deadlines
    review: ReviewTimes = ReviewTimes()
    tool_times: ToolTimes = ToolTimes()
    records: RecordRules = RecordRules()
    value_limits: ValueLimits
    questions_allowed: Annotated[int, Field(ge=0, le=5)] = 2
    passes_allowed: Annotated[int, Field(ge=1, le=200)] = 20
    """How often a case is gone through before a person has it."""
    replies_per_hour: Annotated[int, Field(ge=1, le=100)] = 6
    """How many texts one conversation gets within an hour, over all runs of its case; then a person has it, and nothing
    more goes out by itself: the last net under two machines that answer each other."""
    sample_rate: Share = 0.05
    """The share of what goes out by itself that is audited afterwards."""

    def knowing(self, intents: dict[IntentName, IntentRules]) -> "Rulebook":
        """The same rules, and those of these intents besides."""
        return self.model_copy(update={"intents": {**self.intents, **intents}})


class DraftRules(Record):
    """What every draft is held to, whatever it is about."""

    reply_characters: Annotated[int, Field(ge=100)]
    forbidden_words: tuple[str, ...] = ()
    promise_words: dict[ActionKind, tuple[str, ...]] = {}
    """Phrases that say an action is done; a draft may use them only with that action. `…` stands for a few words,
    and `*` for any ending."""
    later_words: dict[ActionKind, tuple[str, ...]] = {}
    """Phrases that say it will be done; in a sentence with a condition they promise nothing."""
    condition_words: tuple[str, ...] = ()
    """Words that make a sentence conditional, or deny it."""
    denial_words: tuple[str, ...] = ()
    """Words that, within a phrase of what was done, say that it was not: "it can no longer be cancelled"."""
    order_words: tuple[str, ...] = ()
    """What an order's number stands for where it stands alone: "W10023 is cancelled"."""
    record_words: dict[ActionKind, tuple[str, ...]] = {}
    """How a record among the sources says that it was done: then a draft reports it, and promises nothing."""
    address: str | None = None
    """A pattern of how a postal address looks here."""
    colleague_words: tuple[str, ...] = ()
    """Words that promise a person; a reply that uses them gives the ticket to one."""
