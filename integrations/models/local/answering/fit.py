"""How well a unit of an article fits a question: what it leaves unsaid, and figures to judge the rest by."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from re import Pattern
from typing import NamedTuple

from cases.policy.packs.quoting import QuotingWords
from cases.ticket import Locale
from integrations.models.local.answering.goods import Goods, Meant
from integrations.models.local.answering.kinds import AnswerKinds, links
from integrations.models.local.answering.question import Named, Question, QuestionReader, numbers_of
from integrations.models.local.answering.units import Unit
from integrations.models.local.answering.words import Word, whole_words
from integrations.models.local.encoders import EncoderName, Encoding, Vectors
from integrations.models.local.salient_text import WHOLE_CHARACTERS

SAME_MEANING = 0.64
"""From this nearness on (by USE), two words are taken to mean the same: parcel and package have 0.84, arrive and
delivered 0.64; kayak and canoe have 0.60, Canada and Turkey 0.41."""

FULLY, NEARLY, AROUND = 1.0, 0.8, 0.4
"""What a word of the question counts that the unit or its title says, that they say otherwise, and that only another
sentence of the passage says."""

KEPT_WORDS = 20_000
"""How many words' vectors are kept, 2 kB each."""

MANY_PLACES = 3
"""More countries and currencies that nobody asked about than this make a sentence no more special."""
LATE_PLACE = 3
"""From this sentence of its section on, one is late: what a section is about stands at its beginning."""
MANY_OTHERS = 5
"""More other sentences that may answer than this make a question no vaguer."""

FIGURES = (
    "nearness",
    "nearness_over_others",
    "second_over_others",
    "retrieval",
    "covered",
    "covered_by_sentence",
    "negated",
    "yes_or_no",
    "negated_yes_or_no",
    "only_a_link",
    "covered_over_others",
    "asked_over_others",
    "others",
    "with_title_over_others",
    "place_in_section",
    "places_not_asked_for",
)
"""What the figures of a fit are, in their order."""


class Fit(NamedTuple):
    """How a unit fits a question."""

    unit: Unit
    missing: tuple[str, ...]
    """What the question names and neither the unit nor the title of its article says."""
    beside_the_point: bool
    """Whether it is of another kind than what is asked for, or turns down more than was asked for."""
    asked_of_it: float
    """The share of its own words that the question has too."""
    figures: tuple[float, ...]

    @property
    def may_answer(self) -> bool:
        """Whether nothing rules it out."""
        return not self.missing and not self.beside_the_point


class _Near(NamedTuple):
    """How near each unit is to the question, by itself and after its title, and which of them is looked at."""

    alone: Vectors
    with_title: Vectors
    place: int


class Fitting:
    """Compares units with questions, in one language."""

    def __init__(self, pack: QuotingWords, locale: Locale, reader: QuestionReader, encoders: Encoding) -> None:
        self._pack = pack
        self._second = EncoderName.MINILM if locale[:2] == "en" else EncoderName.E5
        self._words = reader.words
        self._places = reader.places
        self._beyond = reader.beyond
        self._encoders = encoders
        self._kinds = AnswerKinds(pack, reader.words)
        self._goods = Goods(pack, reader.words)
        self._vectors: dict[str, Vectors] = {}

    def fits(self, question: Question, units: Sequence[Unit]) -> tuple[Fit, ...]:
        """How each unit fits. Takes processor time: the second encoder reads only those that nothing rules out."""
        titled = [f"{unit.passage.title}. {unit.sentence}" for unit in units]
        near = self._nearnesses(EncoderName.USE, question.text, [*(unit.text for unit in units), *titled])
        self._learn(
            (
                *question.words,
                *(word for name in question.names for word in name.words),
                *(word for unit in units for word in self._words.of(f"{unit.passage.title}\n{unit.text}")),
            )
        )
        alone, with_title = near[: len(units)], near[len(units) :]
        passages = list({unit.passage.id: unit.passage for unit in units}.values())
        found = [
            self._fit(question, unit, self._goods.meant(question, unit, passages), _Near(alone, with_title, place))
            for place, unit in enumerate(units)
        ]
        likely = [place for place, fit in enumerate(found) if fit.may_answer]
        if likely:
            second = self._nearnesses(self._second, question.text, [titled[place] for place in likely])
            compared = _compared([found[place] for place in likely], [float(nearness) for nearness in second])
            for place, fit in zip(likely, compared, strict=True):
                found[place] = fit
        return tuple(found)

    def _nearnesses(self, encoder: EncoderName, question: str, texts: list[str]) -> Vectors:
        vectors = self._encoders.encode(encoder, [question[:WHOLE_CHARACTERS], *texts])
        return vectors[1:] @ vectors[0]

    def _fit(self, question: Question, unit: Unit, meant: Meant, near: _Near) -> Fit:
        said = (*self._words.of(unit.text), *self._words.of(unit.passage.title))
        own = self._words.of(unit.sentence)
        around = self._words.of(f"{' '.join(unit.passage.headings)} {unit.passage.text}")
        cover = [FULLY if word in meant.goods else self._cover(word, said, around) for word in question.words]
        # A yes or no is about every thing that was named, and so is what holds of goods in general; what else is told
        # may take up one from its section.
        enough = NEARLY if question.whether or meant.goods else AROUND
        unsaid = [word.written for word, share in zip(question.words, cover, strict=True) if share < enough]
        unnamed = [name.written for name in question.names if not self._mentions(name, said, unit)]
        asked = (
            *(word for word in question.words if word not in meant.goods),
            *meant.said_as,
            *(word for name in question.names for word in name.words),
        )
        negated = self._negators.search(self._words.lowered(unit.text)) is not None
        return Fit(
            unit=unit,
            missing=tuple(dict.fromkeys((*unnamed, *unsaid))),
            beside_the_point=not asked
            or not self._kinds.tells(question, unit)
            or (question.whether and negated and self._narrower(unit.text, asked)),
            asked_of_it=_share(any(self._covers(word, other) for other in asked) for word in own),
            figures=(
                float(near.alone[near.place]),
                _over_others(near.alone, near.place),
                0.0,
                unit.passage.confidence,
                sum(cover) / max(1, len(cover)),
                _share(any(self._words.alike(word, other) for other in own) for word in asked),
                float(negated),
                float(question.whether),
                float(question.whether and negated),
                float(bool(links(unit.sentence)) and not question.wants),
                *(0.0, 0.0, 0.0),
                _over_others(near.with_title, near.place),
                min(unit.position, LATE_PLACE) / LATE_PLACE,
                min(len(self._places_beside(question, unit)), MANY_PLACES) / MANY_PLACES,
            ),
        )

    def _places_beside(self, question: Question, unit: Unit) -> set[str]:
        return set(self._places.named(unit.sentence)) - {name.place for name in question.names}

    def _narrower(self, sentence: str, asked: Sequence[Word]) -> bool:
        """Whether a sentence speaks of something more special than was asked: then its "no" is not the answer.

        What only stands beside a thing asked for, joined to it, makes it no more special.
        """
        parts = self._joins.split(self._words.lowered(sentence))
        each = [
            [any(self._words.alike(word, other) for other in asked) for word in self._words.of(part)] for part in parts
        ]
        if len(parts) == 1:
            return not all(each[0])
        # The last word before a join and the first after it are what is joined.
        inner = [
            covered[(1 if place else 0) : (len(covered) if place == len(each) - 1 else len(covered) - 1)]
            for place, covered in enumerate(each)
        ]
        return not all(all(covered) for covered in inner) or not any(any(covered) for covered in each)

    def _cover(self, word: Word, said: Sequence[Word], around: Sequence[Word]) -> float:
        if any(self._words.alike(word, other) for other in said):
            return FULLY
        # Goods are what they are called: a kayak is no canoe, however near the two are.
        if not self._words.is_good(word) and any(self._covers(word, other) for other in said):
            return NEARLY
        return AROUND if any(self._words.alike(word, other) for other in around) else 0.0

    def _covers(self, word: Word, other: Word) -> bool:
        near = self._words.alike(word, other)
        return near or float(self._vector(word) @ self._vector(other)) >= SAME_MEANING

    def _learn(self, words: Iterable[Word]) -> None:
        """Keep the vectors of single words: all the words of an article are compared with each of a question."""
        known = self._vectors if len(self._vectors) < KEPT_WORDS else {}
        new = [written for written in dict.fromkeys(word.written for word in words) if written not in known]
        vectors = self._encoders.encode(EncoderName.USE, new)
        # A new mapping, because another thread may be reading this one.
        self._vectors = {**known, **dict(zip(new, vectors, strict=True))}

    def _vector(self, word: Word) -> Vectors:
        known = self._vectors.get(word.written)
        return known if known is not None else self._encoders.encode(EncoderName.USE, [word.written])[0]

    def _mentions(self, name: Named, said: Sequence[Word], unit: Unit) -> bool:
        if name.place is not None:
            return name.place in self._places.named(f"{unit.text}\n{unit.passage.title}")
        if name.number is not None:
            return name.number in (self._beyond(unit.text) if name.beyond else numbers_of(unit.text))
        every = (*said, *self._words.all(f"{unit.text} {unit.passage.title}"))
        return all(any(self._words.same_name(word, other) for other in every) for word in name.words)

    @cached_property
    def _joins(self) -> Pattern[str]:
        return re.compile(rf"(?:,|\b(?:{'|'.join(map(re.escape, self._pack.joins)) or '(?!)'})\b)")

    @cached_property
    def _negators(self) -> Pattern[str]:
        return whole_words(self._words.lowered(one) for one in self._pack.negators)


def _compared(fits: Sequence[Fit], second: Sequence[float]) -> list[Fit]:
    """The same with what the second encoder makes of them, and with what each has over the best of the others."""
    by_sentence = [fit.figures[FIGURES.index("covered_by_sentence")] for fit in fits]
    of_it = [fit.asked_of_it for fit in fits]
    return [
        _with(
            fit,
            second_over_others=_over_others(second, place),
            covered_over_others=_over_others(by_sentence, place),
            asked_over_others=_over_others(of_it, place),
            others=min(len(fits) - 1, MANY_OTHERS) / MANY_OTHERS,
        )
        for place, fit in enumerate(fits)
    ]


def _with(fit: Fit, **changed: float) -> Fit:
    figures = tuple(changed.get(name, figure) for name, figure in zip(FIGURES, fit.figures, strict=True))
    return fit._replace(figures=figures)


def _over_others(each: Sequence[float] | Vectors, place: int) -> float:
    others = (*each[:place], *each[place + 1 :])
    return float(each[place] - max(others)) if others else 0.0


def _share(each: Iterable[bool]) -> float:
    known = list(each)
    return sum(known) / max(1, len(known))
