"""How people work at the desk, as a policy's owner writes it: no case carries it, the desk looks it up by version."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator

from cases.action import ActionKind
from cases.policy.duration import Duration
from cases.policy.rulebook import Share
from cases.reason import ReasonCode
from cases.record import Record

LONGEST_UNDO = timedelta(minutes=1)
"""As long as a decision may be held back (`undo_seconds` in `cases/review.py`)."""

ABOUT_WORDS = (
    ReasonCode.AMBIGUOUS,
    ReasonCode.ASKED_AGAIN,
    ReasonCode.CHECK_FAILED,
    ReasonCode.DRAFT_EMPTY,
    ReasonCode.DRAFT_TOO_LONG,
    ReasonCode.FORBIDDEN_WORDS,
    ReasonCode.NOTHING_QUOTED,
    ReasonCode.OTHER_LANGUAGE,
    ReasonCode.PROMISE_WITHOUT_ACTION,
    ReasonCode.QUOTE_NOT_IN_SOURCE,
    ReasonCode.UNANSWERED,
    ReasonCode.UNPROVEN_VALUE,
    ReasonCode.WEAK_ANSWER,
    ReasonCode.WEAK_SOURCES,
)
"""Reasons about the words of a draft. None of them is about money, an account, an identity, the law or an angry
customer: those are read one by one."""


class GrowthRules(Record):
    """When the queue says that more and more of the cases need a person."""

    latest: Duration = timedelta(days=1)
    before: Duration = timedelta(days=7)
    """What `latest` is compared with: the week before it has every weekday once."""
    fewest_cases: Annotated[int, Field(ge=1)] = 20
    """With fewer cases in either window a share says nothing."""
    least_growth: Share = 0.05
    """Of all cases; less is not worth a lead's attention."""
    least_sigmas: Annotated[float, Field(ge=0)] = 2.0
    """How far outside of chance the growth must be, in standard errors; 2 is one in forty by chance alone."""

    @field_validator("latest", "before")
    @classmethod
    def _some_time(cls, window: timedelta) -> timedelta:
        if window <= timedelta(0):
            raise ValueError("in no time no case is opened; write a longer one, such as 1d")
        return window


class DeskRules(Record):
    """What people may do at the desk, and what it tells them by itself."""

    undo: Duration = timedelta(seconds=10)
    """How long a decision made at the desk can be taken back before anything is done; 0s: not at all."""
    low_risk: tuple[ReasonCode, ...] = ABOUT_WORDS
    """Reasons for which several cases may be rejected or reassigned together, where nothing but a reply is at stake."""
    agents_approve: tuple[ActionKind, ...] = (ActionKind.REFUND,)
    """What agents may approve besides a reply, money up to their own limits; reviewers and leads approve the rest."""
    growth: GrowthRules = GrowthRules()

    @field_validator("undo")
    @classmethod
    def _short_enough(cls, undo: timedelta) -> timedelta:
        if not timedelta(0) <= undo <= LONGEST_UNDO or undo.microseconds:
            raise ValueError("it is held back for whole seconds, at most a minute; write 0s to 60s")
        return undo
