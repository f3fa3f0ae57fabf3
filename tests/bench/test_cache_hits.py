"""What counts as a hit of the cache, as a false one, and which texts the classifier must read for it."""

from collections.abc import Mapping

import numpy as np
import pytest

from activities.recall import NEIGHBOURS
from bench.cache_hits import Asking, Guard, Measured, Question, neighbours, threshold_for

READ = {"asked": "card", "same": "card", "other": "card", "unsure": None}


def question(text: str, angle: float, label: str = "card") -> Question:
    return Question(text, label, np.array([np.cos(angle), np.sin(angle)], dtype=np.float32))


ASKED = question("asked", 0.0)


def asking(*kept: Question, differ: tuple[str, ...] = ()) -> Asking:
    return Asking(kept, [ASKED], neighbours(kept, [ASKED]), lambda _, other: other.text not in differ)


def hit(of: Asking, guard: Guard = Guard.ALL, read_as: Mapping[str, str | None] = READ) -> int | None:
    (near,) = of.hits(guard, read_as)
    return near.place if near else None


def test_the_nearest_is_the_hit() -> None:
    assert hit(asking(question("other", 0.3), question("same", 0.1))) == 1


def test_what_is_less_alike_than_the_lowest_threshold_is_no_neighbour() -> None:
    (near,) = neighbours([question("same", 0.1), question("other", 0.6)], [ASKED])
    assert [(one.place, one.similarity) for one in near] == [(0, pytest.approx(np.cos(0.1)))]


def test_nothing_kept_is_no_neighbour() -> None:
    assert neighbours([], [ASKED, ASKED]) == ((), ())


def test_one_whose_words_differ_is_passed_over_for_the_next() -> None:
    told = asking(question("other", 0.1), question("same", 0.2), differ=("other",))
    assert hit(told) == hit(told, Guard.WORDS) == 1
    assert hit(told, Guard.NOTHING) == 0


def test_one_that_is_read_as_another_intent_is_no_hit_in_the_product() -> None:
    told = asking(question("other", 0.1))
    assert hit(told, Guard.WORDS) == 0
    assert hit(told, read_as={"asked": "card", "other": "loan"}) is None


def test_two_of_which_no_model_is_sure_are_no_hit() -> None:
    assert hit(asking(question("other", 0.1)), read_as={"asked": None, "other": None}) is None


def test_only_the_few_nearest_of_one_intent_are_compared() -> None:
    differing = [question(f"different {n}", 0.1) for n in range(NEIGHBOURS)]
    told = asking(*differing, question("same", 0.2), differ=tuple(one.text for one in differing))
    of_one_intent = READ | {one.text: "card" for one in differing}
    of_another = READ | {one.text: "loan" for one in differing}
    assert hit(told, read_as=of_one_intent) is None
    assert hit(told, read_as=of_another) == NEIGHBOURS


def test_what_the_words_settle_is_not_read() -> None:
    settled = asking(question("other", 0.1), differ=("other",))
    assert list(settled.worth_reading()) == []


def test_what_stands_before_one_that_holds_is_read_and_what_stands_behind_it_is_not() -> None:
    told = asking(
        question("nearer", 0.1), question("same", 0.2), question("farther", 0.3), differ=("nearer", "farther")
    )
    assert list(told.worth_reading()) == ["asked", "nearer", "same"]


def test_a_hit_of_another_label_is_false_and_told() -> None:
    told = asking(question("other", 0.4, label="loan"))
    hits = told.hits(Guard.ALL, READ)
    figures = {one.threshold: (one.hits, one.false_hits) for one in told.figures("set", Guard.ALL, hits)}
    assert (figures[0.92], figures[0.93]) == ((1, 1), (0, 0))
    assert told.wrong(hits) == (("asked", "other"),)


def measured(threshold: float, hits: int, false_hits: int) -> Measured:
    return Measured(data="set", guard=Guard.ALL, threshold=threshold, asked=500, hits=hits, false_hits=false_hits)


def test_the_threshold_is_the_lowest_that_surely_lets_few_enough_be_false() -> None:
    figures = [measured(0.85, 900, 30), measured(0.9, 700, 5), measured(0.95, 500, 3), measured(0.99, 0, 0)]
    assert threshold_for(figures, 0.02) == 0.9


def test_a_few_hits_without_a_false_one_prove_no_threshold() -> None:
    assert threshold_for([measured(0.95, 24, 0), measured(0.99, 0, 0)], 0.02) is None


def test_the_share_of_false_hits_is_told_with_how_sure_it_is() -> None:
    share = measured(0.95, 200, 2).false_rate
    assert share is not None
    assert share.low < share.share == 0.01 < share.high < 0.04
    assert measured(0.99, 0, 0).false_rate is None
