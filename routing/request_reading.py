"""Reading a message for a request: what each sentence says of an action, and what all of them say together."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from cases.action import OF_AN_ORDER
from routing.request_verdict import NotRequested, Requested, Subject, Unsure, Verdict, WhyNot, WhyUnsure
from routing.request_words import ActionPatterns
from routing.spoken_words import Sentence

MAXIMUM_WORDS = 120
"""A sentence of more words is not read."""


def taken_back(text: str, sentences: Sequence[Sentence], patterns: ActionPatterns) -> Verdict:
    """What a text that never speaks of the action says of it: nothing, or that what was asked before is not wanted."""
    for sentence in sentences:
        if found := patterns.withdrawals.search(sentence.said):
            words = sentence.around(sentence.words_of(*found.span()))
            return NotRequested(why=WhyNot.WITHDRAWN, quote=sentence.quoted_from(text, words))
    return Unsure(why=WhyUnsure.NO_REQUEST)


class _Found(NamedTuple):
    place: tuple[int, int]
    """The sentence, and the word in it."""
    why: WhyNot | WhyUnsure | None
    """None: it is a request."""
    quote: str


class MessageReading:
    """What is found in a message of one language about one action, sentence by sentence."""

    def __init__(self, text: str, patterns: ActionPatterns, subject: Subject) -> None:
        self._text = text
        self._patterns = patterns
        self._others = _numbers_apart(subject)
        self._own = _number(subject.reference or "") if subject.kind in OF_AN_ORDER else ""
        self._found: list[_Found] = []
        self._sentences = 0
        self._requests: list[str] = []
        self._names_own = False
        self._names_other = False
        self._is_owned = False
        self._people: list[tuple[_Found, Sentence]] = []

    def read(self, sentence: Sentence) -> None:
        """Note what one sentence says."""
        self._sentences += 1
        if len(sentence.words) > MAXIMUM_WORDS:
            self._note(WhyUnsure.TOO_LONG, sentence, range(MAXIMUM_WORDS))
            return
        p = self._patterns
        said = sentence.said
        self._names_own |= self._is_about_this(said)
        self._names_other |= p.not_about.search(said) is not None
        # "I ordered W10260" says whose it is; "I am a customer" does not say it of what is asked for.
        self._is_owned |= p.owned.search(said) is not None and bool(self._own and self._own in _number(said))
        if p.undecided.search(said):
            self._note(WhyUnsure.UNDECIDED, sentence, range(len(sentence.words)))
        if found := p.withdrawals.search(said):
            self._note(WhyNot.WITHDRAWN, sentence, sentence.words_of(*found.span()))
        spoken: list[range] = []
        polite = [(*found, found[1].start) for found in self._regions(sentence, p.polite_questions)]
        # "Do I want to cancel" begins before the words that would be a request without it.
        direct = (
            [(*found, found[1].stop) for found in self._regions(sentence, p.requests)] if not sentence.asked else []
        )
        for region, match, lead in (*polite, *direct):
            why = self._against_a_request(sentence, region, match, range(region.start, lead))
            self._note(why, sentence, region, match.start)
            if why is None:
                self._requests.append(sentence.cut(region).said)
                self._is_owned |= p.owned.search(self._requests[-1]) is not None
            spoken.append(region)
        for region, match in self._regions(sentence, p.mentions):
            if any(_overlap(region, known) for known in spoken):
                continue
            spoken.append(region)
            self._note(self._about_a_mention(sentence, region, match), sentence, region)
        self._read_the_rest(sentence, spoken)

    def verdict(self) -> Verdict:
        """Weigh all that was found: what denies it first, then what leaves it in doubt."""
        found = sorted((*self._found, *self._who_may_be_meant()), key=lambda one: one.place)
        last = max((one for one in found if one.why is None), default=None, key=lambda one: one.place)
        for why in (*WhyNot, *WhyUnsure):
            for one in found:
                if one.why is why and (verdict := _against(one, why, last)) is not None:
                    return verdict
        if last is None:
            return Unsure(why=WhyUnsure.NO_REQUEST)
        if any(self._says_of_what(said) for said in self._requests):
            return Requested(quote=last.quote)
        return Unsure(why=WhyUnsure.WHAT, quote=last.quote)

    def _who_may_be_meant(self) -> list[_Found]:
        """Sentences beside the request about people who may own what it is about, or want something else.

        Before the request, the story may have other people in it where what is asked for is said to be the customer's
        own. Elsewhere they must do what has no bearing on it: "my wife says no" has.
        """
        p = self._patterns
        asked = min((one.place for one in self._found if one.why is None), default=None)
        meant: list[_Found] = []
        for person, sentence in self._people:
            said = p.bystanders.sub("", sentence.said)
            in_the_story = self._is_owned and asked is not None and person.place < asked
            speaks_of_them = p.others.search(said) is not None
            unsettled = p.stand_ins if in_the_story else p.negators
            if unsettled.search(said) or (speaks_of_them and not in_the_story):
                meant.append(person)
        return meant

    def _says_of_what(self, request: str) -> bool:
        """Whether a request names what it is about, or only a word for it, as "cancel it", and the message does."""
        p = self._patterns
        if self._is_about_this(request):
            return True
        names_nothing = not p.empty.sub("", p.mentions.sub("", request)).strip()
        return names_nothing and self._names_own and not self._names_other

    def _is_about_this(self, said: str) -> bool:
        """Whether words name what the action is done to, and nothing that the same words mean another action of."""
        about = self._patterns.about
        named = about is None or about.search(said) is not None or bool(self._own and self._own in _number(said))
        return named and self._patterns.not_about.search(said) is None

    def _note(self, why: WhyNot | WhyUnsure | None, sentence: Sentence, words: range, at: int | None = None) -> None:
        place = (self._sentences, words.start if at is None else at)
        self._found.append(_Found(place, why, sentence.quoted_from(self._text, words)))

    def _regions(self, sentence: Sentence, pattern: re.Pattern[str]) -> list[tuple[range, range]]:
        """The parts around each match that is not said of another number alone, and the words of the match."""
        matches = [sentence.words_of(*found.span()) for found in pattern.finditer(sentence.said)]
        regions = [(sentence.around(match), match) for match in matches]
        return [(region, match) for region, match in regions if not self._is_set_apart(sentence, region)]

    def _is_set_apart(self, sentence: Sentence, region: range) -> bool:
        """Whether parts speak only of other numbers, or of what the same words mean another action of."""
        said = sentence.cut(region).said
        words, about = _number(said), self._patterns.about
        if self._own and self._own in words:
            return False
        if any(other in words for other in self._others):
            return True
        names_own = about is not None and about.search(said) is not None
        return self._patterns.not_about.search(said) is not None and not names_own

    def _against_a_request(
        self, sentence: Sentence, region: range, match: range, lead: range
    ) -> WhyNot | WhyUnsure | None:
        p = self._patterns
        if self._is_denied(sentence, region, match):
            return WhyNot.NEGATED
        after = sentence.cut(range(match.start, len(sentence.words))).said
        if p.conditions.search(sentence.said) or p.deferrals.search(after):
            return WhyNot.CONDITIONAL
        if p.others.search(sentence.said):
            return WhyNot.SOMEBODY_ELSE
        if p.questions.search(sentence.cut(lead).said):
            return WhyNot.QUESTION
        if p.doubts.search(sentence.said):
            return WhyUnsure.UNDECIDED
        if p.alternatives.search(sentence.said):
            return WhyUnsure.ALTERNATIVE
        if any(word.quoted for word in sentence.words[match.start : match.stop]) or p.reports.search(sentence.said):
            return WhyUnsure.REPORTED
        return WhyUnsure.WHAT if self._is_about_itself(sentence, region, match) else None

    def _about_a_mention(self, sentence: Sentence, region: range, match: range) -> WhyNot | WhyUnsure:
        p = self._patterns
        said = sentence.cut(region).said
        if self._is_denied(sentence, region, match):
            return WhyNot.NEGATED
        if p.conditions.search(sentence.said):
            return WhyNot.CONDITIONAL
        if p.others.search(said):
            return WhyNot.SOMEBODY_ELSE
        if sentence.asked or p.questions.search(said):
            return WhyNot.QUESTION
        if p.past.search(said):
            return WhyNot.PAST
        return WhyUnsure.UNDECIDED if p.doubts.search(said) else WhyUnsure.NO_REQUEST

    def _is_denied(self, sentence: Sentence, region: range, match: range) -> bool:
        p = self._patterns
        said = sentence.cut(region).said
        from_match = sentence.cut(range(match.start, region.stop)).said
        return any(
            pattern.search(stretch) is not None
            for pattern, stretch in ((p.negators, said), (p.denied, said), (p.negators_behind, from_match))
        )

    def _is_about_itself(self, sentence: Sentence, region: range, match: range) -> bool:
        """Whether the action is done to another of its kind: who cancels a cancellation wants to keep the order."""
        things = self._patterns.things
        beside = (range(region.start, match.start), range(match.stop, region.stop))
        return any(things.search(sentence.cut(words).said) is not None for words in beside)

    def _read_the_rest(self, sentence: Sentence, spoken: Sequence[range]) -> None:
        """What the parts say that do not speak of the action: they may still take it back or make it depend."""
        p = self._patterns
        rest = [part for part in sentence.parts if not any(_overlap(part, region) for region in spoken)]
        bare = [part for part in rest if self._is_bare(sentence, part)]
        for part in bare:
            said = sentence.cut(part).said
            if p.negators.search(said) or p.negators_behind.search(said):
                self._note(WhyNot.WITHDRAWN, sentence, part)
        everything = range(len(sentence.words))
        asked = min((found.place for found in self._found if found.why is None), default=None)
        # "Hello?" before it only opens the message.
        if asked is not None and not spoken and sentence.asked and len(bare) == len(sentence.parts):
            self._note(WhyUnsure.ASKED_AFTERWARDS, sentence, everything)
        for found in p.second_thoughts.finditer(sentence.said):
            words = sentence.words_of(*found.span())
            if asked is not None and asked < (self._sentences, words.start):
                self._note(WhyNot.WITHDRAWN, sentence, words)
        if p.conditions.search(sentence.said):
            self._note(WhyUnsure.CONDITION_BESIDE, sentence, everything)
        if p.others.search(sentence.said):
            quote = sentence.quoted_from(self._text, everything)
            self._people.append((_Found((self._sentences, 0), WhyUnsure.PERSON_BESIDE, quote), sentence))

    def _is_bare(self, sentence: Sentence, part: range) -> bool:
        said = sentence.cut(part).said
        if self._is_set_apart(sentence, part):
            return False
        return not self._patterns.empty.sub("", said).strip()


def _against(found: _Found, why: WhyNot | WhyUnsure, request: _Found | None) -> Verdict | None:
    """What a finding says of the last request, if there is one. Questions and reports before it are only the story."""
    if isinstance(why, WhyUnsure):
        asked_before = why is WhyUnsure.ASKED_AFTERWARDS and request is not None and found.place < request.place
        return None if why is WhyUnsure.NO_REQUEST or asked_before else Unsure(why=why, quote=found.quote)
    if request is None or why not in (WhyNot.QUESTION, WhyNot.PAST):
        return NotRequested(why=why, quote=found.quote)
    return Unsure(why=WhyUnsure.ASKED_AFTERWARDS, quote=found.quote) if found.place > request.place else None


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _numbers_apart(subject: Subject) -> tuple[str, ...]:
    if subject.reference is None:
        return ()
    own = _number(subject.reference)
    return tuple(other for other in map(_number, subject.references) if other != own)


def _number(written: str) -> str:
    """A reference without spaces and signs, with a zero for a letter O."""
    return re.sub(r"[\W_]", "", written).casefold().replace("o", "0")
