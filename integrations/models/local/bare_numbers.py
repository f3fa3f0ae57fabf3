"""Bare numbers: "where is W10023?" says what it is about only to whoever knows that W10023 is an order."""

import re
from collections.abc import Collection

from cases.policy.packs.values import ValueWords
from cases.policy.phrases import any_of

_SENTENCES = re.compile(r"[^.!?…\n]+[.!?…\n]*")


def called_orders(text: str, order_ids: Collection[str], words: ValueWords, few_words: int) -> str:
    """The text with its language's first noun for orders before each order number in a sentence of few words.

    What names orders anyhow is left as it is, and so is what says enough without.
    """
    nouns = words.order_nouns
    if not nouns or not order_ids or any_of(nouns).search(text):
        return text
    number = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, order_ids))})(?!\w)", re.IGNORECASE)

    def called(sentence: re.Match[str]) -> str:
        if len(sentence[0].split()) > few_words:
            return sentence[0]
        return number.sub(lambda found: f"{nouns[0]} {found[0]}", sentence[0])

    return _SENTENCES.sub(called, text)
