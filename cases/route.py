"""Which way a ticket goes, and the signals that decided it."""

from enum import StrEnum

from cases.classification import IntentName, Priority, Tone
from cases.facts import IdentityStrength, LookupKind, Tier
from cases.reason import Reason
from cases.record import Record
from cases.ticket import Channel, Locale, Slug


class RouteName(StrEnum):
    """The four ways."""

    ROUTINE = "routine"
    MESSY = "messy"
    FALLBACK = "fallback"
    HUMAN = "human"


class Route(Record):
    """The way a ticket goes, and why in one sentence."""

    name: RouteName
    reason: Reason


class SafetyFlag(StrEnum):
    """What the guard found in the text, before any model read it."""

    CRITICAL_WORDS = "critical_words"
    INSTRUCTIONS_IN_TEXT = "instructions_in_text"
    HIDDEN_TEXT = "hidden_text"
    """Words that no reader sees and that look like instructions."""


class GuardFinding(Record):
    """One thing the guard found: which flag, under which of the policy's headings, and the words themselves."""

    flag: SafetyFlag
    heading: str
    words: str


class Signals(Record):
    """All that routing may look at."""

    tenant: Slug
    locale: Locale
    channel: Channel
    tier: Tier
    intents: tuple[IntentName, ...]
    confidence: float
    priority: Priority
    tone: Tone
    escalation_required: bool
    contradictions: tuple[str, ...]
    prompt_words: int
    tools_needed: tuple[LookupKind, ...]
    retrieval_confidence: float
    identity: IdentityStrength
    findings: tuple[GuardFinding, ...]
    missing_details: tuple[str, ...]
    not_found: tuple[str, ...] = ()
    """The references that were named and match no record of this customer, as written."""
    failed_lookups: tuple[LookupKind, ...]
    repeat_contact: bool
    unread: Reason | None = None
    """Why a file that belongs to one of the intents has not been read."""
