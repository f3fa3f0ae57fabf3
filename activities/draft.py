"""Drafting: one model is asked for a reply with the source of each claim."""

from collections.abc import Mapping

from temporalio import activity

from activities.model_call import call_model
from activities.policies import PolicyShelf
from cases.ladder import Job
from cases.work import DraftReport, DraftRequest
from integrations.models.protocol import Provider


class Drafting:
    """Asks providers, by the name the policy gives each model's."""

    def __init__(self, providers: Mapping[str, Provider], policies: PolicyShelf) -> None:
        self._providers = providers
        self._policies = policies

    @activity.defn
    async def draft(self, request: DraftRequest) -> DraftReport:
        """Ask one model once."""
        policy = await self._policies.version(request.policy_version)
        provider = self._providers[policy.document.models[request.model].provider]
        attempt, draft = await call_model(Job.DRAFT, request, provider.draft(request))
        return DraftReport(attempt=attempt, draft=draft)
