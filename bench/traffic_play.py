"""Playing a ticket through a policy's routing without its hosted models: prompts are real, answers are a stand-in's.

What the policy decides, its own code decides: guard, patterns, ladder, rules of the route, pools. What a hosted model
would do is stood in for by the local classifier (is the cheap rung sure enough?) and the local drafter (how long is a
reply?).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from activities.retrieve import Retrieving
from bench.bitext import Utterance
from bench.traffic_sums import NO_DRAFT, Layer, Played
from cases.action import ProposedAction
from cases.classification import Classification, Entities
from cases.draft import Draft
from cases.errors import ContentFailure
from cases.facts import Facts
from cases.ladder import Attempt, AttemptOutcome, Budget, Job, Ladder, Prompt, Stop, Usage
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.models import LOCAL
from cases.policy.rulebook import Rulebook
from cases.route import RouteName
from cases.ticket import Channel, Message, Ticket
from cases.work import ClassifyRequest, DraftRequest, Reading, RetrieveRequest
from integrations.models.answers import ReadIntent, TicketReading, WrittenClaim, WrittenReply
from integrations.models.hosted import CHARACTERS_PER_TOKEN
from integrations.models.prices import cost_of
from integrations.models.prompting import FilledPrompt, classify_prompt, draft_prompt
from integrations.models.protocol import Provider
from routing.doubts import doubt
from routing.drafters import draft_ladder, second_ladder
from routing.ladder import next_step
from routing.needs import intents_to_serve, passages_for
from routing.proposals import asking_message, propose_actions
from routing.reading import read_ticket
from routing.requested import weigh
from routing.route import choose_route, danger
from routing.signals import can_be_served, details_to_ask, gather_signals
from routing.writers import others_in

LANGUAGE = "en"
CHANNEL = Channel.EMAIL
PATIENCE_SECONDS = 3600.0
STAND_IN_READER = "local-compact"
STAND_IN_WRITERS = ("local-templates", "local-quotes")


class Understood(NamedTuple):
    """What settled what a ticket is about, what it is about, and the calls that took."""

    layer: Layer
    classification: Classification
    attempts: tuple[Attempt, ...]


class Player:
    """Plays tickets of one customer, whose records are `records`, under one policy."""

    def __init__(self, policy: Policy, stand_in: Provider, retrieving: Retrieving, tenant: str, records: Facts) -> None:
        self._policy = policy
        self._stand_in = stand_in
        self._retrieving = retrieving
        self._about = About(tenant=tenant, language=LANGUAGE, channel=CHANNEL)
        self._rulebook = policy.rulebook(self._about)
        self._records = records
        models = policy.document.models
        drafting = dict.fromkeys(name for pool in policy.document.pools.values() for name in pool)
        # Those that could do the whole of a ticket alone: what only hears, for one, is in no pool.
        self._hosted = [name for name in drafting if models[name].provider != LOCAL]

    async def play(self, number: int, utterance: Utterance) -> Played:
        """Play one ticket."""
        message = Message(id="1", text=utterance.text, sent_at=datetime(2026, 1, 5, tzinfo=UTC))
        ticket = Ticket(tenant=self._about.tenant, source="bench", id=str(number), messages=(message,))
        reading = read_ticket(ticket, self._policy.document, LANGUAGE)
        if danger(reading.findings) is not None:
            return self._told(utterance, Layer.GUARD, None, NO_DRAFT, (), dict.fromkeys(self._hosted, Decimal(0)))
        understood = await self._understood(ticket, reading)
        drafting, alone = await self._drafted(ticket, reading, understood.classification)
        read_alone = {model: self._classify_cost(self._asked(ticket, reading, model), understood) for model in alone}
        return self._told(
            utterance,
            understood.layer,
            None if understood.layer is Layer.STRONG else understood.classification,
            drafting.pool,
            (*(attempt.cost for attempt in understood.attempts), *drafting.costs),
            {model: read_alone[model] + cost for model, cost in alone.items()},
        )

    async def _understood(self, ticket: Ticket, reading: Reading) -> Understood:
        if reading.by_rule is not None:
            return Understood(Layer.RULE, reading.by_rule, ())
        answer = await self._stand_in.classify(self._asked(ticket, reading, STAND_IN_READER))
        return self._down_the_ladder(ticket, reading, answer.output)

    def _down_the_ladder(self, ticket: Ticket, reading: Reading, said: Classification) -> Understood:
        """The policy's ladder, by its own rules: its first model is as sure as the stand-in, asked strictly too."""
        ladder, rulebook = self._rulebook.classify, self._rulebook
        budget = Budget(seconds=rulebook.job_seconds[CHANNEL], cost=rulebook.cost_ceiling)
        sure = doubt(rulebook.thresholds, said) is None
        attempts: list[Attempt] = []
        while not isinstance(step := next_step(ladder, budget, attempts), Stop):
            good = sure or step.rung > 0
            asked = self._asked(ticket, reading, step.model, step.prompt)
            bare = Understood(Layer.CHEAP, said, ())
            attempts.append(
                Attempt(
                    job=Job.CLASSIFY,
                    rung=step.rung,
                    model=step.model,
                    prompt=step.prompt,
                    outcome=AttemptOutcome.SUCCEEDED if good else AttemptOutcome.CONTENT_FAILURE,
                    seconds=ladder.rungs[step.rung].typical_seconds,
                    cost=self._classify_cost(asked, bare),
                )
            )
            if good:
                break
        return Understood(Layer.CHEAP if sure else Layer.STRONG, said, tuple(attempts))

    async def _drafted(
        self, ticket: Ticket, reading: Reading, said: Classification
    ) -> tuple["Drafting", dict[str, Decimal]]:
        """What the reply costs as routed, and what it would cost by each model alone."""
        rulebook = self._rulebook.knowing(self._policy.rules_of(said.intent_names, self._about))
        intents = intents_to_serve(rulebook, said)
        asked = RetrieveRequest(tenant=self._about.tenant, locale=LANGUAGE, text=ticket.customer_text)
        passages = (await self._retrieving.retrieve(asked)).passages
        facts = passages_for(rulebook, intents, self._records.model_copy(update={"passages": passages}))
        signals = gather_signals(
            rulebook,
            ticket=ticket,
            others=others_in(ticket),
            classification=said,
            intents=intents,
            facts=facts,
            findings=reading.findings,
            repeat_contact=False,
        )
        route = choose_route(rulebook, signals).name
        servable = tuple(intent for intent in intents if can_be_served(rulebook, intent, said, facts))
        if route is RouteName.HUMAN or not servable:
            return Drafting(NO_DRAFT, ()), dict.fromkeys(self._hosted, Decimal(0))
        asked_by = asking_message(ticket)
        possible = propose_actions(rulebook, servable, said.entities, facts, asked_by, reading.findings)
        actions = weigh(rulebook, possible, said, facts).actions
        request = _draft_request(self._policy, ticket, route, facts, actions).model_copy(
            update={"intents": servable, "questions": details_to_ask(rulebook, intents, said, facts)}
        )
        written = await self._written(request)
        ladders = _ladders(rulebook, route, servable)
        costs = tuple(self._draft_cost(ladder.rungs[0].model, request, written) for ladder in ladders)
        alone = {model: self._draft_cost(model, request, written) for model in self._hosted}
        return Drafting(_pool_of(self._policy, ladders[0].rungs[0].model), costs), alone

    async def _written(self, request: DraftRequest) -> Draft | None:
        """A reply of the local drafters, for its length; none where they find nothing to say."""
        for writer in STAND_IN_WRITERS:
            try:
                return (await self._stand_in.draft(request.model_copy(update={"model": writer}))).output
            except ContentFailure:
                continue
        return None

    def _asked(self, ticket: Ticket, reading: Reading, model: str, prompt: Prompt = Prompt.STANDARD) -> ClassifyRequest:
        return ClassifyRequest(
            case_id=ticket.case_id,
            tenant=ticket.tenant,
            channel=ticket.channel,
            policy_version=self._policy.version,
            model=model,
            rung=0,
            prompt=prompt,
            timeout_seconds=PATIENCE_SECONDS,
            text=ticket.customer_text,
            language=LANGUAGE,
            entities=reading.entities,
        )

    def _classify_cost(self, request: ClassifyRequest, understood: Understood) -> Decimal:
        prompt = classify_prompt(self._policy.document, request)
        return self._priced(request.model, prompt, _as_reading(understood.classification).model_dump_json())

    def _draft_cost(self, model: str, request: DraftRequest, written: Draft | None) -> Decimal:
        reply = _as_reply(written).model_dump_json() if written is not None else ""
        return self._priced(model, draft_prompt(self._policy.document, request), reply)

    def _priced(self, model: str, prompt: FilledPrompt, answer: str) -> Decimal:
        row = self._policy.document.models[model]
        if row.provider == LOCAL:
            return Decimal(0)
        usage = Usage(input_tokens=tokens(prompt.instructions) + tokens(prompt.material), output_tokens=tokens(answer))
        return cost_of(row, self._policy.document.providers[row.provider].format, row.name or model, usage)

    def _told(
        self,
        utterance: Utterance,
        layer: Layer,
        said: Classification | None,
        pool: str,
        costs: tuple[Decimal, ...],
        alone: Mapping[str, Decimal],
    ) -> Played:
        return Played(
            expected=utterance.intent,
            answer=said.intents[0].name if said else None,
            layer=layer,
            pool=pool,
            calls=len(costs),
            cost=sum(costs, Decimal(0)),
            alone=dict(alone),
        )


class Drafting(NamedTuple):
    """How a reply is written: the first pool asked, and the cost of each call."""

    pool: str
    costs: tuple[Decimal, ...]


def tokens(text: str) -> int:
    """As many as the product itself estimates where a vendor does not say: a token for four characters."""
    return len(text) // CHARACTERS_PER_TOKEN


def _ladders(rulebook: Rulebook, route: RouteName, servable: tuple[str, ...]) -> tuple[Ladder, ...]:
    second = second_ladder(rulebook, servable)
    first = draft_ladder(rulebook, route, servable)
    return (first, second) if second is not None else (first,)


def _pool_of(policy: Policy, model: str) -> str:
    return next(name for name, models in policy.document.pools.items() if models[0] == model)


def _draft_request(
    policy: Policy, ticket: Ticket, route: RouteName, facts: Facts, actions: tuple[ProposedAction, ...]
) -> DraftRequest:
    return DraftRequest(
        case_id=ticket.case_id,
        tenant=ticket.tenant,
        route=route,
        policy_version=policy.version,
        model="",
        rung=0,
        prompt=Prompt.STANDARD,
        timeout_seconds=PATIENCE_SECONDS,
        channel=ticket.channel,
        locale=LANGUAGE,
        customer=ticket.customer,
        text=ticket.customer_text,
        intents=(),
        questions=(),
        facts=facts,
        actions=actions,
    )


def _as_reading(said: Classification) -> TicketReading:
    """The stand-in's answer in the shape that hosted models answer in, for its length."""
    entities: Entities = said.entities
    return TicketReading(
        rationale=said.rationale,
        category=said.category,
        intents=[ReadIntent(name=guess.name, confidence=guess.confidence) for guess in said.intents][:4],
        priority=said.priority,
        team=said.team,
        confidence=said.confidence,
        escalation_required=said.escalation_required,
        order_ids=list(entities.order_ids),
        emails=list(entities.emails),
        amounts=[],
        dates=[],
        plan=entities.plan,
        address=entities.address,
        tone=said.tone,
        contradictions=list(said.contradictions),
        requests=[],
    )


def _as_reply(written: Draft) -> WrittenReply:
    claims = [WrittenClaim.model_validate(claim.model_dump()) for claim in written.claims]
    return WrittenReply(reply=written.reply.text, claims=claims, action=None)
