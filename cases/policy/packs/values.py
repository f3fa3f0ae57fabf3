"""How amounts, shares, dates and addresses are written in a language."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints

from cases.record import Record

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""Words as they are written; `…` stands for up to four words, and `*` at the end of a word for any ending."""

ShareOfAll = Annotated[str, StringConstraints(pattern=r"^[1-9]\d?/[1-9]\d?$")]
"""A share as a fraction: `1/3`."""


class ValueWords(Record):
    """The words around amounts, shares, references, and old and new values.

    Numbers, units and months are read by `routing/figures.py`, for every language at once.
    """

    money_back: tuple[Phrase, ...] = ()
    """Words of a sentence that asks for money back."""
    amount_before: tuple[Phrase, ...] = ()
    """After one of these a number without a currency is an amount: `refund me 10`."""
    amount_perhaps: tuple[Phrase, ...] = ()
    """After one of these it may be one: `only 10`."""
    amount_after: tuple[Phrase, ...] = ()
    """Before one of these a number without a currency is an amount: `10 back`."""
    amount_followers: tuple[Phrase, ...] = ()
    """What may follow a number that stands after one of `amount_before`; any other word is what it counts."""
    shares: dict[Phrase, ShareOfAll] = {}
    """Shares in words."""
    parts: tuple[Phrase, ...] = ()
    """Words for a part whose size they do not tell."""
    whole: tuple[Phrase, ...] = ()
    """Words for all of it."""
    each: tuple[Phrase, ...] = ()
    """Words that make an amount one of several, or no amount that is asked for: `each`, `discount`."""

    reference_before: tuple[Phrase, ...] = ()
    """Words before the number of a record: `order number`."""
    reference_after: tuple[Phrase, ...] = ()
    """Words after it: `numaralı`."""
    order_nouns: tuple[Phrase, ...] = ()
    """Words that are followed by an order's number, but mostly by something else: `order`."""
    number_words: tuple[Phrase, ...] = ()
    """What may stand between such a word and the number: `no`, `is`."""
    other_numbers: tuple[Phrase, ...] = ()
    """Words before a number that is no reference to a record: a telephone, a postcode, a size."""

    old: tuple[Phrase, ...] = ()
    """Words that call the value after them the old one, wherever they stand before it."""
    new: tuple[Phrase, ...] = ()
    old_before: tuple[Phrase, ...] = ()
    """Words that do so directly before it: `from`."""
    new_before: tuple[Phrase, ...] = ()
    old_after: tuple[Phrase, ...] = ()
    """Words that do so directly after it: `yerine`."""
    new_after: tuple[Phrase, ...] = ()
    between: tuple[Phrase, ...] = ()
    """What may stand between such a word and the value: `the address`."""
    denials: tuple[Phrase, ...] = ()
    """Words that turn a new value into an old one: `do not send it to`."""
    denials_after: tuple[Phrase, ...] = ()
    """The same directly after the value, in languages that deny at the end of the verb."""
    clause_ends: tuple[Phrase, ...] = ()
    """Words at which a denial ends: `but`."""
    contacts: tuple[Phrase, ...] = ()
    """Words that end an address, because a telephone number or the like follows."""
    address_ends: tuple[Phrase, ...] = ()
    """Words that end an address when they are written exactly so: the sentence goes on."""

    @classmethod
    def united(cls, packs: Iterable["ValueWords"]) -> "ValueWords":
        """The words of several languages as those of one: customers mix them, and a language can be misread."""
        rows = [pack.model_dump() for pack in packs]
        lists = {
            name: tuple(dict.fromkeys(phrase for row in rows for phrase in row[name]))
            for name in cls.model_fields
            if name != "shares"
        }
        return cls.model_validate({**lists, "shares": {k: v for row in rows for k, v in row["shares"].items()}})
