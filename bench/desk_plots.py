"""What the cases of the desk's screenshots and measurements are about."""

from typing import NamedTuple

from cases.classification import Priority, Team, Tone
from cases.reason import Reason, ReasonCode
from routing.messages import reason


class Plot(NamedTuple):
    """What one kind of case is about."""

    name: str
    subject: str
    text: str
    intent: str
    team: Team
    why: tuple[Reason, ...]
    refund: str | None
    priority: Priority = Priority.MEDIUM
    tone: Tone = Tone.CALM


PLOTS = (
    Plot(
        "Marta Kowalska",
        "Tent torn after one night",
        "Hello,\n\nthe tent (order W10023) tore along the seam the very first night. I sent it back on Monday, the "
        "parcel service says you have it. Please send me my money back, all of it.\n\nMarta Kowalska",
        "refund_request",
        Team.BILLING_SUPPORT,
        (reason(ReasonCode.REFUND_OVER_LIMIT, measured="129.00 EUR", limit="50 EUR"),),
        "129.00",
    ),
    Plot(
        "Deniz Aydın",
        "Double charge!!",
        "I was charged TWICE for order W10031. This is the third time I write. Refund me today or I go to my bank.",
        "refund_request",
        Team.BILLING_SUPPORT,
        (
            reason(ReasonCode.ANGRY_CUSTOMER),
            reason(ReasonCode.REFUND_OVER_LIMIT, measured="84.50 EUR", limit="50 EUR"),
        ),
        "84.50",
        Priority.HIGH,
        Tone.ANGRY,
    ),
    Plot(
        "Jonas Weber",
        "Rückgabe nach 30 Tagen",
        "Guten Tag, kann ich den Kocher noch zurückgeben? Gekauft vor fünf Wochen, unbenutzt.",
        "return_policy",
        Team.TRIAGE,
        (reason(ReasonCode.WEAK_SOURCES, measured="0.41", threshold="0.55"),),
        None,
    ),
    Plot(
        "Amélie Laurent",
        "Where is my parcel",
        "W10077 has been with the carrier for nine days. Is it lost?",
        "order_status",
        Team.ACCOUNT_OPS,
        (reason(ReasonCode.AMBIGUOUS, what="two orders have this item"),),
        None,
    ),
    Plot(
        "Sam Okafor",
        "Refund for the broken stove",
        "The stove from order W10090 does not light. I would like the money back please, not a new one.",
        "refund_request",
        Team.BILLING_SUPPORT,
        (reason(ReasonCode.REFUND_OVER_LIMIT, measured="640.00 EUR", limit="50 EUR"),),
        "640.00",
    ),
    Plot(
        "Priya Raman",
        "Returned rucksack",
        "I returned the rucksack of W10112 two weeks ago and heard nothing.",
        "refund_request",
        Team.BILLING_SUPPORT,
        (reason(ReasonCode.WEAK_IDENTITY, measured="claimed", required="matched"),),
        "59.90",
    ),
)
