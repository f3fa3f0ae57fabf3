"""Asking one model for one job, once: nothing is tried again, as another answer would be another comparison."""

from collections.abc import Mapping
from typing import NamedTuple

from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.switches import Switchboard
from cases.action import ProposedAction
from cases.classification import Classification, IntentName
from cases.draft import Draft
from cases.facts import Facts
from cases.ladder import Attempt, Job, Prompt
from cases.policy.document import Policy
from cases.policy.rulebook import Detail
from cases.route import RouteName
from cases.ticket import Ticket
from cases.work import ClassifyRequest, DraftRequest, Reading
from integrations.models.protocol import Provider
from routing.reading import newest_messages
from routing.request_evidence import with_evidence
from starter.comparison.entrants import Entrant
from starter.evaluation.run import AllOn


class Planned(NamedTuple):
    """What a draft is to be about."""

    route: RouteName
    servable: tuple[IntentName, ...]
    questions: tuple[Detail, ...]
    not_found: tuple[str, ...]
    facts: Facts
    actions: tuple[ProposedAction, ...]


class Asking:
    """Asks the models of one policy, by the provider each has there."""

    def __init__(self, policy: Policy, providers: Mapping[str, Provider]) -> None:
        self._policy = policy
        self._providers = providers
        self._switches = Switchboard(AllOn())

    async def classify(
        self, entrant: Entrant, ticket: Ticket, reading: Reading
    ) -> tuple[Attempt, Classification | None]:
        """What a ticket is about."""
        request = ClassifyRequest(
            case_id=ticket.case_id,
            tenant=ticket.tenant,
            channel=ticket.channel,
            policy_version=self._policy.version,
            model=entrant.model,
            rung=0,
            prompt=Prompt.STANDARD,
            timeout_seconds=entrant.timeout_seconds,
            text=ticket.customer_text,
            shown=ticket.shown_parts,
            language=reading.language,
            entities=reading.entities,
            newest=newest_messages(ticket.customer_messages, ()),
        )
        provider = self._providers[entrant.provider]
        attempt, read = await self._calls().once(
            Job.CLASSIFY, request, lambda: provider.classify(request), self._policy.document.cool_down
        )
        return attempt, with_evidence(self._policy.document, request, read) if read else None

    async def draft(
        self, entrant: Entrant, ticket: Ticket, reading: Reading, planned: Planned
    ) -> tuple[Attempt, Draft | None]:
        """A reply to what can be answered."""
        request = DraftRequest(
            case_id=ticket.case_id,
            tenant=ticket.tenant,
            route=planned.route,
            policy_version=self._policy.version,
            model=entrant.model,
            rung=0,
            prompt=Prompt.STANDARD,
            timeout_seconds=entrant.timeout_seconds,
            channel=ticket.channel,
            locale=reading.language,
            customer=ticket.customer,
            text=ticket.customer_text,
            shown=ticket.shown_parts,
            intents=planned.servable,
            questions=planned.questions,
            not_found=planned.not_found,
            facts=planned.facts,
            actions=planned.actions,
        )
        provider = self._providers[entrant.provider]
        return await self._calls().once(
            Job.DRAFT, request, lambda: provider.draft(request), self._policy.document.cool_down
        )

    def _calls(self) -> ModelCalls:
        # A memory of failures for every call: no ticket goes unanswered because a model rests after another one.
        return ModelCalls(ModelHealth(), self._switches)
