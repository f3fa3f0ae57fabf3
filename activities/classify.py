"""Classifying: one model is asked what a ticket is about, and the rules prove what is asked for in it."""

import asyncio
from collections.abc import Mapping

from temporalio import activity

from activities.model_call import ModelCalls, not_asked, provider_of
from activities.policies import PolicyShelf
from cases.classification import Classification
from cases.errors import LedgerUnavailable
from cases.ladder import Job
from cases.policy.document import PolicyDocument
from cases.policy.models import LOCAL
from cases.work import ClassifyReport, ClassifyRequest
from integrations.models.protocol import Provider
from routing.request_evidence import evidence_found, evidence_proven


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
            classification = await asyncio.to_thread(_with_evidence, policy.document, request, classification)
        rules = policy.rules_of(classification.intent_names, request.about) if classification else {}
        return ClassifyReport(attempt=attempt, classification=classification, rules=rules)


def _with_evidence(policy: PolicyDocument, request: ClassifyRequest, read: Classification) -> Classification:
    """With the requests that the newest messages prove. A local model claims none: its intents are looked for there."""
    if policy.models[request.model].provider == LOCAL:
        found = evidence_found(policy, read.intent_names, request.newest)
    else:
        found = evidence_proven(policy, read.intent_names, read.requests, request.newest)
    return found.put_into(read)
