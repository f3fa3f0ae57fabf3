"""Recalling: an earlier answer to the same question, if there is one that holds in every respect."""

import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from temporalio import activity

from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.cache import CACHE, CacheKey, NearAnswer, Recall, RecallReport, RecallRequest
from cases.draft import CustomerText, Draft
from cases.facts import Facts, Passage
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt
from cases.policy.cache import CacheLanguage
from cases.policy.document import Policy
from cases.reason import Reason, ReasonCode
from cases.sources import sources_of
from cases.switch import Lever, SwitchKind
from cases.ticket import Slug
from integrations.models.protocol import Embedder
from routing.cache import difference
from routing.checks import check_draft
from routing.impersonal import Body, question_without_names, reply_to
from routing.messages import reason

NEIGHBOURS = 5
"""How many of the nearest questions are compared: behind one that differs in a number may stand one that does not."""


class AnswerBook(Protocol):
    """What recalling needs of the ledger."""

    async def revision(self, tenant: Slug, articles: Sequence[str], read: Sequence[Passage]) -> str | None:
        """What the articles say now, as a hash; None where one of the passages read is no longer what stands."""
        ...

    async def nearest(self, key: CacheKey, vector: Sequence[float], limit: int) -> tuple[NearAnswer, ...]:
        """The kept answers of this key with the nearest questions, nearest first."""
        ...

    async def count_hit(self, case_id: str) -> None:
        """Remember that this case's answer was given again."""
        ...


class Recalling:
    """Asks the cache."""

    def __init__(self, answers: AnswerBook, embedder: Embedder, policies: PolicyShelf, switches: Switchboard) -> None:
        self._answers = answers
        self._embedder = embedder
        self._policies = policies
        self._switches = switches

    @activity.defn
    async def recall(self, request: RecallRequest) -> RecallReport:
        """Look for an earlier answer. It passes the checks of a draft under the sources of this ticket, or is none."""
        began = time.monotonic()
        policy = await self._policies.version(request.policy_version)
        found = await self._found(request, policy)
        outcome = AttemptOutcome.SUCCEEDED if found.draft else AttemptOutcome.CONTENT_FAILURE
        attempt = _attempt(outcome, found.why, time.monotonic() - began)
        return RecallReport(attempt=attempt, recall=found.recall, draft=found.draft)

    async def _found(self, request: RecallRequest, policy: Policy) -> "_Found":
        rules = policy.document.cache
        language = rules.languages.get(request.locale[:2]) if rules else None
        if language is None:
            return _Found(_nothing(f"the policy has no cache for {request.locale}"))
        off = await self._switches.first_off(_levers(request))
        if off is not None:
            return _Found(_nothing(f"{off.lever} is switched off"))
        revision = await self._answers.revision(request.tenant, request.articles, request.passages)
        if revision is None:
            return _Found(_nothing("an article has just changed"))
        key = _key(request, revision)
        question = question_without_names(request.text, request.names)
        vector = await self._embedder.embed_query(question, request.locale)
        near = await self._answers.nearest(key, vector, NEIGHBOURS)
        return await self._first_that_holds(request, policy, language, _Asked(key, question), near)

    async def _first_that_holds(
        self,
        request: RecallRequest,
        policy: Policy,
        language: CacheLanguage,
        asked: "_Asked",
        near: Sequence[NearAnswer],
    ) -> "_Found":
        obstacles: list[str] = []
        for candidate in near:
            if candidate.similarity < language.similarity:
                obstacles.append(f"similarity {candidate.similarity:.2f} below {language.similarity:.2f}")
                break
            draft = _draft(request, policy, candidate)
            obstacle = _obstacle(request, policy, language, asked.question, candidate, draft)
            if obstacle is None and await self._switches.first_off(_written_by(candidate)):
                obstacle = f"{candidate.answer.written_by} is switched off"
            if obstacle is None:
                await self._answers.count_hit(candidate.answer.case_id)
                return _hit(asked.key, candidate, draft)
            obstacles.append(obstacle)
        return _Found(_nothing(obstacles[0] if obstacles else "none is kept"), Recall(key=asked.key))


class _Asked(NamedTuple):
    """A question, and the key it is looked for under."""

    key: CacheKey
    question: str


class _Found(NamedTuple):
    """What came of it, and why."""

    why: Reason
    recall: Recall | None = None
    draft: Draft | None = None


def _hit(key: CacheKey, near: NearAnswer, draft: Draft) -> _Found:
    case, similarity = near.answer.case_id, near.similarity
    why = reason(ReasonCode.FROM_CACHE, case=case, measured=f"{similarity:.2f}")
    return _Found(why, Recall(key=key, same_as=case, similarity=similarity), draft)


def _nothing(what: str) -> Reason:
    return reason(ReasonCode.NOT_IN_CACHE, what=what)


def _obstacle(
    request: RecallRequest,
    policy: Policy,
    language: CacheLanguage,
    question: str,
    near: NearAnswer,
    draft: Draft,
) -> str | None:
    """Why a near enough answer does not hold here: the questions differ, or this ticket's sources do not prove it."""
    differs = difference(language, policy.document.entities, question, near.answer.question)
    if differs is not None:
        return f"{differs} differ"
    sources = sources_of(Facts(passages=request.passages), ())
    wrong = check_draft(policy.draft_rules, draft, sources, request.text, ())
    return wrong[0].sentence if wrong else None


def _draft(request: RecallRequest, policy: Policy, near: NearAnswer) -> Draft:
    kept = near.answer
    text = reply_to(Body(kept.body, kept.greeted), policy.wording(request.locale), request.customer)
    return Draft(reply=CustomerText(text=text), claims=kept.claims, locale=request.locale, written_by=kept.written_by)


def _key(request: RecallRequest, revision: str) -> CacheKey:
    return CacheKey(
        tenant=request.tenant,
        policy_version=request.policy_version,
        intent=request.intent,
        locale=request.locale,
        channel=request.channel,
        tier=request.tier,
        labels=request.labels,
        revision=revision,
    )


def _levers(request: RecallRequest) -> tuple[Lever, ...]:
    """All that must be on for a draft of this ticket, whoever wrote it."""
    return (
        Lever(kind=SwitchKind.MODEL, name=CACHE),
        Lever(kind=SwitchKind.TENANT, name=request.tenant),
        Lever(kind=SwitchKind.INTENT, name=request.intent),
        Lever(kind=SwitchKind.ROUTE, name=request.route),
    )


def _written_by(near: NearAnswer) -> tuple[Lever, ...]:
    """A model that is off because it errs has erred before, too."""
    return (Lever(kind=SwitchKind.MODEL, name=near.answer.written_by),)


def _attempt(outcome: AttemptOutcome, why: Reason, seconds: float) -> Attempt:
    return Attempt(
        job=Job.DRAFT,
        rung=0,
        model=CACHE,
        prompt=Prompt.STANDARD,
        outcome=outcome,
        reason=why,
        seconds=seconds,
        reported_model=CACHE,
    )
