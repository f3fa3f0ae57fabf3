"""`python -m bench.semantic_cache`: how often an earlier answer is given again, and how often wrongly.

Some texts of a public set stand for questions already answered, others are asked. What counts as a hit is decided by
the product: its encoder, its guardrails, its classifier. A threshold is chosen on one half of what is asked, all sets
together, and told by its figures on the other half.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from bench.altered import altered
from bench.cache_hits import THRESHOLDS, Asking, Guard, Measured, Near, Question, neighbours, threshold_for, together
from bench.cache_questions import ENGLISH, Reader, dealt, embedded
from bench.caching_policy import caching_policy
from bench.data_sets import DataSet, Missing, banking77, clinc150
from bench.local_models import DATA_VARIABLE, DEFAULT_DATA, DEFAULT_HEADS
from bench.taught_policy import taught_policy
from cases.policy.cache import CacheRules
from cases.policy.document import PolicyDocument
from cases.record import Record
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder
from routing.cache import difference
from starter.evaluation.labelled import LabelledText

BOUND = 0.02
"""The share of hits that may be false: the upper end of Wilson's 95 % interval must keep within it."""

ALL_SETS = "all"

screen = Console(stderr=True)


class Trial(NamedTuple):
    """One public set, and how many of its texts are asked."""

    name: str
    read: Callable[[Path], DataSet]
    asked: int


def _banking77(folder: Path) -> DataSet:
    # Dealt out anew: how this set is split elsewhere does not matter here.
    return banking77(folder, held_out=0.0)


TRIALS = (
    Trial("banking77", _banking77, 4_000),
    Trial("clinc150", clinc150, 6_000),
)


class SetFigures(Record):
    """The figures of one set: to choose a threshold by, to report, and of questions turned around."""

    data: str
    kept: int
    seconds: float
    chosen_on: tuple[Measured, ...]
    reported_on: tuple[Measured, ...]
    altered: tuple[Measured, ...]
    false_hits: tuple[tuple[str, str], ...]
    """Of the half that chooses: what was asked, and the question whose answer it would have got."""


class Results(Record):
    """All figures, the threshold that they choose, and what was skipped for want of its data."""

    sets: tuple[SetFigures, ...]
    own: tuple[Measured, ...]
    threshold: float | None
    """Chosen on one half of all sets with all guards; none keeps within the bound."""
    reported: tuple[Measured, ...]
    """What it does on the other half, and what the policy's own does."""
    skipped: tuple[str, ...]


class Bench:
    """The product's parts, as the measurement uses them."""

    def __init__(self, shop: PolicyDocument, cache: CacheRules, heads: Path) -> None:
        self._shop = shop
        self._cache = cache
        self._heads = heads
        self._encoders = Encoders()
        self._embedder = LocalEmbedder(self._encoders)

    @property
    def threshold(self) -> float:
        """The policy's own, for English."""
        return self._cache.languages[ENGLISH].similarity

    async def of_set(self, trial: Trial, folder: Path) -> SetFigures:
        """One public set. Raises Missing."""
        began = time.monotonic()
        parts = dealt(trial.read(folder), asked=trial.asked)
        kept = await embedded(self._embedder, parts.kept, screen)
        halves = [
            self._asking(kept, await embedded(self._embedder, half, screen))
            for half in (parts.chosen_on, parts.reported_on)
        ]
        reader = Reader(taught_policy(self._shop, parts.teaching), self._encoders, self._heads)
        read_as = await reader.read((text for half in halves for text in half.worth_reading()), screen)
        hits = [{guard: half.hits(guard, read_as) for guard in Guard} for half in halves]
        chosen, reported = (
            tuple(figure for guard in Guard for figure in half.figures(trial.name, guard, found[guard]))
            for half, found in zip(halves, hits, strict=True)
        )
        return SetFigures(
            data=trial.name,
            kept=len(kept),
            seconds=time.monotonic() - began,
            chosen_on=chosen,
            reported_on=reported,
            altered=await self._altered(f"{trial.name}, altered", halves[1].asked),
            false_hits=halves[0].wrong(hits[0][Guard.ALL]),
        )

    async def _altered(self, name: str, originals: Sequence[Question]) -> tuple[Measured, ...]:
        """Each question turned around or given another number, asked of itself alone: every hit is false."""
        pairs = [(one, LabelledText(text=twin, intent="another")) for one in originals for twin in altered(one.text)]
        twins = await embedded(self._embedder, [twin for _, twin in pairs], screen)
        kept = [one for one, _ in pairs]
        alike = [float(one.vector @ twin.vector) for one, twin in zip(kept, twins, strict=True)]
        near = tuple((Near(n, near),) if near >= THRESHOLDS[0] else () for n, near in enumerate(alike))
        asking = Asking(kept, twins, near, self._same_words(ENGLISH))
        return tuple(
            figure
            for guard in (Guard.NOTHING, Guard.WORDS)
            for figure in asking.figures(name, guard, asking.hits(guard, {}))
        )

    async def own(self) -> tuple[Measured, ...]:
        """The shop's own examples of one intent, which are all different questions: every hit between two is false."""
        figures: list[Measured] = []
        for language in self._cache.languages:
            examples = {
                text: intent
                for intent in self._cache.intents
                for text in self._shop.intents[intent].examples.get(language, ())
            }
            texts = [LabelledText(text=text, intent=text, language=language) for text in examples]
            questions = await embedded(self._embedder, texts, screen)
            near = tuple(
                tuple(other for other in others if other.place != n)
                for n, others in enumerate(neighbours(questions, questions))
            )
            asking = Asking(questions, questions, near, self._same_words(language))
            for guard in Guard:
                figures += asking.figures(f"own, {language}", guard, asking.hits(guard, examples))
        return tuple(figures)

    def _asking(self, kept: Sequence[Question], asked: Sequence[Question]) -> Asking:
        return Asking(kept, asked, neighbours(kept, asked), self._same_words(ENGLISH))

    def _same_words(self, language: str) -> Callable[[Question, Question], bool]:
        rules, patterns = self._cache.languages[language], self._shop.entities
        return lambda one, other: difference(rules, patterns, one.text, other.text) is None


async def _all(bench: Bench, folder: Path) -> Results:
    sets: list[SetFigures] = []
    skipped: list[str] = []
    for trial in TRIALS:
        try:
            sets.append(await bench.of_set(trial, folder))
        except Missing as missing:
            skipped.append(str(missing))
    chosen = _over_sets([one.chosen_on for one in sets], Guard.ALL)
    threshold = threshold_for(chosen, BOUND)
    told = {threshold, bench.threshold}
    reported = [
        figure
        for group in (*(one.reported_on for one in sets), _over_sets([one.reported_on for one in sets], Guard.ALL))
        for figure in group
        if figure.guard is Guard.ALL and figure.threshold in told
    ]
    return Results(
        sets=tuple(sets),
        own=await bench.own(),
        threshold=threshold,
        reported=tuple(reported),
        skipped=tuple(skipped),
    )


def _over_sets(sets: Sequence[Sequence[Measured]], guard: Guard) -> tuple[Measured, ...]:
    of_guard = [[one for one in figures if one.guard is guard] for figures in sets]
    return tuple(together(ALL_SETS, parts) for parts in zip(*of_guard, strict=True))


def _show(results: Results) -> None:
    for one in results.sets:
        _table(f"{one.data}: {one.kept} kept; the half that chooses, {one.seconds:.0f} s in all", one.chosen_on)
        _table(f"{one.data}: the half that is reported", one.reported_on)
        _table(f"{one.data}: turned around, or with another number", one.altered)
    _table("the shop's own questions", results.own)
    _table("the threshold chosen, and the policy's own, on the half that is reported", results.reported)
    screen.print(f"chosen for a bound of {BOUND:.0%}: {results.threshold or 'none'}")
    for why in results.skipped:
        screen.print(f"skipped: {why}")


def _table(title: str, figures: Sequence[Measured]) -> None:
    table = Table("set", "guard", "threshold", "asked", "hits", "hits %", "false", "false % of hits, 95 %", title=title)
    for one in figures:
        share = one.false_rate
        told = f"{share.share:.2%} ({share.low:.2%}-{share.high:.2%})" if share else ""
        counts = (str(one.asked), str(one.hits), f"{one.hit_rate:.1%}", str(one.false_hits))
        table.add_row(one.data, one.guard, f"{one.threshold:.2f}", *counts, told)
    screen.print(table)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(envvar=DATA_VARIABLE, help="The folder of the public sets.")] = DEFAULT_DATA,
    heads: Annotated[Path, typer.Option(help="Where what was learnt is kept between runs.")] = DEFAULT_HEADS,
    file: Annotated[Path | None, typer.Option("--json", help="Write the figures there too.")] = None,
) -> None:
    """Measure the semantic cache of the policy that ships."""
    shop = caching_policy().document
    if shop.cache is None:
        raise typer.BadParameter("the policy has no `cache`.")
    results = asyncio.run(_all(Bench(shop, shop.cache, heads), data))
    _show(results)
    if file is not None:
        file.write_text(results.model_dump_json(indent=2))


if __name__ == "__main__":
    app()
