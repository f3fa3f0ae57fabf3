"""What can be read off a conversation without a model: dangers, named things, and the texts a pattern settles."""

import re
from functools import lru_cache

from cases.classification import Classification, Entities, IntentGuess
from cases.policy.document import PolicyDocument
from cases.ticket import Locale, Ticket
from cases.work import Reading
from routing.entities import extract_entities
from routing.guard import inspect
from routing.normal_text import normal

BY_RULE_CONFIDENCE = 1.0
"""A pattern either settles a text or says nothing about it."""


def read_ticket(ticket: Ticket, policy: PolicyDocument, language: Locale) -> Reading:
    """Read all the customer wrote, said or showed; `language` is what it was found to be written in."""
    entities = Entities()
    for part in ticket.customer_parts:
        entities = entities.merged_with(extract_entities(normal(part), policy.entities))
    text = ticket.customer_text
    return Reading(
        language=language,
        findings=inspect(text, policy.guard),
        entities=entities,
        by_rule=_settled_by_rule(ticket, policy, language, entities),
    )


def _settled_by_rule(
    ticket: Ticket, policy: PolicyDocument, language: Locale, entities: Entities
) -> Classification | None:
    written = [message.text for message in ticket.customer_messages]
    if len(written) != 1 or ticket.files:
        return None
    text, subject = (" ".join(normal(part).split()) for part in (written[0], ticket.subject))
    for rule in policy.intent_patterns:
        pattern = _compiled(rule.pattern)
        if pattern.search(text) and (not subject or pattern.search(subject)):
            intent = policy.intents[rule.intent]
            return Classification(
                category=intent.category,
                intents=(IntentGuess(name=rule.intent, confidence=BY_RULE_CONFIDENCE),),
                priority=intent.priority,
                team=intent.team,
                confidence=BY_RULE_CONFIDENCE,
                entities=entities,
                language=language,
                rationale=f"by rule: {rule.pattern}"[:200],
            )
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
