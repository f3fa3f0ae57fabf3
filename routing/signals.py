"""The signals: what routing may look at, gathered from all that is known of a case."""

from cases.classification import Classification, IntentName
from cases.facts import Facts, LookupKind, Tier
from cases.policy.rulebook import Detail, Rulebook
from cases.reason import Reason, ReasonCode
from cases.route import GuardFinding, Signals
from cases.ticket import Ticket, Writer
from routing.attachments import unread_and_needed
from routing.messages import reason
from routing.named_records import not_found
from routing.needs import missing_details, rules_of
from routing.writers import identity_of_who_asks


def gather_signals(
    rulebook: Rulebook,
    *,
    ticket: Ticket,
    others: tuple[Writer, ...],
    classification: Classification,
    intents: tuple[IntentName, ...],
    facts: Facts,
    findings: tuple[GuardFinding, ...],
    repeat_contact: bool,
    forwarded_from: Writer | None = None,
) -> Signals:
    """Put together what the routing rules look at.

    `ticket` is what is still to be read of it; `others` have written in it and are not its customer.
    """
    needed = tools_needed(rulebook, intents)
    return Signals(
        tenant=ticket.tenant,
        locale=classification.language,
        channel=ticket.channel,
        tier=facts.account.tier if facts.account else Tier.STANDARD,
        intents=intents,
        confidence=classification.confidence,
        priority=classification.priority,
        tone=classification.tone,
        escalation_required=classification.escalation_required,
        contradictions=classification.contradictions,
        prompt_words=len(ticket.customer_text.split()),
        tools_needed=needed,
        retrieval_confidence=facts.retrieval_confidence,
        identity=identity_of_who_asks(rulebook, facts, others, forwarded_from),
        findings=findings,
        missing_details=details_to_ask(rulebook, intents, classification, facts),
        not_found=tuple(reference.written for reference in not_found(classification.entities, facts)),
        failed_lookups=tuple(failure.kind for failure in facts.failures if failure.kind in needed),
        repeat_contact=repeat_contact,
        unread=unread_and_needed(rulebook, intents, facts),
    )


def tools_needed(rulebook: Rulebook, intents: tuple[IntentName, ...]) -> tuple[LookupKind, ...]:
    """The systems of record these intents need; whatever needs a record needs its customer too."""
    kinds = dict.fromkeys(kind for rules in rules_of(rulebook, intents) for kind in rules.lookups)
    return tuple(dict.fromkeys((LookupKind.CUSTOMER, *kinds))) if kinds else ()


def details_to_ask(
    rulebook: Rulebook, intents: tuple[IntentName, ...], classification: Classification, facts: Facts
) -> tuple[Detail, ...]:
    """What the customer must tell us, over all intents, once each."""
    return tuple(
        dict.fromkeys(
            detail for intent in intents for detail in missing_details(rulebook, intent, classification.entities, facts)
        )
    )


def said_enough(rulebook: Rulebook, ticket: Ticket) -> Reason | None:
    """Why a customer is not asked for "a sentence": so much was written that a person should read it."""
    words, limit = len(ticket.customer_text.split()), rulebook.thresholds.clarify_words
    return reason(ReasonCode.WORDY_AND_UNCLEAR, words=words, limit=limit) if words > limit else None


def says_too_little(rulebook: Rulebook, why_not: Reason, ticket: Ticket) -> bool:
    """Whether the customer is asked what they mean before a person has to guess: "Yes", and nothing was asked."""
    bare = len(ticket.customer_text.split()) <= rulebook.thresholds.short_answer_words
    return why_not.code is ReasonCode.UNKNOWN_INTENT and bare and not ticket.attachments


def can_be_served(rulebook: Rulebook, intent: IntentName, classification: Classification, facts: Facts) -> bool:
    """Whether nothing stands in the way of this one intent: no detail, no failed look-up, no missing article."""
    rules = rulebook.intents[intent]
    failed = {failure.kind for failure in facts.failures}
    if failed & set(tools_needed(rulebook, (intent,))):
        return False
    if missing_details(rulebook, intent, classification.entities, facts):
        return False
    return not rules.needs_sources or facts.retrieval_confidence >= rulebook.thresholds.retrieval_confidence
