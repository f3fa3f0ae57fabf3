"""What a traffic mix adds up to: shares of layers and pools, cost per 1,000 tickets, accuracy where labels exist."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from cases.classification import IntentName
from cases.record import Record

CENT_OF_A_CENT = Decimal("0.0001")
NO_DRAFT = "no model"
"""Where no model drafts: a person has the ticket, or the customer is asked by a template."""


class Layer(StrEnum):
    """What settled what a ticket is about."""

    GUARD = "guard"
    """Critical words: a person has it, and no model read it."""
    RULE = "rule"
    CHEAP = "cheap"
    STRONG = "strong"


class Played(Record):
    """One ticket, played through. Costs in US dollars."""

    expected: IntentName | None
    answer: IntentName | None
    """What a pattern or the stand-in said; none where the strong model would have had the word."""
    layer: Layer
    pool: str
    """The first pool of its draft."""
    calls: int
    cost: Decimal
    """As the policy routes it."""
    alone: dict[str, Decimal]
    """What each model would have cost that did everything by itself."""


class CacheFigures(Record):
    """What a semantic cache was measured to do, as shares: answers from it, and wrong ones among those."""

    hit_share: float
    false_hit_share: float


class Sums(Record):
    """A mix, added up. Shares are between 0 and 1, costs are US dollars per 1,000 tickets."""

    tickets: int
    layers: dict[Layer, float]
    pools: dict[str, float]
    calls_per_ticket: float
    routed: Decimal
    alone: dict[str, Decimal]
    at_random: Decimal
    """The mean of the models alone: what a coin would cost that draws one for each ticket."""
    labelled: int
    """Tickets with a label that a pattern or the stand-in answered."""
    accuracy: float | None
    """Of those; none without any."""
    strong: str

    @property
    def saving(self) -> float | None:
        """The share of the strong model's cost that routing saves; none where that costs nothing."""
        return saving(self.routed, self.alone[self.strong])


def added_up(played: Sequence[Played], strong: str) -> Sums:
    """Add up a mix; at least one ticket must have been played."""
    count = len(played)
    judged = [one for one in played if one.expected is not None and one.answer is not None]
    alone = {model: per_1000([one.alone[model] for one in played]) for model in played[0].alone}
    return Sums(
        tickets=count,
        layers={layer: sum(one.layer is layer for one in played) / count for layer in Layer},
        pools=_shares([one.pool for one in played]),
        calls_per_ticket=sum(one.calls for one in played) / count,
        routed=per_1000([one.cost for one in played]),
        alone=alone,
        at_random=(sum(alone.values(), Decimal(0)) / len(alone)).quantize(CENT_OF_A_CENT),
        labelled=len(judged),
        accuracy=sum(one.answer == one.expected for one in judged) / len(judged) if judged else None,
        strong=strong,
    )


def per_1000(costs: Sequence[Decimal]) -> Decimal:
    """What 1,000 such tickets cost."""
    return (sum(costs, Decimal(0)) * 1000 / len(costs)).quantize(CENT_OF_A_CENT)


def saving(routed: Decimal, before: Decimal) -> float | None:
    """The share that is saved, 0 to 1, or under 0 where it costs more."""
    return float(1 - routed / before) if before else None


def _shares(names: Sequence[str]) -> dict[str, float]:
    return {name: count / len(names) for name, count in Counter(names).most_common()}
