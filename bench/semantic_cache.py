"""`python -m bench.semantic_cache`: how often an earlier answer is given again, and how often wrongly.

Some texts of a public set stand for questions already answered, others are asked. A hit is false where the two have
different labels. What counts as a hit is decided by the product: its encoder, its classifier, its guardrails.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from activities.recall import NEIGHBOURS
from bench.altered import altered
from bench.caching_policy import caching_policy
from bench.data_sets import DataSet, Missing, banking77, clinc150
from bench.local_models import DATA_VARIABLE, DEFAULT_DATA, DEFAULT_HEADS, PATIENCE_SECONDS
from bench.taught_policy import taught_policy
from cases.classification import OTHER, Entities
from cases.ladder import Prompt
from cases.policy.cache import CacheRules
from cases.policy.document import Policy, PolicyDocument
from cases.record import Record
from cases.ticket import Channel
from cases.work import ClassifyRequest
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder, LocalProvider
from routing.cache import difference
from starter.evaluation.labelled import LabelledText, sample

SEED = 3
KEPT = 1_500
ASKED = 600
EXAMPLES = 10
"""How many texts an intent teach the classifier: those that are kept are others."""

BOUND = 0.01
"""The share of hits that may be false."""

THRESHOLDS = tuple(step / 100 for step in range(80, 100))

screen = Console(stderr=True)


class Question(NamedTuple):
    """A text, its label, what the classifier reads in it, and its vector."""

    text: str
    label: str
    read_as: str | None
    """None: it was not sure enough for the routine route."""
    vector: NDArray[np.float32]


class Guard(NamedTuple):
    """What two questions must agree in, besides being near."""

    name: str
    holds: Callable[[Question, Question], bool]


class Measured(Record):
    """What came of one set with one guard at one threshold."""

    data: str
    guard: str
    threshold: float
    asked: int
    hits: int
    false_hits: int

    @property
    def hit_rate(self) -> float:
        """Of all that were asked."""
        return self.hits / self.asked

    @property
    def false_rate(self) -> float:
        """Of the hits; 0 without any."""
        return self.false_hits / self.hits if self.hits else 0.0


class Results(Record):
    """All figures, and what was skipped for want of its data."""

    measured: tuple[Measured, ...]
    altered: tuple[Measured, ...]
    own: tuple[Measured, ...]
    skipped: tuple[str, ...]


class Bench:
    """The product's parts, as the measurement uses them."""

    def __init__(self, shop: PolicyDocument, cache: CacheRules, heads: Path) -> None:
        self._shop = shop
        self._cache = cache
        self._heads = heads
        self._encoders = Encoders()
        self._embedder = LocalEmbedder(self._encoders)

    def guards(self, language: str) -> tuple[Guard, ...]:
        """Nothing, the classifier alone, the words alone, and both as in the product."""
        rules, patterns = self._cache.languages[language], self._shop.entities

        def anything(_: Question, __: Question) -> bool:
            return True

        def same_intent(one: Question, other: Question) -> bool:
            return one.read_as is not None and one.read_as == other.read_as

        def same_words(one: Question, other: Question) -> bool:
            return difference(rules, patterns, one.text, other.text) is None

        def same_both(one: Question, other: Question) -> bool:
            return same_intent(one, other) and same_words(one, other)

        return (
            Guard("similarity alone", anything),
            Guard("+ intent", same_intent),
            Guard("+ words", same_words),
            Guard("all", same_both),
        )

    async def questions(self, texts: Sequence[LabelledText], policy: Policy | None) -> list[Question]:
        """The texts as the product reads them; without a policy, their labels stand for what is read."""
        provider = LocalProvider({policy.version: policy}, self._encoders, self._heads) if policy else None
        read: list[Question] = []
        for one in texts:
            vector = np.asarray(await self._embedder.embed_query(one.text, one.language or "en"), dtype=np.float32)
            label = await _read_as(provider, policy, one) if provider and policy else one.intent
            read.append(Question(one.text, one.intent, label, vector))
        return read


async def _read_as(provider: LocalProvider, policy: Policy, one: LabelledText) -> str | None:
    answer = await provider.classify(
        ClassifyRequest(
            case_id="bench",
            tenant="bench",
            channel=Channel.EMAIL,
            policy_version=policy.version,
            model=policy.document.jobs.classify.models[0],
            rung=0,
            prompt=Prompt.STANDARD,
            timeout_seconds=PATIENCE_SECONDS,
            text=one.text,
            language=one.language or policy.document.languages[0],
            entities=Entities(),
        )
    )
    sure = answer.output.confidence >= policy.document.thresholds.confidence
    return answer.output.intents[0].name if sure else None


def scored(
    data: str, guard: Guard, kept: Sequence[Question], asked: Sequence[Question], *, twins: bool = False
) -> list[Measured]:
    """Ask every question at every threshold. A twin is asked of its original alone, and each hit is false."""
    found = [_found(guard, kept[n : n + 1] if twins else kept, one) for n, one in enumerate(asked)]
    measured: list[Measured] = []
    for threshold in THRESHOLDS:
        hits = [(one, near) for one, near in zip(asked, found, strict=True) if near and near[1] >= threshold]
        wrong = [one for one, near in hits if twins or near[0].label != one.label]
        measured.append(
            Measured(
                data=data,
                guard=guard.name,
                threshold=threshold,
                asked=len(asked),
                hits=len(hits),
                false_hits=len(wrong),
            )
        )
    return measured


def _found(guard: Guard, kept: Sequence[Question], one: Question) -> tuple[Question, float] | None:
    """The nearest of the few neighbours for which the guard holds. The intent is a part of the key: it comes first."""
    if not kept:
        return None
    nearness = np.stack([other.vector for other in kept]) @ one.vector
    order = np.argsort(-nearness)
    same = [int(n) for n in order if guard.name not in {"+ intent", "all"} or kept[int(n)].read_as == one.read_as]
    near = next((n for n in same[:NEIGHBOURS] if guard.holds(one, kept[n])), None)
    return None if near is None else (kept[near], float(nearness[near]))


def threshold_for(measured: Sequence[Measured], bound: float = BOUND) -> float | None:
    """The lowest threshold from which on the share of false hits stays within the bound."""
    best: float | None = None
    for one in sorted(measured, key=lambda each: -each.threshold):
        if one.false_rate > bound:
            return best
        best = one.threshold
    return best


async def _measure_set(
    bench: Bench, shop: PolicyDocument, name: str, data: DataSet
) -> tuple[list[Measured], list[Measured]]:
    in_scope = [one for one in data.taught if one.intent != OTHER]
    teaching = DataSet(tuple(in_scope), ()).few(EXAMPLES, SEED).taught
    taught = taught_policy(shop, teaching)
    texts = {one.text for one in teaching}
    kept = await bench.questions(sample([one for one in in_scope if one.text not in texts], KEPT, SEED), taught)
    asked = await bench.questions(sample([one for one in data.asked if one.intent != OTHER], ASKED, SEED), taught)
    guards = bench.guards("en")
    plain = [figure for guard in guards for figure in scored(name, guard, kept, asked)]
    pairs = [(one, twin) for one in asked for twin in altered(one.text)]
    # What the classifier read in the original stands for the altered one too: the words alone must tell them apart.
    altered_texts = [LabelledText(text=twin, intent=one.label) for one, twin in pairs]
    twins = [
        twin._replace(read_as=one.read_as)
        for (one, _), twin in zip(pairs, await bench.questions(altered_texts, None), strict=True)
    ]
    originals = [one for one, _ in pairs]
    changed = [figure for guard in guards for figure in scored(f"{name}, altered", guard, originals, twins, twins=True)]
    return plain, changed


async def _measure_own(bench: Bench, shop: PolicyDocument, cache: CacheRules) -> list[Measured]:
    """The shop's own examples of one intent are all different questions: a hit between two is taken for false."""
    measured: list[Measured] = []
    for language in cache.languages:
        texts = [
            LabelledText(text=text, intent=f"{intent} {number}", language=language)
            for intent in cache.intents
            for number, text in enumerate(shop.intents[intent].examples.get(language, ()))
        ]
        questions = [one._replace(read_as=one.label.split(" ")[0]) for one in await bench.questions(texts, None)]
        for guard in bench.guards(language):
            found = [
                scored(language, guard, [*questions[:n], *questions[n + 1 :]], [one]) for n, one in enumerate(questions)
            ]
            measured += [_summed(figures) for figures in zip(*found, strict=True)]
    return measured


def _summed(figures: Sequence[Measured]) -> Measured:
    sums = {name: sum(getattr(one, name) for one in figures) for name in ("asked", "hits", "false_hits")}
    return figures[0].model_copy(update=sums)


def _show(results: Results) -> None:
    for title, figures in (
        ("public sets", results.measured),
        ("altered", results.altered),
        ("the shop's own questions", results.own),
    ):
        table = Table("set", "guard", "threshold", "hits %", "false % of hits", "false", title=title)
        for one in figures:
            if round(one.threshold * 100) % 2 == 0:
                rates = (f"{one.hit_rate:.1%}", f"{one.false_rate:.2%}", str(one.false_hits))
                table.add_row(one.data, one.guard, f"{one.threshold:.2f}", *rates)
        screen.print(table)
    for group in {(one.data, one.guard) for one in results.measured}:
        mine = [one for one in results.measured if (one.data, one.guard) == group]
        screen.print(f"{group[0]}, {group[1]}: {BOUND:.0%} from {threshold_for(mine)} on")


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
    bench = Bench(shop, shop.cache, heads)
    results = asyncio.run(_all(bench, shop, shop.cache, data))
    _show(results)
    if file is not None:
        file.write_text(results.model_dump_json(indent=2))


async def _all(bench: Bench, shop: PolicyDocument, cache: CacheRules, folder: Path) -> Results:
    measured: list[Measured] = []
    changed: list[Measured] = []
    skipped: list[str] = []
    sets: tuple[tuple[str, Callable[[], DataSet]], ...] = (
        ("banking77", lambda: banking77(folder, held_out=0.2)),
        ("clinc150", lambda: clinc150(folder)),
    )
    for name, read in sets:
        began = time.monotonic()
        try:
            plain, twins = await _measure_set(bench, shop, name, read())
        except Missing as missing:
            skipped.append(str(missing))
            continue
        measured += plain
        changed += twins
        screen.print(f"{name}: {time.monotonic() - began:.0f} s")
    own = await _measure_own(bench, shop, cache)
    return Results(measured=tuple(measured), altered=tuple(changed), own=tuple(own), skipped=tuple(skipped))


if __name__ == "__main__":
    app()
