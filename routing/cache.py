"""The guardrails of the semantic cache: who may ask it, when two questions have one answer, and what may be kept.

Nearness alone is unsafe: "cancel it" and "do not cancel it" are neighbours, and so are two amounts.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from cases.action import ProposedAction
from cases.case import CaseView
from cases.classification import Entities, IntentName
from cases.outcome import OutcomeKind, Stage
from cases.policy.cache import CacheLanguage
from cases.policy.document import EntityPatterns
from cases.policy.packs.values import ValueWords
from cases.policy.rulebook import Detail, Risk, Rulebook
from cases.reason import ReasonCode
from cases.route import RouteName
from cases.ticket import Ticket
from routing.checks import values_in
from routing.entities import extract_entities
from routing.normal_text import normal

_WORD = re.compile(r"[^\W\d_][\w'-]*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n]|^\W+)\s*$")


def cacheable_intent(
    rulebook: Rulebook,
    *,
    ticket: Ticket,
    route: RouteName,
    intents: tuple[IntentName, ...],
    questions: tuple[Detail, ...],
    actions: tuple[ProposedAction, ...],
    entities: Entities,
    repeat_contact: bool,
) -> IntentName | None:
    """The one intent that an earlier answer may be asked for, or None: then the cache hears nothing of the ticket."""
    scope = rulebook.cache
    if scope is None or route is not RouteName.ROUTINE or len(intents) != 1 or repeat_contact:
        return None
    if questions or actions or not _is_one_plain_question(ticket, scope.characters) or _names_something_owned(entities):
        return None
    intent = intents[0]
    return intent if intent in scope.intents and _is_the_same_for_everybody(rulebook, intent) else None


def _is_one_plain_question(ticket: Ticket, characters: int) -> bool:
    written = ticket.customer_messages
    alone = len(written) == len(ticket.messages) == 1 and not ticket.attachments
    return alone and len(ticket.customer_text) <= characters


def _names_something_owned(entities: Entities) -> bool:
    return bool(entities.named or entities.emails or entities.address or entities.addresses)


def _is_the_same_for_everybody(rulebook: Rulebook, intent: IntentName) -> bool:
    """What the policy is checked for when it is read, looked at once more where it matters."""
    rules = rulebook.intents[intent]
    needs_more = rules.details or rules.lookups or rules.action or rules.review or rules.always_human
    return not needs_more and rules.risk is Risk.LOW and rules.second_opinion is None


def may_be_kept(view: CaseView) -> bool:
    """Whether an answer went out as it was drafted, proven, and with no person's word in it."""
    asked, outcome, draft = view.recall, view.outcome, view.draft
    if asked is None or asked.same_as is not None or outcome is None or draft is None:
        return False
    articles = {passage.id for passage in view.facts.passages}
    return (
        view.stage is Stage.FOLLOW_UP
        # Whose names must not stand in it was known of the last requester.
        and view.requester_changed_at is None
        and outcome.kind is OutcomeKind.RESOLVED
        and not (view.decisions or view.results or draft.promises_a_colleague)
        and len(view.replies) == 1
        and view.replies[0].text == draft.reply
        and all(claim.source_id in articles for claim in draft.claims)
    )


def is_doubted(view: CaseView) -> bool:
    """Whether the customer came back: then what we said is no answer for anybody else."""
    reopened = view.outcome is not None and view.outcome.reason.code is ReasonCode.REOPENED
    return view.repeat_contact or reopened


def difference(rules: CacheLanguage, patterns: EntityPatterns, asked: str, kept: str) -> str | None:
    """What keeps two questions from having one answer, in a word that a person reads; None where nothing does."""
    one, other = normal(asked), normal(kept)
    guards = (
        ("entities", _named(patterns, one) == _named(patterns, other)),
        ("numbers", Counter(values_in(one)) == Counter(values_in(other))),
        ("negation", negations(rules, one) == negations(rules, other)),
        ("telling words", _matches(rules.telling, one) == _matches(rules.telling, other)),
        ("names", names_agree(one, other)),
    )
    return next((guard for guard, agrees in guards if not agrees), None)


def negations(rules: CacheLanguage, text: str) -> int:
    """How often a text says no."""
    return sum(_matches(rules.negations, text).values())


def names_agree(one: str, other: str) -> bool:
    """Whether each word with a capital inside a sentence, as names have, is also in the other text.

    In German that is every noun: two questions there must name the same things.
    """
    return _capitalised(one) <= _words(other) and _capitalised(other) <= _words(one)


def _named(patterns: EntityPatterns, text: str) -> tuple[Entities, frozenset[str]]:
    words = _words(text)
    plans = frozenset(plan for plan in patterns.plans if plan.casefold() in words)
    found = extract_entities(text, patterns, ValueWords())
    unordered = {
        "order_ids": sorted(found.order_ids),
        "references": sorted(found.references, key=lambda reference: reference.written.casefold()),
        "emails": sorted(found.emails),
        "amounts": sorted(found.amounts, key=str),
        "asked_money": sorted(found.asked_money, key=str),
        "dates": sorted(found.dates),
    }
    return found.model_copy(update=unordered), plans


def _matches(patterns: Iterable[str], text: str) -> Counter[str]:
    return Counter(match[0].casefold() for pattern in patterns for match in _compiled(pattern).finditer(text))


def _words(text: str) -> set[str]:
    return {match[0].casefold() for match in _WORD.finditer(text)}


def _capitalised(text: str) -> set[str]:
    return {
        match[0].casefold()
        for match in _WORD.finditer(text)
        if match[0][0].isupper() and len(match[0]) > 1 and not _SENTENCE_START.search(text[: match.start()])
    }


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
