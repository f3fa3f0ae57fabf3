"""Drafting on this machine: the policy's templates, filled with the records and with quotations, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from jinja2 import TemplateError

from cases.action import ActionKind, ProposedAction, Refund
from cases.classification import IntentName
from cases.draft import Claim, CustomerText, Draft, Source
from cases.errors import ContentFailure, PermanentFailure
from cases.facts import IdentityStrength, Passage, Payment
from cases.policy.document import Policy, Wording
from cases.policy.local import DraftingRules
from cases.policy.packs.pack import LanguagePack
from cases.policy.templates import names_in, wording_template
from cases.sources import sources_of
from cases.ticket import Customer, Locale
from cases.values import written_values
from cases.work import DraftRequest
from integrations.models.local.answering.answerer import Answer, Answerer
from integrations.models.local.encoders import Encoders
from integrations.models.local.salient_text import salient_text

QUOTES_ONLY = "local-quotes"
"""The drafter that says nothing but what it can quote."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


class LocalDrafter:
    """Fills templates under any of the policies handed in."""

    def __init__(self, policies: Mapping[str, Policy], encoders: Encoders) -> None:
        self._policies = policies
        self._encoders = encoders
        self._answerers: dict[tuple[str, Locale], Answerer] = {}

    def draft(self, request: DraftRequest) -> Draft:
        """A reply with its proofs, and why what it quotes does not answer the question, where it does not.

        Takes processor time. Raises ContentFailure where there is nothing to say, and PermanentFailure for a template
        that cannot be filled.
        """
        policy = self._policies[request.policy_version]
        rules = policy.document.local.drafting
        wording = policy.wording(request.locale)
        answer = self._answer(request, policy) if _quotes(request, wording) else NOTHING
        given = _Given(
            request=request,
            quote=answer.quote,
            passages=_first(answer.passage, request.facts.passages),
            customer_name=_first_name(request, policy.document.records.told_from),
        )
        text = _composed(wording, given, rules)
        sources = sources_of(request.facts, request.actions)
        return Draft(
            reply=CustomerText(text=text),
            claims=_claims(text, given.quote, sources),
            locale=request.locale,
            unanswered=answer.unanswered,
        )

    def _answer(self, request: DraftRequest, policy: Policy) -> Answer:
        key = (request.policy_version, request.locale[:2])
        if key not in self._answerers:
            pack = policy.document.language_packs.get(key[1], LanguagePack())
            self._answerers[key] = Answerer(pack, key[1], self._encoders, policy.document.goods.get(key[1], ()))
        asked = salient_text(request.text)
        return self._answerers[key].answer(asked, request.facts.passages, policy.document.local.drafting)


NOTHING = Answer(quote="", passage=None, unanswered=None)
"""What is quoted where nothing is to be."""


def _quotes(request: DraftRequest, wording: Wording) -> bool:
    """Whether any part of the reply quotes an article, where one was found."""
    if not request.facts.passages:
        return False
    told = [intent for intent in request.intents if intent not in request.open_intents]
    if not told:
        return False
    templates = [wording.replies[intent] for intent in told if intent in wording.replies]
    return request.model == QUOTES_ONLY or any("quote" in names_in(template) for template in templates)


def _first(quoted: Passage | None, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages with the quoted one first; none where nothing can be quoted, because then none may be named."""
    return (quoted, *(passage for passage in passages if passage is not quoted)) if quoted is not None else ()


class _Given(NamedTuple):
    """What a reply is made of."""

    request: DraftRequest
    quote: str
    passages: tuple[Passage, ...]
    customer_name: str


def _composed(wording: Wording, given: _Given, rules: DraftingRules) -> str:
    request = given.request
    sections = [_section(wording, given, intent) for intent in request.intents]
    questions = [_filled(wording.question(detail, _kind(request)), given) for detail in request.questions]
    asked = [_filled(wording.partly, given), *questions] if questions else []
    body = [*dict.fromkeys(sections), *asked]
    if request.channel in rules.spoken:
        return " ".join(body)
    greeting, closing = (_filled(part, given) for part in (wording.greeting, wording.closing))
    return "\n\n".join(part for part in (greeting, *body, closing) if part)


def _section(wording: Wording, given: _Given, intent: IntentName) -> str:
    request = given.request
    if intent in request.open_intents:
        return _filled(wording.holding, given)
    if request.model == QUOTES_ONLY and given.quote and not request.actions:
        return given.quote
    if intent not in wording.replies:
        raise ContentFailure(f"the wording has no reply for {intent} in {request.locale}")
    section = _filled(wording.replies[intent], given, intent)
    if not section:
        raise ContentFailure(f"nothing was found to say about {intent}")
    return section


def _filled(template: str, given: _Given, intent: IntentName | None = None) -> str:
    request, facts = given.request, given.request.facts
    confirming = request.confirming if intent is None else None
    action = next((action for action in request.actions if action.intent == intent), None)
    try:
        rendered = wording_template(template).render(
            customer_name=given.customer_name,
            account=facts.account,
            orders=facts.orders,
            order=facts.orders[0] if facts.orders else None,
            payments=facts.payments,
            payment=_payment(facts.payments, action),
            subscription=facts.subscription,
            actions=request.actions,
            action=confirming.action if confirming else action,
            order_id=confirming.order_id if confirming else None,
            passages=given.passages,
            quote=given.quote,
            channel=request.channel,
            today=datetime.now(UTC).date(),
            not_found=request.not_found,
        )
    except TemplateError as error:
        where = f"wording.{request.locale}.replies.{intent}" if intent else f"wording.{request.locale}"
        raise PermanentFailure(f"the template {where} cannot be filled: {error}") from error
    return "\n".join(" ".join(line.split()) for line in rendered.strip().splitlines())


def _kind(request: DraftRequest) -> ActionKind | None:
    return request.confirming.action.kind if request.confirming else None


def _first_name(request: DraftRequest, told_from: IdentityStrength) -> str:
    """What the customer is called: the account's name only where the sender is known to own the account."""
    account = request.facts.account
    known = account.name if account and request.facts.identity.at_least(told_from) else None
    return request.customer.first_name or Customer(name=known).first_name


def _payment(payments: Sequence[Payment], action: ProposedAction | None) -> Payment | None:
    """The payment the action is about, or else the first."""
    if action is not None and isinstance(action.arguments, Refund):
        wanted = action.arguments.payment_id
        return next((payment for payment in payments if payment.id == wanted), None)
    return payments[0] if payments else None


def _claims(text: str, quote: str, sources: Sequence[Source]) -> tuple[Claim, ...]:
    """For each sentence that says something checkable, the words of a source that prove it."""
    claims: list[Claim] = []
    for sentence in filter(None, (part.strip() for part in _SENTENCES.split(text))):
        for source in sources:
            proof = _proof(sentence, quote, source)
            if proof:
                claims.append(Claim(statement=sentence, source_id=source.id, quote=proof))
                break
    return tuple(claims)


def _proof(sentence: str, quote: str, source: Source) -> str | None:
    if sentence in quote and sentence in " ".join(source.text.split()):
        return sentence
    values = written_values(sentence)
    if not values or not all(value in source.text for value in values):
        return None
    return next(part for part in source.text.split(", ") if values[0] in part) if ", " in source.text else values[0]
