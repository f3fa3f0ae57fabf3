"""What a reviewer's edit may not do, whatever was proposed."""

from decimal import Decimal

from cases.action import ActionArguments, Refund
from cases.money import Money
from cases.review import Approve, Edit
from routing.decisions import doubled

REFUND = Refund(payment_id="pay_1", amount=Money(amount=Decimal("30.00"), currency="EUR"))
OTHER = REFUND.model_copy(update={"payment_id": "pay_2"})


def an_edit(*actions: ActionArguments) -> Edit:
    return Edit(request_id="review-1", case_version=0, reviewer="Rita", reply="Done.", actions=actions)


def test_the_same_refund_cannot_stand_twice_in_an_edit() -> None:
    less = REFUND.model_copy(update={"amount": Money(amount=Decimal("10.00"), currency="EUR")})
    assert doubled(an_edit(REFUND, less)) == "refund of pay_1 stands there twice. Nothing was changed. Give it once."


def test_two_refunds_of_two_payments_may_stand_in_an_edit() -> None:
    assert doubled(an_edit(REFUND, OTHER)) is None
    assert doubled(Approve(request_id="review-1", case_version=0, reviewer="Rita")) is None
