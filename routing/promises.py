"""Promises: what a reply says was done, or will be, sentence by sentence."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cases.action import ActionKind
from cases.draft import Source, SourceKind
from cases.policy.rulebook import DraftRules
from routing.normal_text import folded, normal

GAP_WORDS = 8
"""As many words may stand where a phrase of the policy has `…`: "we have … refunded" is also "we have now refunded"."""

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_CONTRACTIONS: Mapping[str, str] = {"'ve": " have", "'ll": " will", "'re": " are", "'m": " am"}


def promised(rules: DraftRules, text: str, sources: Sequence[Source]) -> tuple[ActionKind, ...]:
    """The actions a text says are done, or will be.

    A sentence that stands in an article so promises nothing: it is quoted. Neither does one that reports what a record
    says, nor one about later that hangs on a condition.
    """
    articles = [folded(source.text) for source in sources if source.kind is SourceKind.ARTICLE]
    records = [folded(source.text) for source in sources if source.kind is not SourceKind.ARTICLE]
    own = [
        _plain(sentence)
        for sentence in _SENTENCES.split(normal(text))
        if sentence.strip() and not any(folded(sentence) in article for article in articles)
    ]
    kinds = dict.fromkeys([*rules.promise_words, *rules.later_words])
    return tuple(kind for kind in kinds if not _reported(rules, kind, records) and _promises(rules, kind, own))


def _promises(rules: DraftRules, kind: ActionKind, sentences: Sequence[str]) -> bool:
    done, later = _any_of(rules.promise_words.get(kind, ())), _any_of(rules.later_words.get(kind, ()))
    conditional = _any_of(rules.condition_words)
    return any(
        done.search(sentence) or (later.search(sentence) and not conditional.search(sentence)) for sentence in sentences
    )


def _reported(rules: DraftRules, kind: ActionKind, records: Sequence[str]) -> bool:
    return any(folded(words) in record for words in rules.record_words.get(kind, ()) for record in records)


def _plain(sentence: str) -> str:
    plain = folded(sentence)
    for short, long in _CONTRACTIONS.items():
        plain = re.sub(rf"(?<=\w){short}(?!\w)", long, plain)
    return plain


@lru_cache(maxsize=256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, phrases)) or r"(?!)")


def _pattern(phrase: str) -> str:
    parts = [r"\s+".join(map(_word, _plain(part).split())) for part in phrase.split("…")]
    gap = rf"\s+(?:\S+\s+){{0,{GAP_WORDS}}}?"
    return rf"(?<!\w){gap.join(parts)}(?!\w)"


def _word(word: str) -> str:
    return rf"{re.escape(word[:-1])}\w*" if word.endswith("*") else re.escape(word)
