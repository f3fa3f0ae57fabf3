"""Keeping answers: what went out by itself may be given again, until its customer comes back."""

from datetime import UTC, datetime
from typing import Protocol

from activities.policies import PolicyShelf
from cases.cache import KeptAnswer
from cases.case import CaseView
from integrations.models.protocol import Embedder
from routing.cache import is_doubted, may_be_kept
from routing.impersonal import impersonal_body, names_of, question_without_names


class AnswerStore(Protocol):
    """What keeping needs of the ledger."""

    async def keep(self, answer: KeptAnswer, vector: tuple[float, ...]) -> None:
        """Keep an answer; the same case's again changes nothing."""
        ...

    async def forget_case(self, case_id: str) -> None:
        """Give the answer of this case no more."""
        ...


class AnswerKeeping:
    """Puts answers into the cache and takes them out again, as their cases go."""

    def __init__(self, answers: AnswerStore, embedder: Embedder, policies: PolicyShelf) -> None:
        self._answers = answers
        self._embedder = embedder
        self._policies = policies

    async def learn_from(self, view: CaseView) -> None:
        """Keep the answer of a case that ended well; forget that of one whose customer came back. Safe to repeat."""
        if is_doubted(view):
            await self._answers.forget_case(view.case_id)
        elif view.recall is not None and may_be_kept(view):
            answer = await self._answer(view)
            if answer is not None:
                vector = await self._embedder.embed_query(answer.question, answer.key.locale)
                await self._answers.keep(answer, tuple(vector))

    async def _answer(self, view: CaseView) -> KeptAnswer | None:
        policy = await self._policies.version(view.policy_version)
        customer, account, rules = view.ticket.customer, view.facts.account, policy.document.cache
        if view.recall is None or view.draft is None or rules is None:
            return None
        wording = policy.wording(view.recall.key.locale)
        body = impersonal_body(view.draft.reply.text, wording, customer, account)
        if body is None:
            return None
        now = datetime.now(UTC)
        return KeptAnswer(
            case_id=view.case_id,
            key=view.recall.key,
            question=question_without_names(view.ticket.customer_text, names_of(customer, account)),
            body=body.text,
            greeted=body.greeted,
            claims=view.draft.claims,
            written_by=view.draft.written_by,
            articles=tuple(dict.fromkeys(passage.article_id for passage in view.facts.passages)),
            kept_at=now,
            expires_at=now + rules.keep,
        )
