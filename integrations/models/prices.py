"""What a call cost: the policy's own price, or the vendor's list price. An unknown price is an error and never zero.

Nor is a list believed that says nothing: it has models at no price a token that are paid by the minute or the picture.
"""

from decimal import Decimal

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from cases.ladder import Usage
from cases.policy.models import ModelDocument, WireFormat


class UnknownPrice(LookupError):
    """Neither the policy nor the price list knows what a model costs."""

    def __init__(self, model: str) -> None:
        super().__init__(f"the price of {model} is not known; give it a `price` in the policy")


def cost_of(model: ModelDocument, wire: WireFormat, wire_name: str, usage: Usage) -> Decimal:
    """What a call cost, in US dollars. Raises UnknownPrice."""
    if model.price is not None:
        return model.price.of(usage)
    counted = PricedUsage(
        input_tokens=usage.input_tokens, cache_read_tokens=usage.cached_tokens, output_tokens=usage.output_tokens
    )
    try:
        listed = calc_price(counted, model_ref=wire_name, provider_id=wire).total_price
    except LookupError as error:
        raise UnknownPrice(wire_name) from error
    if not listed and usage != Usage():
        raise UnknownPrice(wire_name)
    return listed


def cost_at_most(model: ModelDocument, wire: WireFormat, wire_name: str, usage: Usage) -> Decimal:
    """What a call cost, in US dollars; where nobody knows, the most that an answer of this model costs.

    A call whose answer never came was perhaps made and paid for: the ticket's ceiling must know of it.
    """
    if usage == Usage():
        return model.expected_cost
    try:
        return cost_of(model, wire, wire_name, usage)
    except UnknownPrice:
        return model.expected_cost
