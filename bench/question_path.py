"""The way of one question through the local models, as a case goes it: read, found, routed, drafted and checked."""

from datetime import UTC, date, datetime
from enum import StrEnum

from activities.draft import faults_of
from activities.retrieve import Retrieving
from cases.classification import Classification
from cases.draft import Draft
from cases.errors import ContentFailure
from cases.facts import Facts
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.reason import Reason
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Channel, Customer, Locale, Message, Ticket
from cases.work import ClassifyRequest, DraftRequest, Reading, RetrieveRequest
from integrations.models.local.language import PolicyLanguages
from integrations.models.protocol import Provider
from routing.colleagues import promises_a_colleague
from routing.doubts import doubt
from routing.drafters import draft_ladder
from routing.needs import intents_to_serve, passages_for
from routing.reading import read_ticket
from routing.review import review_reasons
from routing.route import choose_route, danger
from routing.signals import can_be_served, details_to_ask, gather_signals

PATIENCE_SECONDS = 3600.0


class Fate(StrEnum):
    """What becomes of a question."""

    SENT = "sent"
    """The reply goes out by itself."""
    REVIEW = "review"
    """A person sees the draft."""
    PERSON = "person"
    """A person answers."""
    ASKED_BACK = "asked_back"
    """The customer is asked something."""


class Told(Record):
    """What became of a question, and why."""

    fate: Fate
    intents: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    reply: str = ""
    why: str = ""


class QuestionPath:
    """Plays questions of a customer whose account nobody knows, under one policy and its local models."""

    def __init__(self, policy: Policy, models: Provider, retrieving: Retrieving, tenant: str) -> None:
        self._policy = policy
        self._models = models
        self._retrieving = retrieving
        self._tenant = tenant
        self._languages = PolicyLanguages(policy.document.languages)

    async def play(self, number: int, text: str, locale: Locale, channel: Channel = Channel.EMAIL) -> Told:
        """Play one question."""
        message = Message(id="1", text=text, sent_at=datetime(2026, 1, 5, tzinfo=UTC))
        ticket = Ticket(
            tenant=self._tenant,
            source="bench",
            id=str(number),
            channel=channel,
            locale=locale,
            customer=Customer(name="Kim Example"),
            messages=(message,),
        )
        language = await self._languages.detect(ticket.own_words, ticket.locale)
        reading = read_ticket(ticket, self._policy.document, language)
        if (dangerous := danger(reading.findings)) is not None:
            return Told(fate=Fate.PERSON, why=dangerous.sentence)
        about = About(tenant=self._tenant, language=language, channel=channel)
        said = reading.by_rule or await self._classified(ticket, reading, about)
        if said is None:
            return Told(fate=Fate.ASKED_BACK, why="no model was sure what it is about")
        return await self._served(ticket, reading, said, about)

    async def _classified(self, ticket: Ticket, reading: Reading, about: About) -> Classification | None:
        rulebook = self._policy.rulebook(about)
        for number, rung in enumerate(rulebook.classify.rungs):
            request = ClassifyRequest(
                case_id=ticket.case_id,
                tenant=self._tenant,
                channel=ticket.channel,
                policy_version=self._policy.version,
                model=rung.model,
                rung=number,
                prompt=Prompt.STANDARD,
                timeout_seconds=PATIENCE_SECONDS,
                text=ticket.customer_text,
                language=about.language,
                entities=reading.entities,
            )
            said = (await self._models.classify(request)).output
            if doubt(rulebook.thresholds, said) is None:
                return said
        return None

    async def _served(self, ticket: Ticket, reading: Reading, said: Classification, about: About) -> Told:
        rulebook = self._policy.rulebook(about).knowing(self._policy.rules_of(said.intent_names, about))
        intents = intents_to_serve(rulebook, said)
        wanted = RetrieveRequest(tenant=self._tenant, locale=about.language, text=ticket.customer_text)
        found = await self._retrieving.retrieve(wanted)
        facts = passages_for(rulebook, intents, Facts(passages=found.passages))
        signals = gather_signals(
            rulebook,
            ticket=ticket,
            others=(),
            classification=said,
            intents=intents,
            facts=facts,
            findings=reading.findings,
            repeat_contact=False,
        )
        route = choose_route(rulebook, signals)
        told = Told(fate=Fate.PERSON, intents=intents, passages=tuple(passage.id for passage in facts.passages))
        if route.name is RouteName.HUMAN:
            return told.model_copy(update={"why": route.reason.sentence})
        servable = tuple(intent for intent in intents if can_be_served(rulebook, intent, said, facts))
        questions = details_to_ask(rulebook, intents, said, facts)
        if not servable:
            fate = Fate.ASKED_BACK if questions else Fate.PERSON
            return told.model_copy(update={"fate": fate, "why": route.reason.sentence})
        request = DraftRequest(
            case_id=ticket.case_id,
            tenant=self._tenant,
            route=route.name,
            policy_version=self._policy.version,
            model="",
            rung=0,
            prompt=Prompt.STANDARD,
            timeout_seconds=PATIENCE_SECONDS,
            channel=ticket.channel,
            locale=about.language,
            customer=ticket.customer,
            text=ticket.customer_text,
            intents=servable,
            questions=questions,
            facts=facts,
            actions=(),
        )
        models = dict.fromkeys(rung.model for rung in draft_ladder(rulebook, route.name, servable).rungs)
        draft, wrong = await self._drafted(request, tuple(models))
        if draft is None:
            return told.model_copy(update={"why": "no model wrote a draft"})
        told = told.model_copy(update={"reply": draft.reply.text})
        risks = (
            *wrong,
            *review_reasons(
                rulebook,
                intents=servable,
                classification=said,
                facts=facts,
                draft=draft,
                actions=(),
                findings=reading.findings,
                served_before=(),
                today=date(2026, 1, 5),
            ),
        )
        if risks:
            return told.model_copy(update={"fate": Fate.REVIEW, "why": risks[0].sentence})
        if promises_a_colleague(self._policy.draft_rules.colleague_words, draft.reply.text):
            return told.model_copy(update={"why": "a colleague is promised"})
        return told.model_copy(update={"fate": Fate.ASKED_BACK if questions else Fate.SENT})

    async def _drafted(self, request: DraftRequest, models: tuple[str, ...]) -> tuple[Draft | None, tuple[Reason, ...]]:
        """The first draft that passes its check, or else the last one and what is wrong with it."""
        draft, wrong = None, ()
        for model in models:
            try:
                draft = (await self._models.draft(request.model_copy(update={"model": model}))).output
            except ContentFailure:
                continue
            wrong = await faults_of(self._policy, self._languages, request, draft)
            if not wrong:
                return draft, ()
        return draft, wrong
