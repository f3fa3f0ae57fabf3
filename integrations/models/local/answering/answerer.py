"""Answering a question from passages: the sentences that answer it, word for word, or what the passages do not say."""

from collections.abc import Sequence
from typing import NamedTuple

from cases.draft import Unanswered
from cases.facts import Passage
from cases.policy.local import DraftingRules
from cases.policy.packs.pack import LanguagePack
from cases.ticket import Locale
from integrations.models.local.answering.fit import Fit, Fitting
from integrations.models.local.answering.judge import Judge, learnt_judge
from integrations.models.local.answering.question import QuestionReader
from integrations.models.local.answering.units import Unit, units_of
from integrations.models.local.encoders import Encoding

TOLD_AS_MISSING = 3
"""How many things the articles do not say are told: the first ones are what the question is about."""


class Answer(NamedTuple):
    """What a passage says to a question."""

    quote: str
    passage: Passage | None
    """Where it stands. None: there is nothing in the customer's language."""
    unanswered: Unanswered | None
    """Why the quotation does not answer the question, where it does not. Then it is what comes nearest."""


class Answerer:
    """Answers questions in one language."""

    def __init__(
        self,
        pack: LanguagePack,
        locale: Locale,
        encoders: Encoding,
        goods: Sequence[Sequence[str]] = (),
        judge: Judge | None = None,
    ) -> None:
        """`goods` are kinds of goods that the shop sells, each with its other names."""
        self._pack = pack.quoting
        self._locale = locale[:2]
        self._reader = QuestionReader(pack.quoting, locale, goods)
        self._fitting = Fitting(pack.quoting, locale, self._reader, encoders)
        self._judge = judge or learnt_judge()

    def answer(self, asked: str, passages: Sequence[Passage], rules: DraftingRules) -> Answer:
        """The answer to a question among passages, best passage first. Takes processor time."""
        readable = [passage for passage in passages if passage.locale[:2] == self._locale]
        if not readable:
            others = tuple(dict.fromkeys(passage.locale for passage in passages))
            return Answer("", None, Unanswered(languages=others))
        fits = self.fits(asked, readable)
        if not fits:
            return Answer("", readable[0], Unanswered(measured=0.0, threshold=rules.answered_from))
        shares = {fit.unit: self._judge.share(fit.figures) for fit in fits}
        able = sorted((fit for fit in fits if fit.may_answer), key=lambda fit: -shares[fit.unit])
        if not able:
            nearest = _least_lacking(fits, shares)
            return Answer(nearest.unit.text, nearest.unit.passage, _why_not(nearest, rules))
        best = able[0]
        sure = shares[best.unit]
        beside = [
            fit.unit
            for fit in able[: rules.quoted_units]
            if fit.unit.passage is best.unit.passage and shares[fit.unit] >= sure * rules.next_best_share
        ]
        weak = None if sure >= rules.answered_from else Unanswered(measured=sure, threshold=rules.answered_from)
        return Answer(_in_order(beside), best.unit.passage, weak)

    def fits(self, asked: str, passages: Sequence[Passage]) -> tuple[Fit, ...]:
        """How each unit of the passages fits the question."""
        question = self._reader.read(asked)
        return self._fitting.fits(question, [unit for one in passages for unit in self._units(one)])

    def _units(self, passage: Passage) -> tuple[Unit, ...]:
        return units_of(passage, self._pack, self._reader.words)


def _in_order(units: Sequence[Unit]) -> str:
    """The sentences of units of one passage, in its order and once each."""
    ordered = sorted(units, key=lambda unit: (unit.paragraph, unit.position))
    return " ".join(dict.fromkeys(sentence for unit in ordered for sentence in unit.sentences))


def _least_lacking(fits: Sequence[Fit], shares: dict[Unit, float]) -> Fit:
    return min(fits, key=lambda fit: (len(fit.missing), -shares[fit.unit]))


def _why_not(nearest: Fit, rules: DraftingRules) -> Unanswered:
    if nearest.missing:
        return Unanswered(missing=nearest.missing[:TOLD_AS_MISSING])
    return Unanswered(measured=0.0, threshold=rules.answered_from)
