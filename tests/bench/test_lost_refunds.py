"""Some runs against a shop without keys, and that the rules notice a second effect."""

import pytest
from rich.console import Console

from bench.lost_refunds import broken_rules, summarise, told
from bench.lost_refunds_ground import LostEvidence, MortalShop, lost_ground
from bench.lost_refunds_plan import Death, Trouble, plan_lost
from bench.seeded_runs import play_seeds
from cases.action import ActionKind, ActionStatus
from integrations.commerce.protocol import Operation, Proof

FEW = tuple(range(1, 13))
MANY = tuple(range(1, 61))
"""`make soak` plays 200."""
QUIET = Console(quiet=True)


async def played(database_url: str, seeds: tuple[int, ...], shop: type[MortalShop] = MortalShop) -> list[LostEvidence]:
    async with lost_ground(database_url, seeds, shop) as ground:
        return await play_seeds(ground.play, seeds, told, QUIET, at_once=4)


async def test_whatever_is_lost_nothing_is_done_twice(database_url: str) -> None:
    runs = await played(database_url, FEW)
    assert [line for run in runs for line in told(run)] == []
    assert summarise(runs, 0).done >= 1


@pytest.mark.long
async def test_in_many_runs_nothing_is_done_twice(database_url: str) -> None:
    summary = summarise(await played(database_url, MANY), 0)
    assert summary.broken == ()
    assert summary.runs == len(MANY)


class Gullible(MortalShop):
    """A client that takes a shop without keys for one that keeps them."""

    def operation(self, kind: ActionKind) -> Operation:
        return Operation(proof=Proof.KEY)


async def test_a_client_that_trusts_in_keys_that_nobody_keeps_is_noticed(database_url: str) -> None:
    late = [seed for seed in range(1, 4_000) if _is_late_refund(seed)][:4]
    runs = await played(database_url, tuple(late), Gullible)
    assert any("it was done 2 times" in broken_rules(run) for run in runs)


def _is_late_refund(seed: int) -> bool:
    """Whether the first worker of a run dies while the shop is late, so that the next looks before it is done."""
    plan = plan_lost(seed)
    late = plan.troubles[0] is Trouble.LATE and plan.late_by > 0.3
    return plan.kind is ActionKind.REFUND and late and plan.deaths[:1] == (Death.DURING,)


def test_a_seed_is_always_the_same_run_and_all_troubles_come() -> None:
    assert plan_lost(7) == plan_lost(7)
    plans = [plan_lost(seed) for seed in range(1, 201)]
    assert {trouble for plan in plans for trouble in plan.troubles} == set(Trouble)
    assert {death for plan in plans for death in plan.deaths} == set(Death)
    assert {plan.kind for plan in plans} == {ActionKind.REFUND, ActionKind.CHANGE_ADDRESS, ActionKind.CANCEL_ORDER}


async def test_what_is_told_otherwise_than_it_was_is_noticed(database_url: str) -> None:
    (run,) = await played(database_url, (1,))
    one = run.effects or ()
    lied = run._replace(
        effects=one or (), results=tuple(r.model_copy(update={"status": ActionStatus.NOT_DONE}) for r in run.results)
    )
    assert bool(broken_rules(lied)) == bool(one)
