"""What is proposed once a customer has answered a reviewer, and what is only kept as asked for earlier."""

from cases.action import ProposedAction, Refund
from cases.classification import RequestEvidence, UnprovenRequest
from cases.facts import Facts, IdentityStrength
from cases.reason import ReasonCode
from cases.reviewer_answer import ReviewerAnswer
from routing.requested import answered, weigh
from tests.samples import EUR_30, a_classification, a_payment, an_order
from tests.small_rulebook import rulebook

REFUND = ProposedAction(
    id="refund:pay_10001:m2",
    request="m2",
    intent="refund_request",
    arguments=Refund(payment_id="pay_10001", amount=EUR_30),
    summary="Refund 30.00 EUR of payment pay_10001",
    reversible=False,
)
FACTS = Facts(identity=IdentityStrength.MATCHED, orders=(an_order(),), payments=(a_payment(),))
READ = a_classification("refund_request")


def evidence(message_id: str) -> RequestEvidence:
    return RequestEvidence(intent="refund_request", quote="please", message_id=message_id)


def test_what_no_longer_stands_is_kept_as_asked_for_earlier_and_the_reviewer_told() -> None:
    weighed = weigh(rulebook(), (REFUND,), answered(READ, ReviewerAnswer()), FACTS, may_ask=False)
    assert weighed.actions == ()
    assert [action.request for action in weighed.earlier] == ["m1"]
    assert [why.code for why in weighed.unasked] == [ReasonCode.ASKED_EARLIER]
    assert weighed.unasked_intents == ("refund_request",)


def test_what_stands_is_proposed_as_asked_for_before() -> None:
    weighed = weigh(rulebook(), (REFUND,), answered(READ, ReviewerAnswer(stands=True)), FACTS)
    assert [action.request for action in weighed.actions] == ["m1"]


def test_what_the_answer_asks_for_is_proposed_as_asked_for_by_it() -> None:
    read = answered(READ, ReviewerAnswer(requests=(evidence("m2"),)))
    assert [action.request for action in weigh(rulebook(), (REFUND,), read, FACTS).actions] == ["m2"]


def test_what_was_overtaken_is_proposed_again_only_if_it_is_asked_for_again() -> None:
    overtaken = answered(READ, ReviewerAnswer())
    assert answered(overtaken, ReviewerAnswer(stands=True)).requests == ()
    again = answered(overtaken, ReviewerAnswer(requests=(evidence("m3"),)))
    assert [action.request for action in weigh(rulebook(), (REFUND,), again, FACTS).actions] == ["m3"]


def test_a_customer_whose_answer_a_reviewer_waits_for_is_asked_nothing_more() -> None:
    doubt = UnprovenRequest(intent="refund_request", denied=False, why="do not plainly ask for it")
    read = READ.model_copy(update={"requests": (), "unproven": (doubt,)})
    assert weigh(rulebook(), (REFUND,), read, FACTS).confirming is not None
    unasked = weigh(rulebook(), (REFUND,), read, FACTS, may_ask=False)
    assert unasked.confirming is None
    assert [why.code for why in unasked.unasked] == [ReasonCode.NOT_REQUESTED]
