"""The measurement of the cache, in small: texts dealt out once, and read with the parts of the product."""

from pathlib import Path

import pytest

from bench.cache_hits import Guard
from bench.cache_questions import EXAMPLES, dealt
from bench.caching_policy import caching_policy
from bench.data_sets import DataSet
from bench.semantic_cache import Bench, Trial
from cases.classification import OTHER
from starter.evaluation.labelled import LabelledText

pytestmark = pytest.mark.long

QUESTIONS = {
    "card": (
        "Where is my new card",
        "When does the card I ordered arrive",
        "My card has not come",
        "Track my new card",
    ),
    "rate": (
        "Which exchange rate do you use",
        "How good is the exchange rate",
        "What is the rate for euros",
        "FX rate",
    ),
    "pin": ("I forgot my PIN", "How do I change the PIN", "Can I choose another PIN", "My PIN is blocked"),
}
ENDINGS = ("", ", please", " today", " now", " by the way", " if I may ask")


def small(_: Path) -> DataSet:
    texts = [
        LabelledText(text=f"{question}{ending}?", intent=intent)
        for intent, questions in QUESTIONS.items()
        for question in questions
        for ending in ENDINGS
    ]
    strange = LabelledText(text="What will the weather be", intent=OTHER)
    return DataSet((*texts, strange), (LabelledText(text=texts[0].text.upper(), intent=texts[0].intent),))


def test_every_text_in_scope_is_dealt_out_once() -> None:
    parts = dealt(small(Path()), asked=20)
    texts = [one.text.casefold() for part in parts for one in part]
    assert len(texts) == len(set(texts)) == sum(map(len, QUESTIONS.values())) * len(ENDINGS)
    assert [len(part) for part in parts] == [EXAMPLES * len(QUESTIONS), 22, 10, 10]


async def test_a_set_is_measured_with_the_parts_of_the_product(tmp_path: Path) -> None:
    shop = caching_policy().document
    assert shop.cache is not None
    figures = await Bench(shop, shop.cache, tmp_path).of_set(Trial("small", small, 20), tmp_path)
    lowest = {one.guard: one for one in figures.chosen_on if one.threshold == 0.85}
    assert figures.kept == 22
    assert lowest[Guard.NOTHING].hits >= lowest[Guard.WORDS].hits >= lowest[Guard.ALL].hits > 0
    assert {one.guard for one in figures.reported_on} == set(Guard)
    assert all(one.hits == one.false_hits for one in figures.altered)
