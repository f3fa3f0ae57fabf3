"""`python -m bench.traffic_mix`: what a traffic mix costs as the policy routes it, against one model for everything.

No hosted model is asked. `README.md` beside this file says what stands in for them, and what that cannot tell.
"""

import asyncio
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from activities.retrieve import Retrieving
from bench.bitext import Utterance, bitext, mixed
from bench.data_sets import Missing
from bench.local_models import DATA_VARIABLE, DEFAULT_DATA, DEFAULT_HEADS
from bench.traffic_play import Player
from bench.traffic_sums import CacheFigures, Layer, Sums, added_up
from cases.facts import (
    Account,
    Facts,
    IdentityStrength,
    Order,
    OrderStatus,
    Payment,
    PaymentStatus,
    Subscription,
    SubscriptionStatus,
)
from cases.money import Money
from cases.policy.document import Policy
from cases.policy.rulebook import RoutingClass
from cases.record import Record
from demo.embedded.help_centre import TENANT, index_help_centre
from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder, LocalProvider
from ledger.database import Database
from ledger.help_centre import HelpCentre
from ledger.migrate import migrate
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

HOSTED_POLICY = DEFAULT_POLICY.with_name("default.yaml")
FAQ_SHARE = 0.36
"""The repeatable questions of a marketplace's support copilot, by its operators' own account."""

TARGET_LAYERS = {Layer.RULE: 0.15, Layer.CHEAP: 0.75, Layer.STRONG: 0.10}
"""The split of a published hybrid of rules and two models, to hold ours against."""

TARGET_SAVING = 0.29
"""The same marketplace's: from 4.18 to 2.96 dollars per 1,000 requests."""

RECORDS = Facts(
    identity=IdentityStrength.MATCHED,
    account=Account(id="cus_1", name="Hannah Whitfield", email="hannah@example.com", address="14 Orchard Lane, Leeds"),
    orders=(
        Order(
            id="W10023",
            customer_id="cus_1",
            status=OrderStatus.SHIPPED,
            items=("Ridgeline 2 tent footprint", "Tent pegs, set of 10"),
            total=Money(amount=Decimal("46.80"), currency="EUR"),
            placed_on=date(2026, 1, 1),
            shipped_on=date(2026, 1, 3),
            expected_on=date(2026, 1, 6),
            carrier="DHL",
            tracking="JD0146002301",
        ),
    ),
    payments=(
        Payment(
            id="pay_10023",
            customer_id="cus_1",
            order_id="W10023",
            status=PaymentStatus.CAPTURED,
            amount=Money(amount=Decimal("46.80"), currency="EUR"),
            refunded=Money(amount=Decimal("0.00"), currency="EUR"),
            paid_on=date(2026, 1, 1),
            method="card",
        ),
    ),
    subscription=Subscription(
        id="sub_1",
        customer_id="cus_1",
        plan="plus",
        status=SubscriptionStatus.ACTIVE,
        price=Money(amount=Decimal("9.90"), currency="EUR"),
        renews_on=date(2026, 2, 1),
    ),
)
"""What every ticket's customer has: look-ups succeed, and prompts carry what they found."""

screen = Console(stderr=True)


class Figures(Record):
    """The mix played, how it was drawn, and what the cache measured elsewhere; none where nobody measured it."""

    policy_version: str
    seed: int
    faq_share: float
    seconds: float
    sums: Sums
    saving: float | None
    cache: CacheFigures | None


async def play(policy: Policy, utterances: list[Utterance], database_url: str, heads: Path) -> Sums:
    """Play every utterance, and add up. The help centre of the demo's tenant must be in the database."""
    encoders = Encoders()
    stand_in = LocalProvider({policy.version: policy}, encoders, heads)
    embedder = LocalEmbedder(encoders)
    database = Database.at(database_url, connections=1)
    try:
        retrieving = Retrieving(HelpCentre(database, embedder.name), embedder)
        player = Player(policy, stand_in, retrieving, TENANT, RECORDS)
        played = [await player.play(number, one) for number, one in enumerate(utterances, start=1)]
    finally:
        await database.close()
    return added_up(played, strong=policy.document.pools["quality"][0])


def drawn(policy: Policy, folder: Path, count: int, seed: int) -> list[Utterance]:
    """The mix: which utterances are repeatable questions, the policy's routing classes say. Raises Missing."""
    intents = policy.document.intents
    asked = bitext(folder)
    faq = [one for one in asked if one.intent is not None and intents[one.intent].routing_class is RoutingClass.FAQ]
    return mixed(faq, [one for one in asked if one not in set(faq)], count, FAQ_SHARE, seed)


def main(
    data: Annotated[Path, typer.Option(envvar=DATA_VARIABLE, help="The folder of the public sets.")] = DEFAULT_DATA,
    policy: Annotated[Path, typer.Option(help="The policy's first file.")] = HOSTED_POLICY,
    tickets: Annotated[int, typer.Option(min=10, max=2000, help="How many are drawn.")] = 600,
    seed: Annotated[int, typer.Option(help="What draws them.")] = 1,
    heads: Annotated[Path, typer.Option(help="Where what was learnt is kept between runs.")] = DEFAULT_HEADS,
    cache: Annotated[Path | None, typer.Option(help="Measured hit_share and false_hit_share, as JSON.")] = None,
    file: Annotated[Path | None, typer.Option("--json", help="Write the figures there too.")] = None,
) -> None:
    """Play a traffic mix through the policy's routing, at list prices."""
    used = read_policy(policy)
    try:
        measured = CacheFigures.model_validate_json(cache.read_bytes()) if cache is not None else None
        utterances = drawn(used, data, tickets, seed)
    except Missing as missing:
        raise typer.BadParameter(f"{missing}, as --data or {DATA_VARIABLE}.") from missing
    except (OSError, ValidationError) as error:
        raise typer.BadParameter(f"{cache} does not hold hit_share and false_hit_share as JSON: {error}") from error
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="signalbox-bench-") as directory:
        server = EmbeddedPostgres(Path(directory), free_ports(1)[0])
        server.start()
        try:
            url = server.url("postgres")
            migrate(url)
            index_help_centre(url)
            sums = asyncio.run(play(used, utterances, url, heads))
        finally:
            server.stop()
    figures = Figures(
        policy_version=used.version,
        seed=seed,
        faq_share=FAQ_SHARE,
        seconds=time.monotonic() - began,
        sums=sums,
        saving=sums.saving,
        cache=measured,
    )
    text = figures.model_dump_json(indent=2)
    if file is not None:
        file.write_text(text)
    _show(figures)
    typer.echo(text)


def _show(figures: Figures) -> None:
    sums = figures.sums
    shares = Table("settled by", "share", "to hold it against")
    for layer, share in sums.layers.items():
        target = TARGET_LAYERS.get(layer)
        shares.add_row(layer, f"{share:.1%}", f"{target:.0%}" if target is not None else "")
    for pool, share in sums.pools.items():
        shares.add_row(f"drafts: {pool}", f"{share:.1%}", "")
    if figures.cache is not None:
        false = f"{figures.cache.false_hit_share:.1%} of them wrong"
        shares.add_row("cache hits", f"{figures.cache.hit_share:.1%}", false)
    costs = Table("who does it", "$ per 1,000")
    costs.add_row("as the policy routes it", str(sums.routed))
    for model, cost in sums.alone.items():
        costs.add_row(f"{model} alone", str(cost))
    costs.add_row("one of them at random", str(sums.at_random))
    screen.print(shares, costs)
    if figures.saving is not None:
        screen.print(f"{figures.saving:.1%} less than {sums.strong} alone (to hold it against: {TARGET_SAVING:.0%})")
    if sums.accuracy is not None:
        screen.print(f"{sums.accuracy:.1%} of {sums.labelled} labelled answers of patterns and stand-in right")


if __name__ == "__main__":
    typer.run(main)
