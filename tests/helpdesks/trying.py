"""A write tried until it stands there, as whoever answers a ticket tries it: look first, then write."""

import random

from cases.draft import CustomerText
from cases.errors import ToolOutcomeUnknown, ToolUnavailable
from cases.helpdesk_write import WriteIntent
from demo.faults import Fault, FaultKind
from integrations.helpdesks.protocol import Helpdesk

TRIES = 40


def troubles(seed: int) -> list[Fault]:
    """Some faults of every kind but slowness, which would only take time."""
    chance = random.Random(seed)  # noqa: S311 - no secret is drawn
    kinds = [FaultKind.FAIL, FaultKind.DROP_ANSWER, FaultKind.DROP_REQUEST]
    return [Fault(kind=chance.choice(kinds), status=chance.choice([500, 503])) for _ in range(chance.randint(1, 6))]


async def stands_there(helpdesk: Helpdesk, intent: WriteIntent, text: CustomerText) -> str:
    """Try until the reply is known to stand there; gives its id."""
    for _ in range(TRIES):
        try:
            return await helpdesk.find(intent) or await helpdesk.reply(intent, text)
        except (ToolUnavailable, ToolOutcomeUnknown):
            continue
    raise AssertionError(f"It does not stand there after {TRIES} tries.")
