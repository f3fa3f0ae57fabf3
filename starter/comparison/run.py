"""Comparing: every ticket through the guard, each model's reading, the rules, and each model's draft.

What a case would do on one model's reading is decided by the rules that decide it in a case; nothing is acted on and
nothing is sent.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from activities.opening import LanguageDetector
from cases.classification import Classification
from cases.draft import Draft
from cases.facts import Facts
from cases.ladder import Attempt
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.rulebook import Rulebook
from cases.reason import Reason
from cases.route import Route, RouteName
from cases.sources import sources_of
from cases.ticket import Ticket
from cases.work import Reading
from integrations.models.protocol import Provider
from routing.checks import check_draft, nothing_quoted
from routing.doubts import doubt
from routing.ladder import cost_spent, seconds_spent
from routing.named_records import told_of
from routing.needs import intents_to_serve
from routing.proposals import asking_message, propose_actions
from routing.reading import read_ticket
from routing.requested import weigh
from routing.route import choose_route, danger
from routing.signals import can_be_served, details_to_ask, gather_signals
from routing.ticket_parts import parted
from routing.writers import others_in
from starter.comparison.answers import ComparedTicket, ModelAnswer, actions_differ, failure_of, intents_differ
from starter.comparison.asking import Asking, Planned
from starter.comparison.entrants import Entrant, most_a_ticket_costs
from starter.comparison.ground import Ground
from starter.comparison.purse import Purse

NOTHING_READ = "No model read the ticket."
ONLY_READS = "This model only reads."


class Comparison:
    """Compares models under one policy. `at_once` is how many tickets are on their way side by side.

    All of them may cost `ceiling` US dollars: a ticket that could cost more than what is left is not begun. Within a
    ticket models are asked one after the other, so that none waits for another's processor.
    """

    def __init__(
        self,
        policy: Policy,
        entrants: Sequence[Entrant],
        providers: Mapping[str, Provider],
        languages: LanguageDetector,
        ground: Ground,
        at_once: int,
        ceiling: Decimal,
    ) -> None:
        self._policy = policy
        self._entrants = entrants
        self._suggesting = frozenset(entrant.model for entrant in entrants if entrant.suggests)
        self._asking = Asking(policy, providers)
        self._languages = languages
        self._ground = ground
        self._free = asyncio.Semaphore(at_once)
        self._purse = Purse(ceiling)
        self._at_most = most_a_ticket_costs(policy, entrants)

    async def compare_all(
        self, tickets: Sequence[tuple[str, Ticket]], tell: Callable[[], None]
    ) -> tuple[ComparedTicket, ...]:
        """Compare over every ticket, each with its place, in their order; `tell` is called as each is done."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._compare(place, ticket, tell)) for place, ticket in tickets]
        return tuple(task.result() for task in tasks)

    async def _compare(self, place: str, ticket: Ticket, tell: Callable[[], None]) -> ComparedTicket:
        async with self._free:
            ticket = await asyncio.to_thread(parted, ticket, tuple(self._policy.document.language_packs.values()))
            language = await self._languages.detect(ticket.own_words, ticket.locale)
            reading = await asyncio.to_thread(read_ticket, ticket, self._policy.document, language)
            compared = ComparedTicket(
                place=place,
                ticket_id=ticket.id,
                text=ticket.customer_text,
                language=language,
                held=danger(reading.findings),
                by_rule=reading.by_rule.intents[0].name if reading.by_rule else None,
            )
            if compared.held is None:
                compared = await self._answered_if_affordable(compared, ticket, reading)
        tell()
        return compared

    async def _answered_if_affordable(
        self, compared: ComparedTicket, ticket: Ticket, reading: Reading
    ) -> ComparedTicket:
        if not await self._purse.takes(self._at_most):
            return compared.model_copy(update={"left_out": True})
        answered = await self._answered(compared, ticket, reading)
        await self._purse.settle(self._at_most, sum((answer.cost for answer in answered.answers), Decimal(0)))
        return answered

    async def _answered(self, compared: ComparedTicket, ticket: Ticket, reading: Reading) -> ComparedTicket:
        facts = await self._ground.before_reading(ticket, reading.language)
        calls: dict[str, Attempt] = {}
        read: dict[str, Classification] = {}
        for entrant in self._entrants:
            if entrant.reads:
                calls[entrant.model], said = await self._asking.classify(entrant, ticket, reading)
                if said is not None:
                    read[entrant.model] = _with_what_was_read(said, reading)
        answers = [
            await self._answer(entrant, ticket, reading, facts, calls.get(entrant.model), read)
            for entrant in self._entrants
        ]
        return compared.model_copy(
            update={
                "passages": len(facts.passages),
                "answers": tuple(answers),
                "intents_differ": intents_differ(answers),
                "actions_differ": actions_differ(answers, self._suggesting),
            }
        )

    async def _answer(
        self,
        entrant: Entrant,
        ticket: Ticket,
        reading: Reading,
        facts: Facts,
        call: Attempt | None,
        read: Mapping[str, Classification],
    ) -> ModelAnswer:
        read_by = entrant.model if entrant.reads else next(iter(read), None)
        if read_by is None or read_by not in read:
            return _told(entrant, call).model_copy(update={"not_drafted": NOTHING_READ})
        understood = read[read_by]
        answer, planned = await self._planned(_told(entrant, call), read_by, understood, ticket, reading, facts)
        why_not = self._ground.drafts_left_out or (None if entrant.drafts else ONLY_READS) or _nothing_to_say(planned)
        if why_not is not None:
            return answer.model_copy(update={"not_drafted": why_not})
        return await self._drafted(answer, entrant, ticket, reading, planned)

    async def _planned(
        self,
        answer: ModelAnswer,
        read_by: str,
        understood: Classification,
        ticket: Ticket,
        reading: Reading,
        before: Facts,
    ) -> tuple[ModelAnswer, Planned]:
        """What a case would do on this reading, before any draft."""
        rulebook = self._rulebook(ticket, reading, understood)
        intents = intents_to_serve(rulebook, understood)
        facts = await self._ground.for_intents(rulebook, ticket, intents, understood.entities, before)
        signals = gather_signals(
            rulebook,
            ticket=ticket,
            others=others_in(ticket),
            classification=understood,
            intents=intents,
            facts=facts,
            findings=reading.findings,
            repeat_contact=False,
        )
        route = choose_route(rulebook, signals)
        servable = tuple(intent for intent in intents if can_be_served(rulebook, intent, understood, facts))
        actions = ()
        if route.name is not RouteName.HUMAN:
            possible = propose_actions(
                rulebook, servable, understood.entities, facts, asking_message(ticket), reading.findings
            )
            actions = weigh(rulebook, possible, understood, facts).actions
        planned = Planned(
            route=route.name,
            servable=servable if route.name is not RouteName.HUMAN else (),
            questions=details_to_ask(rulebook, intents, understood, facts),
            not_found=signals.not_found,
            facts=told_of(understood.entities, facts),
            actions=actions,
        )
        known = None if self._ground.drafts_left_out else route
        return _with_plan(
            answer, read_by, understood, intents, known, planned, doubt(rulebook.thresholds, understood)
        ), planned

    def _rulebook(self, ticket: Ticket, reading: Reading, understood: Classification) -> Rulebook:
        about = About(tenant=ticket.tenant, language=reading.language, channel=ticket.channel)
        rules = self._policy.rules_of(understood.intent_names, about)
        return self._policy.rulebook(about).knowing(rules)

    async def _drafted(
        self, answer: ModelAnswer, entrant: Entrant, ticket: Ticket, reading: Reading, planned: Planned
    ) -> ModelAnswer:
        call, draft = await self._asking.draft(entrant, ticket, reading, planned)
        attempts = (*answer.attempts, call)
        told = answer.model_copy(update=_figures(attempts))
        if draft is None:
            return told
        return told.model_copy(
            update={
                "draft": draft.reply.text,
                "suggested_action": draft.suggested_action,
                "failed_checks": self._checked(draft, ticket, planned),
            }
        )

    def _checked(self, draft: Draft, ticket: Ticket, planned: Planned) -> tuple[Reason, ...]:
        sources = sources_of(planned.facts, planned.actions)
        asked = [self._policy.document.intents[intent] for intent in planned.servable]
        return (
            *check_draft(self._policy.draft_rules, draft, sources, ticket.customer_text, planned.actions),
            *nothing_quoted(draft, asked),
        )


def _with_what_was_read(said: Classification, reading: Reading) -> Classification:
    entities = said.entities.merged_with(reading.entities)
    return said.model_copy(update={"entities": entities, "language": reading.language})


def _told(entrant: Entrant, call: Attempt | None) -> ModelAnswer:
    attempts = (call,) if call is not None else ()
    return ModelAnswer.model_validate({"model": entrant.model, **_figures(attempts)})


def _figures(attempts: tuple[Attempt, ...]) -> dict[str, object]:
    return {
        "attempts": attempts,
        "seconds": seconds_spent(attempts),
        "cost": cost_spent(attempts),
        "failure": failure_of(attempts),
    }


def _with_plan(
    answer: ModelAnswer,
    read_by: str,
    understood: Classification,
    intents: tuple[str, ...],
    route: Route | None,
    planned: Planned,
    unsure: Reason | None,
) -> ModelAnswer:
    return answer.model_copy(
        update={
            "read_by": read_by,
            "intents": understood.intents,
            "confidence": understood.confidence,
            "unsure": unsure,
            "served": intents,
            "route": route,
            "actions": planned.actions,
            "questions": planned.questions,
        }
    )


def _nothing_to_say(planned: Planned) -> str | None:
    if planned.servable:
        return None
    if planned.route is RouteName.HUMAN:
        return "A person has it."
    if planned.questions:
        return f"The customer is asked for: {', '.join(planned.questions)}."
    return "Nothing was found to say; a person has it."
