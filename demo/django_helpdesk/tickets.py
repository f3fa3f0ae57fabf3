"""What customers write to the helpdesk in its demo. The shop knows the two who ask about an order."""

from typing import NamedTuple


class Written(NamedTuple):
    """What one customer fills in."""

    subject: str
    text: str
    email: str


AT_ONCE = (
    Written("Returns", "How many days do I have to return a tent?", "n.marsh@example.com"),
    Written(
        "W10023",
        "Could you check on W10023 for me? The tracking page has said “handed to carrier” since yesterday. Hannah",
        "hannah.whitfield@example.com",
    ),
    Written(
        "Backpack W10210 - refund please",
        "The hip belt of the Severn 45 from order W10210 doesn't sit right on me. I'd like my 129 euros back. Priya",
        "priya.raman@example.org",
    ),
)
"""A plain question and an order's whereabouts, which are answered by themselves; a refund above the limit, which waits
for a person."""

LATE = Written("Shipping", "How long does delivery to Turkey take?", "paolo.riva@example.com")
"""Another plain question, written while our door is away."""
