"""The policy as its owner writes it: one document, from which rulebooks are cut and models are taught."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from cases.action import ActionKind
from cases.classification import OTHER, IntentName, Team
from cases.ladder import Job, Ladder, LastRung, Rung
from cases.policy.attachments import AttachmentRules
from cases.policy.cache import CacheRules
from cases.policy.deadlines import WrittenDeadlines
from cases.policy.desk import DeskRules
from cases.policy.duration import Duration
from cases.policy.jobs import About, Jobs, Language, MediaJob, ModelName, PoolName
from cases.policy.local import LocalRules
from cases.policy.models import ModelDocument, ProviderDocument
from cases.policy.names import unresolved_names
from cases.policy.packs.machine_mail import MachineMailWords
from cases.policy.packs.pack import LanguagePack
from cases.policy.packs.values import ValueWords
from cases.policy.pattern import Pattern
from cases.policy.prompts import Prompts
from cases.policy.records import RecordRules
from cases.policy.reviewing import WrittenActionRules, WrittenReviewTimes
from cases.policy.rulebook import (
    CoolDown,
    Detail,
    DraftRules,
    IntentRules,
    Rulebook,
    Share,
    Thresholds,
    ToolTimes,
    ValueLimits,
    WrittenIntent,
)
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Channel, Slug


class IntentDocument(WrittenIntent):
    """An intent with its owner and the utterances that teach a local model to know it."""

    owner: str
    examples: dict[Language, tuple[str, ...]]

    @property
    def rules(self) -> IntentRules:
        """The part a case needs."""
        return IntentRules.model_validate(self.model_dump(exclude={"owner", "examples"}))


class SetAsideRules(Record):
    """When "ignore everything above" is meant for whoever reads the conversation by rule, and not for people.

    Customers take back what they wrote too. It is theirs where it ends the text, or where they go on to tell what
    happened; an order anywhere behind it, and anything that is no telling, makes it an instruction.
    """

    said: tuple[Pattern, ...] = ()
    """How a text says that all of the conversation is to be forgotten."""
    told: tuple[str, ...] = ()
    """How customers go on who tell why: "it arrived", "wrong chat", "thank you"."""
    joints: tuple[str, ...] = ()
    """What may stand before that: "because", "sorry"."""
    ordered: tuple[Pattern, ...] = ()
    """What tells somebody to do something."""


class GuardRules(Record):
    """What is looked for before any model reads a text."""

    critical: dict[str, tuple[str, ...]]
    """Words by heading; any of them sends the ticket straight to a person."""
    teams: dict[str, Team] = {}
    """Who answers such a ticket, by heading; without a row, the team of `other`."""
    instructions: tuple[Pattern, ...]
    """Patterns of text that tries to instruct the system."""
    set_aside: SetAsideRules = SetAsideRules()
    """Words that instruct the system, or only take back what the customer wrote before."""
    hidden_instructions: tuple[str, ...] = ()
    """Words that are an instruction where no reader sees them. A preheader, which mail programs show in lists of mail,
    has none of them."""


class EntityPatterns(Record):
    """How what customers name looks here."""

    order_id: Pattern
    order_prefixes: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,6}-?$")], ...] = ()
    """What an order's number begins with, where that is letters: customers leave them out, or write them apart."""
    plans: tuple[str, ...]
    address: Pattern | None = None
    """How a postal address looks in a line of text."""


class IntentPattern(Record):
    """A rule that needs no model: a text that matches is that intent."""

    intent: IntentName
    pattern: Pattern


class ToneWords(Record):
    """Words that tell how a customer sounds."""

    angry: tuple[str, ...]
    worried: tuple[str, ...]


class Contradiction(Record):
    """Two kinds of words that do not go together in one ticket."""

    what: str
    """What a person reads: `cancel and keep`."""
    one: tuple[str, ...]
    other: tuple[str, ...]


class Wording(Record):
    """All that a customer may read in one language, as sandboxed Jinja templates."""

    greeting: str
    closing: str
    holding: str
    """Said when a person takes the case: calm, and without a promise."""
    holding_for: dict[str, str] = {}
    """Said instead, by the heading of what the guard found: a grieving customer is not thanked for a message."""
    welcome: str
    """Asked of somebody who has said hello and nothing else."""
    clarify: str
    """Asked when nobody understood what is wanted."""
    partly: str
    """Joins what was answered to what is still asked."""
    unchanged: str
    """Said to a customer who has declined what we asked about."""
    questions: dict[Detail, str]
    confirmations: dict[ActionKind, str]
    """Asks whether something is to be done, by what it is."""
    replies: dict[IntentName, str]

    def question(self, detail: Detail, to_confirm: ActionKind | None = None) -> str:
        """The template that asks for a detail; for a confirmation, the one that says what is to be confirmed."""
        if detail is Detail.CONFIRMATION and to_confirm is not None:
            return self.confirmations[to_confirm]
        return self.questions[detail]


class PolicyDocument(Record):
    """A whole policy. `version` is a name for people; the content hash makes it exact."""

    version: Slug
    owner: Annotated[str, StringConstraints(min_length=1)]
    note: Annotated[str, StringConstraints(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    guard: GuardRules
    entities: EntityPatterns
    tone: ToneWords
    contradictions: tuple[Contradiction, ...] = ()
    intent_patterns: tuple[IntentPattern, ...] = ()
    thresholds: Thresholds = Thresholds()
    cache: CacheRules | None = None
    """When an earlier answer is given again; without it, never."""
    goods: dict[Language, tuple[tuple[str, ...], ...]] = {}
    """Kinds of goods that the shop sells, each with its other names: of these holds what an article says of goods in
    general, unless it says something of them. A kind with rules of its own does not belong here."""
    local: LocalRules = LocalRules()
    """What the models that run on this machine go by; no case carries it."""
    providers: dict[Slug, ProviderDocument] = {}
    models: dict[ModelName, ModelDocument]
    pools: dict[PoolName, Annotated[tuple[ModelName, ...], Field(min_length=1)]]
    jobs: Jobs
    job_time: dict[Channel, Duration]
    queue_time: dict[Channel, Duration]
    """How long a call may wait for a worker that is free; then a person has the ticket."""
    quiet_time: dict[Channel, Duration] = {}
    """How long a customer must write nothing before what they wrote is read, where people write in bursts; a channel
    without a row is read at once."""
    new_subject_after: dict[Channel, Duration] = {}
    """On channels whose thread never ends: how long the customer must have been silent before their next message is a
    new subject, although a person has the last one."""
    cost_ceiling: Annotated[Decimal, Field(ge=0)]
    intents: dict[IntentName, IntentDocument]
    actions: dict[ActionKind, WrittenActionRules]
    deadlines: WrittenDeadlines
    review: WrittenReviewTimes = WrittenReviewTimes()
    desk: DeskRules = DeskRules()
    """What people may do at the desk; no case carries it."""
    tool_times: ToolTimes = ToolTimes()
    records: RecordRules = RecordRules()
    attachments: AttachmentRules = AttachmentRules()
    cool_down: CoolDown = CoolDown()
    value_limits: ValueLimits
    questions_allowed: Annotated[int, Field(ge=0, le=5)] = 2
    passes_allowed: Annotated[int, Field(ge=1, le=200)] = 20
    replies_per_hour: Annotated[int, Field(ge=1, le=100)] = 6
    sample_rate: Share = 0.05
    instructions_need_review: bool = True
    anger_needs_review: bool = True
    repeats_need_review: bool = True
    forbidden_words: tuple[str, ...] = ()
    promise_words: dict[ActionKind, tuple[str, ...]] = {}
    later_words: dict[ActionKind, tuple[str, ...]] = {}
    condition_words: tuple[str, ...] = ()
    denial_words: tuple[str, ...] = ()
    order_words: tuple[str, ...] = ()
    record_words: dict[ActionKind, tuple[str, ...]] = {}
    colleague_words: tuple[str, ...] = ()
    language_packs: dict[Language, LanguagePack] = {}
    """What belongs to a language and to no tenant."""
    wording: dict[Language, Wording]
    prompts: Prompts | None = None
    """What hosted models are told; a policy of local models alone needs none."""

    @cached_property
    def value_words(self) -> ValueWords:
        """The words around amounts, references and new values, of all languages at once."""
        return ValueWords.united(pack.values for pack in self.language_packs.values())

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        problems = unresolved_names(self.model_dump(mode="json"))
        if problems:
            raise ValueError("\n".join(str(problem) for problem in problems))
        return self


class Policy(Record):
    """A policy document together with the hash of what was written: `version` is exact."""

    version: str
    """`name@hash`."""
    document: PolicyDocument

    def rulebook(self, about: About) -> Rulebook:
        """What a case that starts under this policy runs on, before anybody knows what it is about."""
        document = self.document
        shared = document.model_dump(
            include={
                "cost_ceiling",
                "thresholds",
                "actions",
                "deadlines",
                "review",
                "tool_times",
                "records",
                "attachments",
                "value_limits",
                "questions_allowed",
                "passes_allowed",
                "replies_per_hour",
                "sample_rate",
                "instructions_need_review",
                "anger_needs_review",
                "colleague_words",
                "repeats_need_review",
            }
        )
        return Rulebook(
            policy_version=self.version,
            classify=self._ladder(Job.CLASSIFY, document.jobs.classify.models_for(about), document.jobs.classify.last),
            draft=self._draft_ladders(about),
            see=self._media_ladder(Job.SEE, document.jobs.see),
            transcribe=self._media_ladder(Job.TRANSCRIBE, document.jobs.transcribe),
            job_seconds={channel: time.total_seconds() for channel, time in document.job_time.items()},
            queue_seconds={channel: time.total_seconds() for channel, time in document.queue_time.items()},
            new_subject_seconds={c: time.total_seconds() for c, time in document.new_subject_after.items()},
            quiet_seconds={channel: time.total_seconds() for channel, time in document.quiet_time.items()},
            intents=self.rules_of((OTHER,), about),
            guard_teams=document.guard.teams,
            colleague_promises=self._pack(about.language).handover.promises,
            cache=document.cache.scope(about.language) if document.cache else None,
            **shared,
        )

    def rules_of(self, intents: Iterable[IntentName], about: About) -> dict[IntentName, IntentRules]:
        """The rules of these intents, with the models of their class; a name the policy does not know has none."""
        known = self.document.intents
        return {name: self._with_models(known[name].rules, about) for name in intents if name in known}

    @property
    def draft_rules(self) -> DraftRules:
        """What every draft is held to."""
        return DraftRules(
            reply_characters=self.document.thresholds.reply_characters,
            forbidden_words=self.document.forbidden_words,
            promise_words=self.document.promise_words,
            later_words=self.document.later_words,
            condition_words=self.document.condition_words,
            denial_words=self.document.denial_words,
            order_words=self.document.order_words,
            record_words=self.document.record_words,
            colleague_words=self.document.colleague_words,
            address=self.document.entities.address,
        )

    def _pack(self, locale: str) -> LanguagePack:
        return self.document.language_packs.get(locale[:2], LanguagePack())

    @cached_property
    def machine_mail(self) -> MachineMailWords:
        """How machines write, in all languages: they answer in their owner's, and not in the customer's."""
        return MachineMailWords.of_all(pack.machine_mail for pack in self.document.language_packs.values())

    def wording(self, locale: str) -> Wording:
        """The wording for a locale, or that of the policy's first language where it has none."""
        language = locale[:2]
        fallback = self.document.languages[0]
        return self.document.wording.get(language) or self.document.wording[fallback]

    def _with_models(self, rules: IntentRules, about: About) -> IntentRules:
        second = self.document.jobs.draft.second_opinion
        wanted = second is not None and rules.routing_class in second.classes
        usual = self._draft_ladders(about)
        special = self._draft_ladders(about.model_copy(update={"routing_class": rules.routing_class}))
        return rules.model_copy(
            update={
                "draft": {route: ladder for route, ladder in special.items() if ladder != usual[route]},
                "second_opinion": self._ladder(Job.DRAFT, (second.model,), LastRung.PERSON)
                if second and wanted
                else None,
            }
        )

    def _draft_ladders(self, about: About) -> dict[RouteName, Ladder]:
        job = self.document.jobs.draft
        return {
            route: self._ladder(Job.DRAFT, self._pooled(job.pools_for(route, about)), LastRung.PERSON)
            for route in job.pools
        }

    def _media_ladder(self, job: Job, media: MediaJob | None) -> Ladder | None:
        return self._ladder(job, media.models, LastRung.PERSON) if media else None

    def _pooled(self, pools: tuple[PoolName, ...]) -> tuple[ModelName, ...]:
        return tuple(dict.fromkeys(model for pool in pools for model in self.document.pools[pool]))

    def _ladder(self, job: Job, models: tuple[ModelName, ...], last: LastRung) -> Ladder:
        return Ladder(job=job, rungs=tuple(self._rung(model) for model in models), last=last)

    def _rung(self, name: ModelName) -> Rung:
        model = self.document.models[name]
        return Rung(
            model=name,
            timeout_seconds=model.timeout.total_seconds(),
            typical_seconds=model.typical.total_seconds(),
            expected_cost=model.expected_cost,
            strict_retry=model.strict_retry,
        )
