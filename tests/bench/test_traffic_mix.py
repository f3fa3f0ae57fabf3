"""The traffic mix: what is drawn, what it adds up to, and that a real ladder is what plays it."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from bench.bitext import SAME_AS, Utterance, bitext, mixed
from bench.data_sets import Missing
from bench.local_models import DATA_VARIABLE, DEFAULT_DATA
from bench.traffic_mix import FAQ_SHARE, HOSTED_POLICY, drawn
from bench.traffic_play import tokens
from bench.traffic_sums import Layer, Played, added_up, per_1000, saving
from cases.policy.rulebook import RoutingClass
from starter.policy_files import read_policy

FAQ = [Utterance(f"question {number}", "faq.returns") for number in range(100)]
OTHERS = [Utterance(f"wish {number}", None) for number in range(100)]


def played(
    layer: Layer, cost: str, *, expected: str | None = "a", answer: str | None = "a", pool: str = "cost"
) -> Played:
    alone = {"cheap": Decimal("0.001"), "strong": Decimal("0.003")}
    return Played(expected=expected, answer=answer, layer=layer, pool=pool, calls=2, cost=Decimal(cost), alone=alone)


def test_a_mix_has_the_share_it_is_asked_for() -> None:
    drawn_texts = mixed(FAQ, OTHERS, 50, 0.36, seed=1)
    assert len(set(drawn_texts)) == 50
    assert sum(one in FAQ for one in drawn_texts) == 18


def test_the_same_seed_draws_the_same_mix_and_another_seed_another() -> None:
    assert mixed(FAQ, OTHERS, 50, 0.36, seed=1) == mixed(FAQ, OTHERS, 50, 0.36, seed=1)
    assert mixed(FAQ, OTHERS, 50, 0.36, seed=1) != mixed(FAQ, OTHERS, 50, 0.36, seed=2)


def test_costs_are_told_for_a_thousand_tickets() -> None:
    assert per_1000([Decimal("0.001"), Decimal("0.004")]) == Decimal("2.5000")


def test_what_is_saved_is_a_share_of_what_it_cost_before() -> None:
    assert saving(Decimal("2.96"), Decimal("4.18")) == pytest.approx(0.29187, abs=1e-5)
    assert saving(Decimal("3"), Decimal("2")) == pytest.approx(-0.5)
    assert saving(Decimal("3"), Decimal("0")) is None


def test_a_mix_adds_up() -> None:
    sums = added_up(
        [
            played(Layer.RULE, "0.0005"),
            played(Layer.CHEAP, "0.001", answer="b"),
            played(Layer.CHEAP, "0.001", expected=None, pool="quality"),
            played(Layer.STRONG, "0.0055", answer=None),
        ],
        strong="strong",
    )
    assert sums.layers == {Layer.GUARD: 0, Layer.RULE: 0.25, Layer.CHEAP: 0.5, Layer.STRONG: 0.25}
    assert sums.pools == {"cost": 0.75, "quality": 0.25}
    assert (sums.routed, sums.alone["strong"], sums.at_random) == (Decimal(2), Decimal(3), Decimal(2))
    assert sums.saving == pytest.approx(1 / 3)
    assert (sums.labelled, sums.accuracy) == (2, 0.5)


def test_without_labels_no_accuracy_is_told() -> None:
    assert added_up([played(Layer.CHEAP, "0.001", expected=None)], strong="strong").accuracy is None


def test_tokens_are_a_quarter_of_the_characters() -> None:
    assert tokens("a" * 401) == 100


def test_every_label_means_an_intent_of_the_policy() -> None:
    assert set(SAME_AS.values()) <= set(read_policy(HOSTED_POLICY).document.intents)


def test_the_public_set_is_drawn_with_the_share_of_repeatable_questions() -> None:
    policy = read_policy(HOSTED_POLICY)
    try:
        texts = drawn(policy, Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA)), 200, seed=1)
    except Missing as missing:
        pytest.skip(f"{missing}, as {DATA_VARIABLE}")
    intents = policy.document.intents
    classes = [intents[one.intent].routing_class if one.intent else None for one in texts]
    assert classes.count(RoutingClass.FAQ) == round(200 * FAQ_SHARE)
    assert None in classes


def test_a_set_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"bitext/train\.csv is not there"):
        bitext(tmp_path)
