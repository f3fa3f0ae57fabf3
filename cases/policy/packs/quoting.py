"""How sentences hang together in a language, and what a question and its answer are about: for quoting articles."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from cases.record import Record


class AnswerType(StrEnum):
    """What a question wants to be told."""

    DURATION = "duration"
    MONEY = "money"
    COUNT = "count"
    TIME = "time"
    PLACE = "place"
    TEMPERATURE = "temperature"
    CONTACT = "contact"


class QuotingWords(Record):
    """Words that tell whether a sentence of an article answers a question, and whether it can stand alone.

    Words are compared by their stems, so one form of each is enough.
    """

    dependents: tuple[str, ...] = ()
    """How a sentence begins that says nothing without the one before it: "otherwise", "in that case", "it"."""
    additions: tuple[str, ...] = ()
    """Words anywhere in a sentence that add it to the one before it: "also", "too"."""
    limits: tuple[str, ...] = ()
    """How a sentence begins that limits the one before it: "but", "however", "except"."""
    negators: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    """Words that put another thing beside one: "neither cheques nor cash" also speaks of cash alone."""
    light: tuple[str, ...] = ()
    """Words that name nothing an article must mention: articles, pronouns, auxiliary and everyday verbs, courtesy."""
    same: tuple[tuple[str, ...], ...] = ()
    """Words and phrases that mean the same to a customer of a shop."""
    goods: tuple[str, ...] = ()
    """Words by which an article speaks of goods in general, in each form that does: "gear", "items", "each product".
    With a word before them that does not limit them: "unused gear" is what anybody has who may send it back."""
    goods_pointed_at: tuple[str, ...] = ()
    """Words before one of those that make it certain goods, told of before: "the item", "your gear"."""
    apart: tuple[str, ...] = ()
    """Names that people write in small letters and that no article means if it does not say them."""
    places: dict[str, tuple[str, ...]] = {}
    """Other names of countries and currencies, and what people and things from there are called, by ISO code."""
    beyond_before: tuple[str, ...] = ()
    """Words before a number that mean more than it: "after 30 days", "more than 3 cards"."""
    beyond_after: tuple[str, ...] = ()
    """Words after a number and its unit that do so: "30 günden sonra"."""
    capitals_name: bool = True
    """Whether a word with a capital inside a sentence is a name; in German every noun has one."""
    dotted_ordinals: bool = True
    """Whether "3." may be "third", as in German: then it ends no sentence."""
    longest_ending: Annotated[int, Field(ge=0, le=12)] = 0
    """How many letters endings add to a word in a language that piles them up; 0 where a stemmer is enough."""
    asks_whether: tuple[str, ...] = ()
    """How a question begins, or what it holds, that is answered by yes or no."""
    asks: dict[AnswerType, tuple[str, ...]] = {}
    """Words of a question that want this to be told."""
    tells: dict[AnswerType, tuple[str, ...]] = {}
    """Words of a sentence that tells it, beside the figures and addresses that every language writes alike."""
