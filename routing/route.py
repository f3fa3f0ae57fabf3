"""The route: which way a ticket goes, decided by rules alone and with its reason, before any draft is asked for."""

from collections.abc import Callable

from cases.classification import OTHER, Priority
from cases.policy.rulebook import Detail, Rulebook
from cases.reason import Reason, ReasonCode
from cases.route import GuardFinding, Route, RouteName, SafetyFlag, Signals
from routing.messages import reason
from routing.needs import rules_of

Rule = Callable[[Rulebook, Signals], Reason | None]


def choose_route(rulebook: Rulebook, signals: Signals) -> Route:
    """The first rule that trips decides; a ticket that trips none is routine."""
    for name, rules in ROUTES:
        for rule in rules:
            tripped = rule(rulebook, signals)
            if tripped is not None:
                return Route(name=name, reason=tripped)
    return Route(name=RouteName.ROUTINE, reason=reason(ReasonCode.SINGLE_CLEAR_INTENT, intent=signals.intents[0]))


def danger(findings: tuple[GuardFinding, ...]) -> Reason | None:
    """What the guard found that goes straight to a person, before any model sees it."""
    for finding in findings:
        if finding.flag is SafetyFlag.CRITICAL_WORDS:
            return reason(ReasonCode.CRITICAL_WORDS, heading=finding.heading, words=finding.words)
    return None


def _critical_words(_: Rulebook, signals: Signals) -> Reason | None:
    return danger(signals.findings)


def _asked_for_a_person(_: Rulebook, signals: Signals) -> Reason | None:
    if not signals.escalation_required:
        return None
    return reason(ReasonCode.ESCALATION_FLAG, why=f"{signals.tone} customer, {signals.priority} priority")


def _always_human(rulebook: Rulebook, signals: Signals) -> Reason | None:
    for intent, rules in zip(signals.intents, rules_of(rulebook, signals.intents), strict=True):
        if intent == OTHER:
            return reason(ReasonCode.UNKNOWN_INTENT)
        if rules.always_human is not None:
            return reason(rules.always_human, intent=intent, what=intent)
    return None


def _unread_file(_: Rulebook, signals: Signals) -> Reason | None:
    return signals.unread


def _unsure_of_something_urgent(rulebook: Rulebook, signals: Signals) -> Reason | None:
    threshold = rulebook.thresholds.high_priority_confidence
    if signals.priority is not Priority.HIGH or signals.confidence >= threshold:
        return None
    return reason(ReasonCode.HIGH_PRIORITY_UNSURE, measured=f"{signals.confidence:.2f}", threshold=f"{threshold:.2f}")


def _lookup_failed(_: Rulebook, signals: Signals) -> Reason | None:
    if not signals.failed_lookups:
        return None
    return reason(ReasonCode.LOOKUP_FAILED, lookups=", ".join(signals.failed_lookups))


def _reference_not_found(_: Rulebook, signals: Signals) -> Reason | None:
    if Detail.ORDER not in signals.missing_details or not signals.not_found:
        return None
    return reason(ReasonCode.REFERENCE_NOT_FOUND, reference=", ".join(signals.not_found))


def _detail_missing(_: Rulebook, signals: Signals) -> Reason | None:
    if not signals.missing_details:
        return None
    return reason(ReasonCode.DETAIL_MISSING, details=", ".join(signals.missing_details))


def _weak_sources(rulebook: Rulebook, signals: Signals) -> Reason | None:
    threshold = rulebook.thresholds.retrieval_confidence
    needed = any(rules.needs_sources for rules in rules_of(rulebook, signals.intents))
    if not needed or signals.retrieval_confidence >= threshold:
        return None
    return reason(ReasonCode.WEAK_SOURCES, measured=f"{signals.retrieval_confidence:.2f}", threshold=f"{threshold:.2f}")


def _several_intents(_: Rulebook, signals: Signals) -> Reason | None:
    if len(signals.intents) == 1:
        return None
    return reason(ReasonCode.SEVERAL_INTENTS, count=len(signals.intents), intents=", ".join(signals.intents))


def _contradiction(_: Rulebook, signals: Signals) -> Reason | None:
    return reason(ReasonCode.CONTRADICTION, what=signals.contradictions[0]) if signals.contradictions else None


def _long_message(rulebook: Rulebook, signals: Signals) -> Reason | None:
    limit = rulebook.thresholds.long_message_words
    if signals.prompt_words <= limit:
        return None
    return reason(ReasonCode.LONG_MESSAGE, words=signals.prompt_words, limit=limit)


def _several_systems(rulebook: Rulebook, signals: Signals) -> Reason | None:
    if len(signals.tools_needed) < rulebook.thresholds.several_systems:
        return None
    return reason(ReasonCode.SEVERAL_SYSTEMS, count=len(signals.tools_needed), systems=", ".join(signals.tools_needed))


def _repeat_contact(_: Rulebook, signals: Signals) -> Reason | None:
    return reason(ReasonCode.REPEAT_CONTACT) if signals.repeat_contact else None


ROUTES: tuple[tuple[RouteName, tuple[Rule, ...]], ...] = (
    (RouteName.HUMAN, (_critical_words, _asked_for_a_person, _always_human, _unread_file, _unsure_of_something_urgent)),
    (RouteName.FALLBACK, (_lookup_failed, _reference_not_found, _detail_missing, _weak_sources)),
    (RouteName.MESSY, (_several_intents, _contradiction, _long_message, _several_systems, _repeat_contact)),
)
"""The rules in the order they are tried: safety first, then what is missing, then what is hard."""
