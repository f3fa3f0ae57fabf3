"""Drafting: one model is asked for a reply with the source of each claim, and what it wrote is checked."""

from collections.abc import Mapping

from temporalio import activity

from activities.model_call import ModelCalls, not_asked, provider_of
from activities.opening import LanguageDetector
from activities.policies import PolicyShelf
from cases.draft import Draft
from cases.errors import LedgerUnavailable
from cases.ladder import Job
from cases.policy.document import Policy
from cases.reason import Reason
from cases.sources import sources_of
from cases.work import DraftReport, DraftRequest
from integrations.models.protocol import Provider
from routing.checks import check_draft, in_other_language, left_unanswered, nothing_quoted
from routing.colleagues import promises_a_colleague

TELLING_LETTERS = 60
"""How many letters a paragraph has, at least, whose language is told by itself: shorter ones are names and lists."""


class Drafting:
    """Asks providers, by the name the policy gives each model's."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        policies: PolicyShelf,
        calls: ModelCalls,
        languages: LanguageDetector,
    ) -> None:
        self._providers = providers
        self._languages = languages
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
        wrong = await faults_of(policy, self._languages, request, draft)
        promised = promises_a_colleague(policy.draft_rules.colleague_words, draft.reply.text)
        draft = draft.model_copy(update={"promises_a_colleague": promised, "written_by": request.model})
        return DraftReport(attempt=attempt, draft=draft, failed_checks=wrong)


async def faults_of(
    policy: Policy, languages: LanguageDetector, request: DraftRequest, draft: Draft
) -> tuple[Reason, ...]:
    """Everything that is wrong with a draft, the weightiest first; nothing found means it may go on."""
    sources = sources_of(request.facts, request.actions)
    asked = [policy.document.intents[intent] for intent in request.intents]
    return (
        *left_unanswered(draft),
        *await _of_language(languages, draft),
        *check_draft(policy.draft_rules, draft, sources, request.text, request.actions),
        *nothing_quoted(draft, asked),
    )


async def _of_language(languages: LanguageDetector, draft: Draft) -> tuple[Reason, ...]:
    """Whether any longer paragraph, or all of it, is in another language than its customer's."""
    paragraphs = (part for part in draft.reply.text.split("\n\n") if sum(map(str.isalpha, part)) >= TELLING_LETTERS)
    for part in dict.fromkeys((draft.reply.text, *paragraphs)):
        wrong = in_other_language(draft, await languages.detect(part, draft.locale))
        if wrong:
            return wrong
    return ()
