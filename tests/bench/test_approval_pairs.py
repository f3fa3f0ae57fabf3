"""Some pairs of approvals at the same second, and that the rules notice two refunds."""

import pytest
from rich.console import Console

from bench.approval_pairs import PairEvidence, broken_rules, pair_ground, plan_pair, summarise, told
from bench.seeded_runs import play_seeds
from bench.shop_buyers import PAID

QUIET = Console(quiet=True)
MANY = 250
"""`make soak` plays 1,000."""


async def played(database_url: str, pairs: int) -> list[PairEvidence]:
    seeds = tuple(range(1, pairs + 1))
    async with pair_ground(database_url, seeds) as ground:
        return await play_seeds(ground.play, seeds, told, QUIET, at_once=4)


async def test_of_two_approvals_at_the_same_second_one_pays(database_url: str) -> None:
    pairs = await played(database_url, 12)
    assert [line for pair in pairs for line in told(pair)] == []
    pair = pairs[0]
    doubled = pair._replace(results=(pair.results[0], pair.results[0]), first_effects=2)
    assert len(broken_rules(doubled)) >= 2
    effect = pair.effects[0]
    assert any("moved" in broken for broken in broken_rules(pair._replace(effects=(effect, effect, *pair.effects))))


@pytest.mark.long
async def test_of_many_pairs_none_pays_twice(database_url: str) -> None:
    summary = summarise(await played(database_url, MANY), 0)
    assert summary.broken == ()
    assert summary.first == {"executed": MANY, "outdated": MANY}


def test_pairs_differ_and_many_want_all_of_it() -> None:
    plans = [plan_pair(seed) for seed in range(1, 1_001)]
    assert plans[6] == plan_pair(7)
    assert sum(plan.amounts == (PAID, PAID) for plan in plans) > 200
    assert {plan.has_keys for plan in plans} == {True, False}
    assert any(None in plan.amounts for plan in plans)
