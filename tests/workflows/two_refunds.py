"""A world in which one ticket asks for two refunds, and its customer may write between them."""

from dataclasses import dataclass, field

from temporalio import activity

from cases.action import ActionKind, ActionResult
from cases.classification import Entities
from cases.facts import LookupKind
from cases.policy.rulebook import PaymentChoice, Rulebook
from cases.work import ActRequest, Reading
from tests.samples import EUR_30, a_classification, a_message, a_payment, an_order
from tests.small_rulebook import intent_rules, rulebook
from tests.workflows.conftest import CaseHandle
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

TWINS = tuple(a_payment(EUR_30, "W10002").model_copy(update={"id": name}) for name in ("pay_2a", "pay_2b"))


def with_double_charges(rules: Rulebook) -> Rulebook:
    """The same rules, by which a double charge is paid back."""
    charged_twice = intent_rules(
        lookups=(LookupKind.ORDERS, LookupKind.PAYMENTS),
        action=ActionKind.REFUND,
        refund_of=PaymentChoice.CHARGED_TWICE,
    )
    return rules.model_copy(update={"intents": {**rules.intents, "double_charge": charged_twice}})


@dataclass
class TwoRefunds(World):
    """A world whose customer writes again while the first of two refunds is done, if there is a case to write to."""

    case: list[CaseHandle] = field(default_factory=list[CaseHandle])

    @activity.defn(name="act")
    async def act(self, request: ActRequest) -> ActionResult:
        if self.case:
            await self.case.pop().signal(TicketWorkflow.customer_message, a_message("Stop, not that one!", 2))
        return await World.act(self, request)


def two_refunds(rules: Rulebook | None = None) -> TwoRefunds:
    """A ticket with a refund and a double charge, together over the limit."""
    return TwoRefunds(
        rules=with_double_charges(rules or rulebook()),
        readings=[Reading(language="en", findings=(), entities=Entities())],
        classifications=[a_classification("refund_request", "double_charge")],
        orders=(an_order(),),
        payments=(a_payment(EUR_30), *TWINS),
        drafts=["We have refunded you."],
    )
