"""Classifying: one model is asked what a ticket is about, and the rules prove what is asked for in it."""

import asyncio
from collections.abc import Mapping

from temporalio import activity

from activities.model_call import ModelCalls, not_asked, provider_of
from activities.policies import PolicyShelf
from cases.errors import LedgerUnavailable
from cases.ladder import Job
from cases.work import ClassifyReport, ClassifyRequest
from integrations.models.protocol import Provider
from routing.request_evidence import with_evidence


class Classifying:
    """Asks providers, by the name the policy gives each model's."""

    def __init__(self, providers: Mapping[str, Provider], policies: PolicyShelf, calls: ModelCalls) -> None:
        self._providers = providers
        self._calls = calls
        self._policies = policies

    @activity.defn
    async def classify(self, request: ClassifyRequest) -> ClassifyReport:
        """Ask one model once."""
        try:
            policy = await self._policies.version(request.policy_version)
        except LedgerUnavailable as down:
            return ClassifyReport(attempt=not_asked(Job.CLASSIFY, request, down))
        provider = provider_of(policy, self._providers, request.model)
        attempt, classification = await self._calls.once(
            Job.CLASSIFY, request, lambda: provider.classify(request), policy.document.cool_down
        )
        if classification is not None:
            classification = await asyncio.to_thread(with_evidence, policy.document, request, classification)
        rules = policy.rules_of(classification.intent_names, request.about) if classification else {}
        return ClassifyReport(attempt=attempt, classification=classification, rules=rules)
