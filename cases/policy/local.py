"""How the local models judge and write: the numbers that decide about a ticket, and none that belong to an encoder."""

from typing import Annotated

from pydantic import Field

from cases.policy.rulebook import Share
from cases.record import Record
from cases.ticket import Channel


class ReadingRules(Record):
    """When the whole of a text speaks for an intent, and when one of its clauses does."""

    strange_named_from: Share = 0.5
    """How sure a guess about a text like no example must be to keep its intent; below, the text is `other`. Either way
    nothing is done on its account."""
    clause_confidence: Share = 0.75
    """How sure a clause must be to speak for an intent that the whole text hints at."""
    lone_clause_confidence: Share = 0.9
    """How sure it must be where the whole text gives no hint: in a long story, single sentences mislead."""
    hint: Share = 0.05
    """The probability of an intent in the whole text that is a hint of it."""
    clauses: Annotated[int, Field(ge=4, le=50)] = 10
    """How many clauses are looked at one by one: the first ones and the last three say what is wanted."""
    clause_words: Annotated[int, Field(ge=2, le=20)] = 4
    """A clause shorter than this says too little to be judged by itself."""
    most_intents: Annotated[int, Field(ge=1, le=10)] = 3
    """How many intents a ticket can have; what is less sure is dropped."""
    few_examples: Annotated[int, Field(ge=0)] = 2_000
    """With no more English examples than this, E5 helps `local-ensemble` to read English. It learns 50 of them a second
    and adds 20 ms a clause; with 60 examples an intent it no longer helps."""


class ShoutingRules(Record):
    """When the way a text is written counts as anger."""

    letters: Annotated[int, Field(ge=1)] = 40
    """A text of no more letters than this is short enough to stand in capitals without meaning anything by it."""
    share_of_capitals: Share = 0.7
    exclamation_marks: Annotated[int, Field(ge=2, le=10)] = 3
    """So many in a row are shouting by themselves."""


class DraftingRules(Record):
    """When an article answers a question, how much of it is quoted, and where a reply is no letter."""

    answered_from: Share = 0.6
    """How sure it must be that the quoted sentences answer the question; below, a person has the draft.
    `python -m bench.answerability` measures what a threshold is worth."""
    quoted_units: Annotated[int, Field(ge=1, le=5)] = 2
    """How many sentences are quoted at most, each with those that it depends on."""
    next_best_share: Share = 0.6
    """A further one is quoted if it answers with at least this share of the best one's sureness."""
    spoken: tuple[Channel, ...] = (Channel.VOICE, Channel.CHAT, Channel.WHATSAPP)
    """Channels where a letter's greeting and closing would be odd."""


class LocalRules(Record):
    """What the models that run on this machine go by."""

    reading: ReadingRules = ReadingRules()
    shouting: ShoutingRules = ShoutingRules()
    drafting: DraftingRules = DraftingRules()
