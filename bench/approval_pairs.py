"""Two cases, one payment, two approvals at the same second: never more than the payment, and never both.

python -m bench.approval_pairs [--pairs 1000] [--from-seed 1] [--seed N] [--json]

A pair is drawn from its seed: how much each case refunds of one payment of 100 EUR, whether one cancels the order
instead, and which kind of shop it is. Each is approved on the same facts and done by a worker of its own, at the same
time; then the one that came second is decided anew, on fresh facts. Shops and ledger are real.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

import httpx
import typer
from pydantic import TypeAdapter
from rich.console import Console

from bench.helpdesk_ground import own_database
from bench.seeded_runs import BrokenRun, play_seeds
from bench.shop_buyers import PAID, Buyer, add_buyers
from cases.action import ActionArguments, ActionResult, ActionStatus, CancelOrder, Refund, RefundOnCancel
from cases.money import Money
from cases.record import Record
from cases.work import ActRequest
from demo.shop.effects import Effect
from integrations.commerce.protocol import Commerce
from ledger.database import Database
from ledger.migrate import migrate
from tests.activities.acting import acting, asked, keyed, policy, settled, unkeyed
from tests.shop_process import shop_process

AT_ONCE = 4
"""Pairs that are played side by side. Each has a buyer of its own."""

AMOUNTS = tuple(Decimal(amount) for amount in ("25.00", "50.00", "60.00", "100.00"))
ANSWER_SECONDS = 30.0
LIMIT = 100_000_000

EFFECTS = TypeAdapter(tuple[Effect, ...])


class PairPlan(NamedTuple):
    """One pair."""

    seed: int
    amounts: tuple[Decimal | None, Decimal | None]
    """What each refunds; None cancels the order, which refunds the rest."""
    has_keys: bool
    """Whether the shop keeps keys."""


class PairEvidence(NamedTuple):
    """A pair as it went."""

    plan: PairPlan
    results: tuple[ActionResult, ActionResult]
    anew: tuple[ActionResult, ...]
    """What became of each that was outdated, decided again on fresh facts."""
    effects: tuple[Effect, ...]
    first_effects: int
    """How many there were before anything was decided again."""
    refunded: Money


class PairSummary(Record):
    """How it went."""

    pairs: int
    seconds: float
    first: dict[str, int]
    anew: dict[str, int]
    both_full: int
    """Pairs in which both asked for all of the payment."""
    broken: tuple[BrokenRun, ...]


def plan_pair(seed: int) -> PairPlan:
    """The pair of a seed. In one of four both want all of it."""
    draw = random.Random(seed)  # noqa: S311
    amounts: tuple[Decimal | None, ...] = (PAID, PAID)
    if draw.random() < 0.75:
        amounts = tuple(draw.choice((*AMOUNTS, None)) for _ in range(2))
    return PairPlan(seed, (amounts[0], amounts[1]), has_keys=draw.random() < 0.5)


class PairGround:
    """All that pairs need; a pair is played by its seed, and has a buyer of its own."""

    def __init__(self, services: dict[bool, httpx.AsyncClient], database: Database) -> None:
        self._services = services
        self._database = database

    async def play(self, seed: int) -> PairEvidence:
        """Play the pair of a seed."""
        plan, buyer = plan_pair(seed), Buyer(seed)
        service = self._services[plan.has_keys]
        shop: Commerce = keyed(service, RefundOnCancel.THE_REST)
        if not plan.has_keys:
            shop = unkeyed(service, ANSWER_SECONDS, RefundOnCancel.THE_REST)
        cases = [f"{seed}-{side}" for side in "ab"]
        asks = [await self._ask(shop, buyer, amount, case) for amount, case in zip(plan.amounts, cases, strict=True)]
        one, other = await asyncio.gather(*(self._done(shop, ask) for ask in asks))
        first_effects = len(await self._effects(service, buyer))
        anew: list[ActionResult] = []
        for result, amount, case in zip((one, other), plan.amounts, cases, strict=True):
            if result.status is ActionStatus.OUTDATED:
                anew.append(await self._done(shop, await self._ask(shop, buyer, amount, case, by="review-2")))
        payment = await shop.target_records(Refund(payment_id=buyer.payment, amount=_eur(PAID)))
        return PairEvidence(
            plan=plan,
            results=(one, other),
            anew=tuple(anew),
            effects=await self._effects(service, buyer),
            first_effects=first_effects,
            refunded=payment.payments[0].refunded,
        )

    async def _ask(self, shop: Commerce, buyer: Buyer, amount: Decimal | None, case: str, by: str = "m1") -> ActRequest:
        arguments: ActionArguments = CancelOrder(order_id=buyer.order)
        moves = None
        if amount is None:
            records = await shop.target_records(arguments)
            left = records.payments[0].refundable
            moves = left if left.amount else None
        else:
            arguments = Refund(payment_id=buyer.payment, amount=_eur(amount))
        return await asked(shop, arguments, case=case, by=by, customer_id=buyer.customer, moves=moves)

    async def _done(self, shop: Commerce, ask: ActRequest) -> ActionResult:
        return await settled(acting(shop, self._database, policy(2, customer_limit=LIMIT)), ask)

    async def _effects(self, service: httpx.AsyncClient, buyer: Buyer) -> tuple[Effect, ...]:
        answer = await service.get("/effects", params={"target": [buyer.payment, buyer.order]})
        return EFFECTS.validate_json(answer.raise_for_status().content)


def _eur(amount: Decimal) -> Money:
    return Money(amount=amount, currency="EUR")


@asynccontextmanager
async def pair_ground(database_url: str, seeds: Sequence[int]) -> AsyncGenerator[PairGround]:
    """Two kinds of shop over one set of records with a buyer for each seed, and an empty ledger."""
    migrate(database_url)
    async with AsyncExitStack() as opened:
        directory = Path(opened.enter_context(TemporaryDirectory(prefix="signalbox-shop-")))
        services: dict[bool, httpx.AsyncClient] = {}
        for has_keys in (True, False):
            options = ("--refunds-on-cancel", *(() if has_keys else ("--without-keys",)))
            running = opened.enter_context(shop_process(database_url, directory / f"{has_keys}.yaml", options=options))
            client = httpx.AsyncClient(base_url=running.address, timeout=ANSWER_SECONDS)
            services[has_keys] = await opened.enter_async_context(client)
        (await services[True].post("/reset")).raise_for_status()
        add_buyers(database_url, [Buyer(seed) for seed in seeds])
        database = Database.at(database_url, connections=10)
        opened.push_async_callback(database.close)
        yield PairGround(services, database)


def broken_rules(pair: PairEvidence) -> tuple[str, ...]:
    """Every rule that was broken, as a sentence; none where all is well."""
    return tuple(_broken(pair))


def _broken(pair: PairEvidence) -> Iterator[str]:
    told = sorted(result.status.value for result in pair.results)
    if told != ["executed", "outdated"]:
        yield f"the two ended as {told}"
    if pair.first_effects != 1:
        yield f"{pair.first_effects} things were done at the same second"
    if pair.refunded.exceeds(_eur(PAID)):
        yield f"{pair.refunded} of {PAID} went back"
    moved = sum((effect.amount.amount for effect in pair.effects if effect.amount is not None), Decimal(0))
    if moved != pair.refunded.amount:
        yield f"{moved} moved, and the payment shows {pair.refunded}"
    full = [effect for effect in pair.effects if effect.amount is not None and effect.amount.amount == PAID]
    if len(full) > 1:
        yield f"all of it went back {len(full)} times"
    executed = [result for result in (*pair.results, *pair.anew) if result.status is ActionStatus.EXECUTED]
    # What was so already, when it was decided anew, is told as executed without a receipt: nothing was sent for it.
    sent = [result for result in executed if result.receipt is not None]
    if len(sent) != len(pair.effects):
        yield f"{len(sent)} were sent and are told as executed, and {len(pair.effects)} were done"
    unnamed = [result for result in pair.results if result.status is ActionStatus.OUTDATED and result.reason is None]
    if unnamed:
        yield "nobody is told what came first"


def told(pair: PairEvidence) -> list[str]:
    """A pair that broke a rule, in lines for a person; nothing of one that did not."""
    broken = broken_rules(pair)
    if not broken:
        return []
    return [
        f"seed {pair.plan.seed}: {pair.plan.amounts}, keys: {pair.plan.has_keys}",
        *(f"  BROKEN   {sentence}" for sentence in broken),
        *(f"  told     {result.status}: {result.reason or result.receipt}" for result in (*pair.results, *pair.anew)),
        *(f"  effect   {effect.at:%H:%M:%S.%f} {effect.key} {effect.amount or ''}" for effect in pair.effects),
        f"  again    {_again(pair)}",
    ]


def summarise(pairs: Sequence[PairEvidence], seconds: float) -> PairSummary:
    """Count what happened."""
    broken = ((pair, broken_rules(pair)) for pair in pairs)
    return PairSummary(
        pairs=len(pairs),
        seconds=round(seconds, 1),
        first=dict(Counter(result.status.value for pair in pairs for result in pair.results).most_common()),
        anew=dict(Counter(result.status.value for pair in pairs for result in pair.anew).most_common()),
        both_full=sum(pair.plan.amounts == (PAID, PAID) for pair in pairs),
        broken=tuple(
            BrokenRun(seed=pair.plan.seed, broken=rules, again=_again(pair)) for pair, rules in broken if rules
        ),
    )


def _again(pair: PairEvidence) -> str:
    return f"python -m bench.approval_pairs --seed {pair.plan.seed}"


def main(
    pairs: Annotated[int, typer.Option(min=1, help="How many pairs.")] = 1_000,
    from_seed: Annotated[int, typer.Option(min=1, help="The first pair's seed; the others count up from it.")] = 1,
    seed: Annotated[int | None, typer.Option(min=1, help="Play the pair of this seed alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Approve two at once; exit with 1 if both were done, or more went back than was paid."""
    seeds = range(from_seed, from_seed + pairs) if seed is None else (seed,)
    screen = Console(stderr=as_json, highlight=False, markup=False)
    begun = time.monotonic()
    summary = summarise(asyncio.run(_play(seeds, screen)), time.monotonic() - begun)
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        for name, counts in (("at once", summary.first), ("decided anew", summary.anew)):
            screen.print(f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
        for run in summary.broken:
            screen.print(f"BROKEN  seed {run.seed}: {'; '.join(run.broken)}\n  again: {run.again}", soft_wrap=True)
        verdict = "no rule broken" if not summary.broken else f"{len(summary.broken)} pairs broke a rule"
        screen.print(
            f"{summary.pairs} pairs ({summary.both_full} want all of it twice) in {summary.seconds:.0f} s: {verdict}."
        )
    raise typer.Exit(1 if summary.broken else 0)


async def _play(seeds: Sequence[int], screen: Console) -> list[PairEvidence]:
    async with own_database() as url, pair_ground(url, seeds) as ground:
        return await play_seeds(ground.play, seeds, told, screen, AT_ONCE)


if __name__ == "__main__":
    typer.run(main)
