"""The words of one language pack, compiled for one kind of action."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cases.action import ActionKind
from cases.policy.packs.requests import FORMS, RequestWords
from routing.spoken_words import COMMA, JOINT, Sentence, Word, sentences_of
from routing.word_patterns import Groups, compiled

NEVER_UNDONE = (ActionKind.RESET_ACCESS,)
"""Whoever names one of these beside a request asks for it once more: a link that was sent is called back by nobody."""


class Reader:
    """Reads a text as a language's sentences, in parts."""

    def __init__(self, words: RequestWords) -> None:
        groups: Groups = {**words.groups, "plan": ()}
        self._short = compiled(words.abbreviations, groups)
        self._one_word = compiled(words.one_word, groups)
        self._asides = compiled(words.asides, groups)
        self._joints = compiled(words.joints, groups)

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """The sentences, without what is only said beside."""
        return tuple(self._in_parts(sentence) for sentence in sentences_of(text, self._is_short))

    def _is_short(self, word: str) -> bool:
        return self._short.match(f"{word} ") is not None

    def _in_parts(self, sentence: Sentence) -> Sentence:
        joined = _joined(sentence, self._one_word)
        plain = _without(joined, self._asides)
        begins = {plain.words_of(*found.span()).start for found in self._joints.finditer(plain.said)}
        words: list[Word] = []
        for number, word in enumerate(plain.words):
            if number in begins and number:
                words.append(Word(JOINT, word.start, word.start))
            words.append(word)
        return Sentence(tuple(words), asked=sentence.asked)


def _joined(sentence: Sentence, pattern: re.Pattern[str]) -> Sentence:
    words: list[Word] = []
    after = 0
    for found in pattern.finditer(sentence.said):
        covered = sentence.words_of(*found.span())
        own = sentence.words[covered.start : covered.stop]
        words += sentence.words[after : covered.start]
        words.append(Word("-".join(word.plain for word in own), own[0].start, own[-1].end, own[0].quoted))
        after = covered.stop
    return Sentence((*words, *sentence.words[after:]), asked=sentence.asked)


def _without(sentence: Sentence, pattern: re.Pattern[str]) -> Sentence:
    words: list[Word] = []
    after = 0
    for found in pattern.finditer(sentence.said):
        covered = sentence.words_of(*found.span())
        words += sentence.words[after : covered.start]
        after = covered.stop
    return Sentence((*words, *sentence.words[after:]), asked=sentence.asked)


class ActionPatterns(NamedTuple):
    """All that is looked for in a sentence, for one kind of action."""

    requests: re.Pattern[str]
    polite_questions: re.Pattern[str]
    mentions: re.Pattern[str]
    things: re.Pattern[str]
    about: re.Pattern[str] | None
    not_about: re.Pattern[str]
    negators: re.Pattern[str]
    negators_behind: re.Pattern[str]
    denied: re.Pattern[str]
    withdrawals: re.Pattern[str]
    second_thoughts: re.Pattern[str]
    questions: re.Pattern[str]
    conditions: re.Pattern[str]
    deferrals: re.Pattern[str]
    alternatives: re.Pattern[str]
    doubts: re.Pattern[str]
    reports: re.Pattern[str]
    past: re.Pattern[str]
    others: re.Pattern[str]
    undecided: re.Pattern[str]
    bystanders: re.Pattern[str]
    stand_ins: re.Pattern[str]
    owned: re.Pattern[str]
    empty: re.Pattern[str]
    """What says nothing of its own next to this action: `about` is among it, for "not the order"."""

    def speaks_of_it(self, sentence: Sentence) -> bool:
        """Whether a sentence speaks of the action at all."""
        return any(
            pattern.search(sentence.said) is not None
            for pattern in (self.mentions, self.requests, self.polite_questions)
        )


def action_patterns(words: RequestWords, kind: ActionKind, plans: Sequence[str]) -> ActionPatterns | None:
    """The patterns, or None where the language has no words for this action."""
    action = words.actions.get(kind)
    if action is None:
        return None
    groups: Groups = {
        **words.groups,
        "plan": tuple(f"{plan}*" for plan in plans),
        **{form: getattr(action, form) for form in FORMS},
    }
    return ActionPatterns(
        requests=compiled((*words.frames, *action.asks), groups),
        polite_questions=compiled((*words.polite_questions, *action.asks_politely), groups),
        mentions=compiled(action.mentions, groups),
        things=compiled(action.thing if kind not in NEVER_UNDONE else (), groups),
        about=compiled(action.about, groups) if action.about else None,
        not_about=compiled(action.not_about, groups),
        negators=compiled(words.negators, groups),
        negators_behind=compiled(words.negators_behind, groups),
        denied=compiled(words.denied, groups),
        withdrawals=compiled(words.withdrawals, groups),
        second_thoughts=compiled(words.second_thoughts, groups),
        questions=compiled(words.questions, groups),
        conditions=compiled(words.conditions, groups),
        deferrals=compiled(words.deferrals, groups),
        alternatives=compiled(words.alternatives, groups),
        doubts=compiled(words.doubts, groups),
        reports=compiled(words.reports, groups),
        past=compiled(words.past, groups),
        others=compiled(words.others, groups),
        undecided=compiled(words.undecided, groups),
        bystanders=compiled(words.bystanders, groups),
        stand_ins=compiled(words.stand_ins, groups),
        owned=compiled(words.owned, groups),
        empty=compiled((*words.empty, *words.negators, *words.negators_behind, *action.about, "#", COMMA), groups),
    )
