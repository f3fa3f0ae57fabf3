"""What a short message answers to our plain question: yes, no, or something else that has to be read."""

import re
from collections.abc import Mapping

from cases.action import ActionKind
from cases.policy.language import Language
from cases.policy.packs.pack import LanguagePack
from cases.short_answer import ShortAnswer
from routing.request_verdict import Subject
from routing.spoken_words import Sentence, sentences_of
from routing.word_patterns import compiled

FURTHER_WORDS = 2
"""An answer may hold so many words that no list knows: "yes, the tent". With more it has to be read."""


def yes_or_no(text: str, packs: Mapping[Language, LanguagePack], asked: Subject | None) -> ShortAnswer:
    """Whether a text plainly agrees or declines, after we asked whether to do this for the customer.

    `asked` is None where the question was in a person's own words.

    A question, a condition, another number, another action or more than a few further words make it neither, and so
    does a yes beside a no in any language.
    """
    sentences = tuple(sentences_of(text, lambda _: False))
    if any(sentence.asked for sentence in sentences) or _names_another_number(
        sentences, asked.reference if asked else None
    ):
        return ShortAnswer.NEITHER
    said = [_said_in(_Words(pack, asked.kind if asked else None), text, sentences) for pack in packs.values()]
    known = {answer for answer in said if answer is not None}
    return known.pop() if len(known) == 1 else ShortAnswer.NEITHER


def declined_first(text: str, packs: Mapping[Language, LanguagePack]) -> str:
    """A text without the no that it begins with: who asks for something after it declines what they were offered."""
    first = next(iter(sentences_of(text, lambda _: False)), None)
    if first is None or first.asked:
        return text
    part = first.parts[0]
    end = max((_end_of_a_no(pack, first, part) for pack in packs.values()), default=0)
    return text[end:].lstrip(" ,.;:!-–—\n") if end else text


def _end_of_a_no(pack: LanguagePack, sentence: Sentence, part: range) -> int:
    """Where the first part of a sentence ends, if it says no and nothing else; 0 where it does not."""
    said = sentence.cut(part).said
    rest, declines = compiled(_words(pack.courtesy.decline), {}).subn("", said)
    rest = compiled(pack.courtesy.beside, {}).sub("", rest)
    return sentence.words[part.stop - 1].end if declines and not rest.strip() and len(part) else 0


class _Words:
    """The words of one language, compiled; `yes_signs` and `no_signs` are those without a letter, such as a thumb."""

    def __init__(self, pack: LanguagePack, kind: ActionKind | None) -> None:
        requests, courtesy = pack.requests, pack.courtesy
        spoken = {known: (*words.mentions, *words.about) for known, words in requests.actions.items()}
        groups = {**requests.groups, "plan": ()}
        self.yes = compiled(_words(courtesy.agree), {})
        self.no = compiled(_words(courtesy.decline), {})
        self.yes_signs = _signs(courtesy.agree)
        self.no_signs = _signs(courtesy.decline)
        self.beside = compiled(courtesy.beside, {})
        self.asked = compiled(spoken.pop(kind, ()) if kind else (), groups)
        self.another = compiled([pattern for patterns in spoken.values() for pattern in patterns], groups)
        self.more = compiled(
            (*courtesy.turns, *requests.conditions, *requests.deferrals, *requests.doubts, *requests.alternatives),
            groups,
        )


def _said_in(words: _Words, text: str, sentences: tuple[Sentence, ...]) -> ShortAnswer | None:
    """What is said in one language; None where nothing of it is."""
    agrees = sum(sign in text for sign in words.yes_signs)
    declines = sum(sign in text for sign in words.no_signs)
    further, more = 0, False
    for sentence in sentences:
        rest, no = words.no.subn("", sentence.said)
        rest, yes = words.yes.subn("", rest)
        agrees, declines = agrees + yes, declines + no
        rest = words.asked.sub("", rest)
        more = more or words.more.search(rest) is not None or words.another.search(rest) is not None
        further += len([word for word in words.beside.sub("", rest).split() if any(map(str.isalpha, word))])
    if not agrees and not declines:
        return None
    if more or further > FURTHER_WORDS or (agrees and declines):
        return ShortAnswer.NEITHER
    return ShortAnswer.YES if agrees else ShortAnswer.NO


def _names_another_number(sentences: tuple[Sentence, ...], reference: str | None) -> bool:
    own = _number(reference or "")
    named = (word.plain for sentence in sentences for word in sentence.words if any(map(str.isdigit, word.plain)))
    return any(not own or _number(word) not in own for word in named)


def _number(written: str) -> str:
    return re.sub(r"[\W_]", "", written).casefold().replace("o", "0")


def _words(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if any(map(str.isalnum, pattern)))


def _signs(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if not any(map(str.isalnum, pattern)))
