"""What can be read off a conversation without a model: dangers, named things, and the texts a pattern settles."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from cases.classification import Classification, Entities, IntentGuess
from cases.courtesy import Courtesy
from cases.policy.document import PolicyDocument
from cases.policy.packs.courtesy import CourtesyWords
from cases.short_answer import ShortAnswer
from cases.ticket import Locale, Message, Ticket, TicketId
from cases.work import Confirming, NewestMessage, Reading, ReadRequest
from routing.courtesy import courtesy_of
from routing.entities import extract_entities, shown_entities
from routing.forwards import forwarded_from
from routing.guard import inspect
from routing.normal_text import normal
from routing.request_evidence import evidence_found
from routing.requests import Subject
from routing.reviewer_questions import answer_to_reviewer
from routing.short_answers import yes_or_no

BY_RULE_CONFIDENCE = 1.0
"""A pattern either settles a text or says nothing about it."""


def read_ticket(ticket: Ticket, policy: PolicyDocument, language: Locale) -> Reading:
    """Read the new words of all the customer wrote, said or showed, in a ticket that `parted` has split.

    `language` is what they were found to be written in.
    """
    entities, shown = Entities(), set(ticket.shown_parts)
    for part in ticket.customer_parts:
        read = (
            shown_entities(normal(part), policy.entities)
            if part in shown
            else extract_entities(normal(part), policy.entities, policy.value_words)
        )
        entities = entities.merged_with(read)
    theirs = ticket.customer_messages
    return Reading(
        language=language,
        parts={message.id: message.parts for message in theirs if message.parts},
        subject_kind=ticket.subject_kind,
        forwarded_from=forwarded_from(ticket, policy.language_packs.values()),
        findings=inspect(
            ticket.customer_text, policy.guard, "\n".join(message.hidden for message in theirs if message.hidden)
        ),
        entities=entities,
        by_rule=_settled_by_rule(ticket, policy, language, entities),
        courtesies=_courtesies(ticket, [pack.courtesy for pack in policy.language_packs.values()]),
    )


def newest_messages(written: Iterable[Message], read_before: Collection[TicketId]) -> tuple[NewestMessage, ...]:
    """What the customer wrote since we last wrote, oldest first; `read_before`: what had been read by then."""
    return tuple(
        NewestMessage(message_id=message.id, words=message.new_words)
        for message in written
        if message.id not in read_before
    )


def read_answer(reading: Reading, request: ReadRequest, policy: PolicyDocument) -> Reading:
    """The reading, with what the newest messages answer to the question that we asked last.

    A yes to a reviewer's question agrees to what stands in it.
    """
    if request.confirming is None and not request.question:
        return reading
    ticket = request.ticket.with_parts(reading.parts, reading.subject_kind)
    written = newest_messages(ticket.customer_messages, request.read_before)
    said = "\n".join(message.words for message in written)
    answer = yes_or_no(said, policy.language_packs, _subject_of(request.confirming))
    read: dict[str, object] = {"answer": answer}
    if request.question and written:
        read["reviewer_answer"] = answer_to_reviewer(policy, request.question, request.intents, written)
    if request.question and answer is ShortAnswer.YES:
        read["agreed"] = extract_entities(normal(request.question), policy.entities, policy.value_words)
    return reading.model_copy(update=read)


def _subject_of(confirming: Confirming | None) -> Subject | None:
    if confirming is None:
        return None
    reference = confirming.order_id or confirming.action.arguments.target
    return Subject(kind=confirming.action.kind, reference=reference)


def _courtesies(ticket: Ticket, words: Sequence[CourtesyWords]) -> dict[TicketId, Courtesy]:
    """A message that brings a file says more than hello."""
    found = {
        message.id: courtesy_of(message.new_words, ticket.customer, words)
        for message in ticket.customer_messages
        if not message.attachments
    }
    return {message_id: courtesy for message_id, courtesy in found.items() if courtesy is not None}


def _settled_by_rule(
    ticket: Ticket, policy: PolicyDocument, language: Locale, entities: Entities
) -> Classification | None:
    written = ticket.customer_messages
    if len(written) != 1 or ticket.files:
        return None
    text, subject = (" ".join(normal(part).split()) for part in (written[0].new_words, ticket.new_subject))
    for rule in policy.intent_patterns:
        pattern = _compiled(rule.pattern)
        if pattern.search(text) and (not subject or pattern.search(subject)):
            intent = policy.intents[rule.intent]
            read = Classification(
                category=intent.category,
                intents=(IntentGuess(name=rule.intent, confidence=BY_RULE_CONFIDENCE),),
                priority=intent.priority,
                team=intent.team,
                confidence=BY_RULE_CONFIDENCE,
                entities=entities,
                language=language,
                rationale=f"by rule: {rule.pattern}"[:200],
            )
            return evidence_found(policy, (rule.intent,), newest_messages(written, ())).put_into(read)
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
