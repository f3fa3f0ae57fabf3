"""Proving: whether an action that was sent has happened, as far as its system of record can tell."""

from cases.action import ActionArguments, ActionResult, ActionStatus
from cases.money import Money
from cases.reason import ReasonCode
from cases.reservation import Done, Sent
from integrations.commerce.protocol import Commerce, Proof, Receipt
from routing.effects import unlike_effect, untouched
from routing.messages import reason


class Proving:
    """Looks for one action. It changes nothing."""

    def __init__(
        self, shop: Commerce, key: str, action_id: str, summary: str, arguments: ActionArguments, moves: Money | None
    ) -> None:
        self._shop = shop
        self._key = key
        self._action_id = action_id
        self._summary = summary
        self.done = Done(arguments=arguments, moved=moves)
        self.operation = shop.operation(arguments.kind)

    async def find(self, sent: Sent) -> ActionResult | None:
        """What is seen of an action that was sent. None: nothing of it, which proves nothing.

        Raises ToolUnavailable.
        """
        match self.operation.proof:
            case Proof.KEY | Proof.MARKER:
                receipt = await self._shop.receipt(self._key, self.done.arguments)
                replayed = receipt and receipt.model_copy(update={"replayed": True})
                return await self.verify(sent, replayed) if replayed else None
            case Proof.NATURAL:
                return await self.verify(sent, None)
            case Proof.NOTHING:
                return self.unknown("the answer was lost, and nothing shows it")

    async def verify(self, sent: Sent, receipt: Receipt | None) -> ActionResult | None:
        """Compare the records with how they read before. None: they show nothing of it yet. Raises ToolUnavailable."""
        now = await self._shop.target_records(self.done.arguments)
        differing = unlike_effect(sent.before, self.done, now)
        if not differing:
            return ActionResult(
                action_id=self._action_id,
                status=ActionStatus.EXECUTED,
                receipt=receipt.reference if receipt else None,
                replayed=receipt is None or receipt.replayed,
            )
        if untouched(sent.before, self.done.arguments, now):
            return None
        return self.unknown(f"the records show something else: {differing[0]}")

    def unknown(self, more: str = "") -> ActionResult:
        """A person must look. `more` is what they find out first, where anything is known."""
        said = f"{self._summary} ({more[:120]})" if more else self._summary
        why = reason(ReasonCode.ACTION_UNKNOWN, action=said)
        return ActionResult(action_id=self._action_id, status=ActionStatus.UNKNOWN, reason=why)
