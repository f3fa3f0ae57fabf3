"""Drafting: one model is asked for a reply with the source of each claim, and what it wrote is checked."""

from collections.abc import Mapping

from temporalio import activity

from activities.model_call import ModelCalls, not_asked, provider_of
from activities.policies import PolicyShelf
from cases.errors import LedgerUnavailable
from cases.ladder import Job
from cases.sources import sources_of
from cases.work import DraftReport, DraftRequest
from integrations.models.protocol import Provider
from routing.checks import check_draft, nothing_quoted
from routing.colleagues import promises_a_colleague


class Drafting:
    """Asks providers, by the name the policy gives each model's."""

    def __init__(self, providers: Mapping[str, Provider], policies: PolicyShelf, calls: ModelCalls) -> None:
        self._providers = providers
        self._calls = calls
        self._policies = policies

    @activity.defn
    async def draft(self, request: DraftRequest) -> DraftReport:
        """Ask one model once, and check its draft against the sources it had."""
        try:
            policy = await self._policies.version(request.policy_version)
        except LedgerUnavailable as down:
            return DraftReport(attempt=not_asked(Job.DRAFT, request, down))
        provider = provider_of(policy, self._providers, request.model)
        attempt, draft = await self._calls.once(
            Job.DRAFT, request, lambda: provider.draft(request), policy.document.cool_down
        )
        if draft is None:
            return DraftReport(attempt=attempt)
        sources = sources_of(request.facts, request.actions)
        asked = [policy.document.intents[intent] for intent in request.intents]
        wrong = (
            *check_draft(policy.draft_rules, draft, sources, request.text, request.actions),
            *nothing_quoted(draft, asked),
        )
        promised = promises_a_colleague(policy.draft_rules.colleague_words, draft.reply.text)
        draft = draft.model_copy(update={"promises_a_colleague": promised, "written_by": request.model})
        return DraftReport(attempt=attempt, draft=draft, failed_checks=wrong)
