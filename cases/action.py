"""What Signalbox may do in a system of record: proposed first, cleared where it is risky, done once."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from cases.classification import IntentName
from cases.money import Money
from cases.reason import Reason
from cases.record import Document, Record

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class ActionKind(StrEnum):
    """Everything the shop can be asked to do."""

    REFUND = "refund"
    CANCEL_ORDER = "cancel_order"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    CHANGE_ADDRESS = "change_address"
    CHANGE_EMAIL = "change_email"
    CHANGE_PLAN = "change_plan"
    CLOSE_ACCOUNT = "close_account"
    RESET_ACCESS = "reset_access"


class RefundOnCancel(StrEnum):
    """What a shop does by itself with the money of an order that it cancels."""

    NOTHING = "nothing"
    """The money stays; it goes back by a refund, which is an action of its own."""
    THE_REST = "the_rest"
    """All that has not gone back yet goes back with the cancellation."""


OF_AN_ORDER = (ActionKind.REFUND, ActionKind.CANCEL_ORDER, ActionKind.CHANGE_ADDRESS)
"""What is done for the one order that the customer means."""


class Refund(Document):
    """Send money of a payment back to where it came from."""

    kind: Literal[ActionKind.REFUND] = ActionKind.REFUND
    payment_id: str
    amount: Money

    @model_validator(mode="after")
    def _moves_money(self) -> Self:
        if self.amount.amount <= 0:
            raise ValueError("amount must be more than zero; to send nothing back, reject the refund")
        return self

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.payment_id


class CancelOrder(Document):
    """Stop an order that has not been shipped."""

    kind: Literal[ActionKind.CANCEL_ORDER] = ActionKind.CANCEL_ORDER
    order_id: str

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.order_id


class CancelSubscription(Document):
    """Stop a subscription at the end of the paid period."""

    kind: Literal[ActionKind.CANCEL_SUBSCRIPTION] = ActionKind.CANCEL_SUBSCRIPTION
    subscription_id: str

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.subscription_id


class ChangeAddress(Document):
    """Send an order that has not been shipped somewhere else."""

    kind: Literal[ActionKind.CHANGE_ADDRESS] = ActionKind.CHANGE_ADDRESS
    order_id: str
    address: Annotated[str, StringConstraints(min_length=5, max_length=300)]

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.order_id


class ChangeEmail(Document):
    """Change the address an account signs in with."""

    kind: Literal[ActionKind.CHANGE_EMAIL] = ActionKind.CHANGE_EMAIL
    customer_id: str
    email: Email

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.customer_id


class ChangePlan(Document):
    """Move a subscription to another plan."""

    kind: Literal[ActionKind.CHANGE_PLAN] = ActionKind.CHANGE_PLAN
    subscription_id: str
    plan: Annotated[str, StringConstraints(min_length=1, max_length=50)]

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.subscription_id


class CloseAccount(Document):
    """Close an account for good."""

    kind: Literal[ActionKind.CLOSE_ACCOUNT] = ActionKind.CLOSE_ACCOUNT
    customer_id: str

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.customer_id


class ResetAccess(Document):
    """Send a reset link to the address on record, never to another."""

    kind: Literal[ActionKind.RESET_ACCESS] = ActionKind.RESET_ACCESS
    customer_id: str

    @property
    def target(self) -> str:
        """The record it changes."""
        return self.customer_id


ActionArguments = Annotated[
    Refund | CancelOrder | CancelSubscription | ChangeAddress | ChangeEmail | ChangePlan | CloseAccount | ResetAccess,
    Field(discriminator="kind"),
]
"""The typed arguments of one action. Every identifier and amount in it comes from a system of record."""


class ProposedAction(Record):
    """An action Signalbox would take for an intent, before anybody cleared it."""

    id: str
    """Kind and target, for a change a hash of the new value, and the request. With the case id it is the idempotency
    key: what one request asks for is done once, and what another asks for is another action."""
    request: str
    """Who asked for it: the id of the customer's message, or of the review in which a person made it what it is."""
    intent: IntentName
    arguments: ActionArguments
    moves: Money | None = None
    """The money that the system of record moves besides, as some shops do with an order that they cancel."""
    summary: str
    """One line for a person: what happens to what, with the amount."""
    reversible: bool

    @property
    def kind(self) -> ActionKind:
        """What is to be done."""
        return self.arguments.kind

    @property
    def value(self) -> Money | None:
        """The money that moves, if any does."""
        return self.arguments.amount if isinstance(self.arguments, Refund) else self.moves


class ActionStatus(StrEnum):
    """How an action ended."""

    EXECUTED = "executed"
    """Done, and seen to be done in the system of record."""
    REFUSED = "refused"
    """The system of record, or a limit of ours, said no: nothing happened."""
    NOT_DONE = "not_done"
    """It certainly did not happen, and asking again did not help."""
    OUTDATED = "outdated"
    """What the decision rested on has changed since, or another action about the same record came first: nothing was
    done, and whoever decides must see it anew."""
    UNKNOWN = "unknown"
    """The answer was lost and looking it up could not settle it, or the records show something else: a person must
    look."""


class ActionResult(Record):
    """How an action ended, and what proves it."""

    action_id: str
    status: ActionStatus
    receipt: str | None = None
    """The system of record's own reference."""
    reason: Reason | None = None
    """Why it was not executed."""
    replayed: bool = False
    """The system of record had already done it under the same key."""


class ValueLimit(Record):
    """How much money actions may move within a window, per currency; a currency not named may move none."""

    amounts: dict[str, Decimal]
    window_seconds: Annotated[int, Field(gt=0)]
