"""Promises: what a reply says was done, or will be, sentence by sentence."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cases.action import ActionKind
from cases.draft import Source, SourceKind
from cases.policy.rulebook import DraftRules
from routing.figures import MONTH
from routing.normal_text import folded, normal

GAP_WORDS = 8
"""As many words may stand where a phrase of the policy has `…`: "we have … refunded" is also "we have now refunded"."""

_SENTENCES = re.compile(r"(?<=[.!?;])[ \t]+|\n+")
_GOES_ON = re.compile(
    rf"\b(?:bzw|ca|inkl|nr|zzgl)\.\s|(?<![\w.])\d{{1,2}}\.(?:\d{{1,2}}\.)?\s(?=(?-i:(?:{MONTH})\b|[^\W\d_A-ZÄÖÜÇĞİŞ]))",
    re.IGNORECASE,
)
"""A full stop that ends no sentence: of a short word, or of a day before its month or within a sentence."""
_CONTRACTIONS: Mapping[str, str] = {"'ve": " have", "'ll": " will", "'re": " are", "'m": " am", "n't": " not"}
_CONTRACTED = re.compile(rf"(?<=\w)(?:{'|'.join(_CONTRACTIONS)})(?!\w)")

_E_MAIL_ADDRESS = re.compile(r"\be-?mail address\b")
"""No parcel goes there: the same words are the promise of another action."""

_VALUES = re.compile(
    r"\s(?:(?:of|over|number|no\.|nr\.|nummer|über|von)\s)?[#€$£₺]?\s?\S*\d\S*(?:\s(?:eur|euros?|usd|try|tl|€|\$|₺))?(?=\s)"
)
"""What stands between the words of a promise and is none of them: "your order W10023 has been cancelled"."""


class Promise(NamedTuple):
    """An action that a reply says is done, or will be, and the sentence that says so."""

    kind: ActionKind
    sentence: str


def promises_in(rules: DraftRules, text: str, sources: Sequence[Source]) -> tuple[Promise, ...]:
    """What a text says is done, or will be.

    A sentence that stands in an article so promises nothing: it is quoted. Neither does one that reports what a record
    says, nor one about later that hangs on a condition.
    """
    articles = [folded(source.text) for source in sources if source.kind is SourceKind.ARTICLE]
    records = [source for source in sources if source.kind is not SourceKind.ARTICLE]
    own = {
        sentence: _readings(rules, sentence, records)
        for sentence in _sentences(text)
        if sentence.strip() and not _stands_in(articles, sentence)
    }
    kinds = dict.fromkeys([*rules.promise_words, *rules.later_words])
    return tuple(
        Promise(kind, sentence)
        for kind in kinds
        for sentence, readings in own.items()
        if any(_says(rules, kind, reading) for reading in readings) and not _reported(rules, kind, sentence, records)
    )


def _sentences(text: str) -> list[str]:
    return _SENTENCES.split(_GOES_ON.sub(lambda found: f"{found[0][:-1]}\N{NO-BREAK SPACE}", normal(text)))


def _stands_in(articles: Sequence[str], sentence: str) -> bool:
    said = folded(sentence)
    return any(said in article for article in articles)


def _readings(rules: DraftRules, sentence: str, records: Sequence[Source]) -> tuple[str, ...]:
    """A sentence as it stands, without its values, and with an order for the number of one."""
    plain = _plain(sentence)
    numbers = [order for order in orders_named(sentence, records) if order in plain]
    spoken = (_put_for(numbers, word, plain) for word in rules.order_words) if numbers else ()
    return tuple(dict.fromkeys((plain, _VALUES.sub(" ", plain), *spoken)))


def _put_for(numbers: Sequence[str], word: str, plain: str) -> str:
    return re.sub("|".join(map(re.escape, numbers)), word, plain)


def _says(rules: DraftRules, kind: ActionKind, sentence: str) -> bool:
    done, later = _any_of(rules.promise_words.get(kind, ())), _any_of(rules.later_words.get(kind, ()))
    conditional, denied = _any_of(rules.condition_words), _any_of(rules.denial_words)
    if any(not denied.search(found[0]) for found in done.finditer(sentence)):
        return True
    return bool(later.search(sentence)) and not conditional.search(sentence)


def _reported(rules: DraftRules, kind: ActionKind, sentence: str, records: Sequence[Source]) -> bool:
    """Whether a record says that it was done: of the orders, that of one the sentence names, else of the one meant."""
    named = orders_named(sentence, records)
    meant = next((record for record in records if record.kind is SourceKind.ORDER), None)
    about = [
        folded(record.text)
        for record in records
        if (any(order in folded(record.text) for order in named) if named else _may_be_meant(record, meant))
    ]
    return any(folded(words) in record for words in rules.record_words.get(kind, ()) for record in about)


def _may_be_meant(record: Source, meant: Source | None) -> bool:
    return record.kind is not SourceKind.ORDER or record is meant


def orders_named(sentence: str, sources: Sequence[Source]) -> tuple[str, ...]:
    """The orders of the sources that a sentence names, in lower case."""
    plain = folded(sentence)
    known = (folded(source.id.partition(":")[2]) for source in sources if source.kind is SourceKind.ORDER)
    return tuple(order for order in known if order and re.search(rf"(?<!\w){re.escape(order)}(?!\w)", plain))


def _plain(sentence: str) -> str:
    plain = _CONTRACTED.sub(lambda found: _CONTRACTIONS[found[0]], folded(sentence))
    return _E_MAIL_ADDRESS.sub("e-mail", plain)


@lru_cache(maxsize=256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, phrases)) or r"(?!)")


def _pattern(phrase: str) -> str:
    parts = [r"\s+".join(map(_word, _plain(part).split())) for part in phrase.split("…")]
    gap = rf"\s+(?:\S+\s+){{0,{GAP_WORDS}}}?"
    return rf"(?<!\w){gap.join(parts)}(?!\w)"


def _word(word: str) -> str:
    return rf"{re.escape(word[:-1])}\w*" if word.endswith("*") else re.escape(word)
