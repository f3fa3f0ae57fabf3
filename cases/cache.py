"""The semantic cache: answers that went out once, and for which later questions they may go out again."""

from pydantic import AwareDatetime

from cases.classification import IntentName
from cases.draft import Claim, Draft
from cases.facts import Passage, Tier
from cases.ladder import Attempt
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Channel, Customer, Locale, Slug

CACHE = "cache"
"""What stands for a model in the record of a call that the cache answered, or was asked for in vain."""


class CacheKey(Record):
    """All that must be equal before two questions are compared at all."""

    tenant: Slug
    policy_version: str
    intent: IntentName
    locale: Locale
    channel: Channel
    tier: Tier
    """An answer may say what holds for this kind of customer."""
    labels: tuple[str, ...] = ()
    """What the guard found, in alphabetical order."""
    revision: str
    """Of all articles that can answer the intent: an edited, new or removed one makes another."""


class Recall(Record):
    """That the cache was asked, under which key, and whose answer came of it."""

    key: CacheKey
    same_as: str | None = None
    """The case whose answer was given again."""
    similarity: float | None = None
    """The cosine of both questions."""


class RecallRequest(Record):
    """Ask for an earlier answer to a question."""

    case_id: str
    tenant: Slug
    policy_version: str
    route: RouteName
    intent: IntentName
    locale: Locale
    channel: Channel
    tier: Tier
    labels: tuple[str, ...]
    customer: Customer
    text: str
    names: tuple[str, ...]
    """What the customer is called: no part of the question."""
    passages: tuple[Passage, ...]
    """What a draft would be written from: the earlier answer must be proven by it too."""
    articles: tuple[str, ...]
    """The articles that can answer the intent; without any, all."""


class RecallReport(Record):
    """An earlier answer in the form of a draft, or none. Without `recall`, nothing may be kept either."""

    attempt: Attempt
    recall: Recall | None = None
    draft: Draft | None = None


class KeptAnswer(Record):
    """An answer as it is kept: without the greeting, which belongs to one customer."""

    case_id: str
    """The case it was written for."""
    key: CacheKey
    question: str
    body: str
    greeted: bool
    """Whether it began with a greeting: then the next customer gets their own."""
    claims: tuple[Claim, ...] = ()
    written_by: str = ""
    articles: tuple[str, ...] = ()
    """The articles it was written from."""
    kept_at: AwareDatetime
    expires_at: AwareDatetime
    hits: int = 0
    last_hit_at: AwareDatetime | None = None


class NearAnswer(Record):
    """A kept answer, and how near its question is to the one asked."""

    answer: KeptAnswer
    similarity: float
