"""What a reviewer's edit may not do, whatever was proposed."""

from decimal import Decimal

from cases.action import ActionArguments, Refund
from cases.draft import CustomerText, Draft
from cases.money import Money
from cases.review import Approve, Edit
from routing.decisions import doubled, edited
from routing.proposals import proposed
from tests.small_rulebook import rulebook

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


def test_what_a_reviewer_changes_is_asked_for_by_the_reviewer_and_the_rest_by_the_customer() -> None:
    rules = rulebook()
    before = [proposed(rules, "refund_request", arguments, "m1") for arguments in (REFUND, OTHER)]
    less = REFUND.model_copy(update={"amount": Money(amount=Decimal("10.00"), currency="EUR")})
    draft = Draft(reply=CustomerText(text="Done."), locale="en")
    _, after = edited(rules, an_edit(less, OTHER), draft, before)
    assert [action.id for action in after] == ["refund:pay_1:review-1", "refund:pay_2:m1"]
    assert [action.request for action in after] == ["review-1", "m1"]
