"""Drafting with the local templates: only what the records and the articles say, with the proof of it."""

import pytest

from cases.action import ProposedAction, Refund
from cases.draft import Draft
from cases.errors import ContentFailure
from cases.facts import Facts, IdentityStrength, OrderStatus, Passage
from cases.policy.document import Policy
from cases.policy.rulebook import Detail
from cases.sources import sources_of
from cases.ticket import Channel
from cases.work import DraftRequest
from integrations.models.local.provider import LocalProvider
from routing.checks import check_draft
from routing.colleagues import promises_a_colleague
from tests.model_requests import a_draft_request
from tests.samples import ADA, EUR_30, a_payment, an_order

RETURNS = Passage(
    id="returns#1",
    article_id="returns",
    title="Returning things",
    locale="en",
    revision=3,
    text="Our stores open at 9. You can return unused gear within 30 days of delivery. Tours cannot be returned.",
    confidence=0.9,
)
QUESTION = "How long can I return gear?"
REFUND = ProposedAction(
    id="refund:pay_10001:m1",
    request="m1",
    intent="refund_request",
    arguments=Refund(payment_id="pay_10001", amount=EUR_30),
    summary="Refund 30.00 EUR of payment pay_10001",
    reversible=False,
)


def facts(**changes: object) -> Facts:
    known = Facts(account=ADA, identity=IdentityStrength.MATCHED, orders=(an_order(status=OrderStatus.SHIPPED),))
    return known.model_copy(update=changes)


def request(policy: Policy, *intents: str, **changes: object) -> DraftRequest:
    asked = {"text": QUESTION, "intents": intents, "facts": facts(), **changes}
    return a_draft_request(policy.version, "local-templates", **asked)


async def drafted(provider: LocalProvider, asked: DraftRequest) -> Draft:
    return (await provider.draft(asked)).output


async def test_an_orders_status_is_told_from_its_record_with_the_proof(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    draft = await drafted(local_provider, request(local_policy, "order_status"))
    assert draft.reply.text.startswith("Hello Ada,")
    assert "W10001 is on its way" in draft.reply.text
    assert [claim.source_id for claim in draft.claims] == ["order:W10001"]


async def test_a_question_is_answered_with_the_sentence_that_answers_it(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    asked = request(local_policy, "faq.returns", facts=facts(passages=(RETURNS,)))
    draft = await drafted(local_provider, asked)
    assert "You can return unused gear within 30 days of delivery." in draft.reply.text
    assert "Our stores open at 9." not in draft.reply.text
    assert any(claim.source_id == "returns#1" for claim in draft.claims)


async def test_a_refund_is_told_as_done_with_the_actions_own_amount(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    known = facts(payments=(a_payment(EUR_30),))
    draft = await drafted(local_provider, request(local_policy, "refund_request", facts=known, actions=(REFUND,)))
    assert "30.00 EUR" in draft.reply.text


@pytest.mark.parametrize("locale", ["en", "de", "tr"])
@pytest.mark.parametrize("status", list(OrderStatus))
async def test_what_is_drafted_from_records_passes_the_check(
    local_provider: LocalProvider, local_policy: Policy, locale: str, status: OrderStatus
) -> None:
    known = facts(orders=(an_order(status=status),), payments=(a_payment(EUR_30),))
    for intent in ("order_status", "refund_request", "order_cancellation"):
        actions = (REFUND,) if intent == "refund_request" else ()
        asked = request(local_policy, intent, facts=known, locale=locale, actions=actions)
        draft = await drafted(local_provider, asked)
        sources = sources_of(known, actions)
        assert check_draft(local_policy.draft_rules, draft, sources, asked.text, actions) == ()


async def test_what_is_still_missing_is_asked_for_after_what_is_known(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    asked = request(local_policy, "faq.returns", facts=facts(passages=(RETURNS,)), questions=(Detail.ORDER,))
    text = (await drafted(local_provider, asked)).reply.text
    assert text.index("30 days") < text.index("order number")


async def test_a_chat_needs_no_letters_greeting(local_provider: LocalProvider, local_policy: Policy) -> None:
    asked = request(local_policy, "order_status", channel=Channel.CHAT)
    assert "Hello" not in (await drafted(local_provider, asked)).reply.text


async def test_an_intent_without_words_is_a_content_failure(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    with pytest.raises(ContentFailure, match="no reply for other"):
        await drafted(local_provider, request(local_policy, "other"))


@pytest.mark.parametrize("model", ["local-templates", "local-quotes"])
@pytest.mark.parametrize("locale", ["en", "de", "tr"])
async def test_of_what_a_person_has_still_to_decide_it_says_only_that_a_colleague_answers(
    local_provider: LocalProvider, local_policy: Policy, locale: str, model: str
) -> None:
    known = facts(payments=(a_payment(EUR_30),), passages=(RETURNS,))
    asked = request(local_policy, "refund_request", facts=known, open_intents=("refund_request",), locale=locale)
    draft = await drafted(local_provider, asked.model_copy(update={"model": model}))
    assert local_policy.wording(locale).holding in draft.reply.text
    assert "W10001" not in draft.reply.text
    assert promises_a_colleague(local_policy.document.colleague_words, draft.reply.text)
