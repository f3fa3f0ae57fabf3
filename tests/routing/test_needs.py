"""What an intent needs: look-ups by what is known, and details only the customer has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.action import ActionKind
from cases.classification import Entities
from cases.facts import Facts, IdentityStrength, LookupFailure, LookupKind, LookupRequest, OrderStatus
from cases.policy.records import RecordRules
from cases.policy.rulebook import Detail, PaymentChoice
from cases.reference import Naming, Reference
from cases.ticket import Customer
from routing.named_records import not_found, order_meant, told_of
from routing.needs import (
    first_lookups,
    in_focus,
    intents_to_serve,
    lookups_needed,
    missing_details,
    passages_for,
    payment_meant,
)
from tests.samples import ADA, EUR_30, EUR_80, PASSAGE, a_classification, a_payment, an_order
from tests.small_rulebook import intent_rules, rulebook

KNOWN = Facts(account=ADA, identity=IdentityStrength.MATCHED)
NOBODY = Entities()


def keys(requests: tuple[LookupRequest, ...]) -> list[str]:
    return [request.key for request in requests]


def test_the_sender_is_looked_up_by_address_before_anything_is_known() -> None:
    assert keys(first_lookups(Customer(email="Ada@Example.com"))) == ["customer:email:ada@example.com"]
    assert first_lookups(Customer()) == ()


def test_a_helpdesks_own_number_of_a_customer_is_never_looked_up() -> None:
    known = Customer(id="cus_1031", contact_id="31", authenticated=True)
    assert keys(first_lookups(known)) == ["customer:customer_id:cus_1031"]
    assert first_lookups(Customer(contact_id="31", authenticated=True)) == ()


def test_a_named_order_is_looked_up_by_its_number() -> None:
    needed = lookups_needed(rulebook(), ("order_status",), Entities(order_ids=("W10001",)), KNOWN)
    assert keys(needed) == ["orders:order_id:W10001"]


def test_of_many_named_orders_the_last_ones_are_looked_up_as_many_as_the_policy_allows() -> None:
    named = Entities(order_ids=("W10001", "W10002", "W10003", "W10004"))
    few = rulebook(records=RecordRules(named_orders=2))
    assert keys(lookups_needed(rulebook(), ("order_status",), named, KNOWN)) == [
        "orders:order_id:W10002",
        "orders:order_id:W10003",
        "orders:order_id:W10004",
    ]
    assert keys(lookups_needed(few, ("order_status",), named, KNOWN)) == [
        "orders:order_id:W10003",
        "orders:order_id:W10004",
    ]


def test_of_many_named_addresses_the_first_ones_are_looked_up_as_many_as_the_policy_allows() -> None:
    named = Entities(order_ids=("W10001",), emails=("a@example.com", "b@example.com", "c@example.com"))
    one = rulebook(records=RecordRules(named_emails=1))
    asked = [key for key in keys(lookups_needed(rulebook(), ("order_status",), named, Facts())) if "customer" in key]
    assert asked == ["customer:email:a@example.com", "customer:email:b@example.com"]
    asked = [key for key in keys(lookups_needed(one, ("order_status",), named, Facts())) if "customer" in key]
    assert asked == ["customer:email:a@example.com"]


def test_without_a_number_the_customers_orders_are_looked_up() -> None:
    assert keys(lookups_needed(rulebook(), ("order_status",), NOBODY, KNOWN)) == ["orders:customer_id:cus_1"]


def test_what_was_answered_is_not_asked_again() -> None:
    answered = KNOWN.model_copy(update={"asked": ("orders:customer_id:cus_1",)})
    assert lookups_needed(rulebook(), ("order_status",), NOBODY, answered) == ()


def test_an_order_of_a_stranger_names_whom_to_look_up_next() -> None:
    facts = Facts(orders=(an_order(),), asked=("orders:order_id:W10001",))
    needed = lookups_needed(rulebook(), ("refund_request",), Entities(order_ids=("W10001",)), facts)
    assert keys(needed) == ["customer:customer_id:cus_1"]


def test_an_intent_without_look_ups_asks_nothing() -> None:
    assert lookups_needed(rulebook(), ("faq_returns",), NOBODY, KNOWN) == ()


def test_the_only_order_is_the_one_that_is_meant() -> None:
    one = KNOWN.model_copy(update={"orders": (an_order(),)})
    two = KNOWN.model_copy(update={"orders": (an_order("W10001"), an_order("W10002"))})
    assert missing_details(rulebook(), "order_status", NOBODY, one) == ()
    assert missing_details(rulebook(), "order_status", NOBODY, two) == (Detail.ORDER,)


def test_a_customer_is_not_asked_for_what_our_own_look_up_failed_to_fetch() -> None:
    failed = KNOWN.model_copy(update={"failures": (LookupFailure(kind=LookupKind.ORDERS, sentence="shop down"),)})
    assert missing_details(rulebook(), "order_status", NOBODY, failed) == ()


def test_another_customers_order_is_no_fact_of_this_case() -> None:
    stranger = an_order("W10009").model_copy(update={"customer_id": "cus_9"})
    facts = in_focus(Entities(order_ids=("W10009",)), KNOWN.model_copy(update={"orders": (stranger,)}))
    assert facts.orders == ()


def test_the_order_that_is_meant_and_its_payment_come_first() -> None:
    facts = KNOWN.model_copy(
        update={
            "orders": (an_order("W10001"), an_order("W10002")),
            "payments": (a_payment(EUR_30, "W10001"), a_payment(EUR_80, "W10002")),
        }
    )
    focused = in_focus(Entities(order_ids=("W10002",)), facts)
    assert focused.orders[0].id == "W10002"
    assert focused.payments[0].order_id == "W10002"


LOST = Reference(written="W-10999", candidates=("W10999",))
FOREIGN = Reference(written="302-7741-9920")
OWN = Reference(written="W10001", candidates=("W10001",))
WEAK = Reference(written="EV70310280", naming=Naming.NUMBER)


def known_orders(*numbers: str, asked: tuple[str, ...] = ("W10001", "W10999")) -> Facts:
    orders = tuple(map(an_order, numbers))
    return KNOWN.model_copy(update={"orders": orders, "asked": tuple(f"orders:order_id:{number}" for number in asked)})


@pytest.mark.parametrize(
    ("named", "meant", "lost"),
    [
        ((), "W10001", ()),
        ((OWN,), "W10001", ()),
        ((LOST,), None, ("W-10999",)),
        ((FOREIGN,), None, ("302-7741-9920",)),
        ((WEAK,), None, ("EV70310280",)),
        ((OWN, LOST), None, ("W-10999",)),
        ((LOST, OWN), None, ("W-10999",)),
        ((OWN, FOREIGN), "W10001", ("302-7741-9920",)),
        ((OWN, WEAK), "W10001", ()),
        ((LOST, OWN.model_copy(update={"turn": 1})), "W10001", ()),
        ((OWN, LOST.model_copy(update={"turn": 1})), None, ("W-10999",)),
    ],
)
def test_a_named_order_is_never_replaced_by_another(
    named: tuple[Reference, ...], meant: str | None, lost: tuple[str, ...]
) -> None:
    said, facts = Entities(references=named), known_orders("W10001")
    order = order_meant(said, facts)
    assert (order.id if order else None) == meant
    assert tuple(reference.written for reference in not_found(said, facts)) == lost
    assert missing_details(rulebook(), "order_status", said, facts) == (() if meant else (Detail.ORDER,))


NUMBERS = st.sampled_from(("W10001", "W10002", "W10999"))
REFERENCES = st.builds(
    Reference,
    written=st.sampled_from(("AB-1", "302-7741-9920", "EV70310280")),
    candidates=st.lists(NUMBERS, max_size=2).map(tuple),
    naming=st.sampled_from(Naming),
    turn=st.integers(0, 2),
)


@given(st.lists(REFERENCES, min_size=1, max_size=4).map(tuple), st.lists(NUMBERS, unique=True, max_size=2))
def test_whatever_is_named_no_order_is_meant_that_is_not(named: tuple[Reference, ...], own: list[str]) -> None:
    facts = known_orders(*(number for number in own if number != "W10999"), asked=("W10001", "W10002", "W10999"))
    meant = order_meant(Entities(references=named), facts)
    newest = [reference for reference in named if reference.turn == max(r.turn for r in named)]
    assert meant is None or any(meant.id in reference.candidates for reference in newest)
    assert meant is not None or not_found(Entities(references=named), facts)


def test_a_reply_tells_of_no_other_order_than_the_one_that_is_named() -> None:
    paid = (a_payment(EUR_30, "W10001"), a_payment(EUR_80, "W10002"))
    facts = known_orders("W10001", "W10002").model_copy(update={"payments": paid})
    told = told_of(Entities(references=(OWN,)), facts)
    assert [order.id for order in told.orders] == ["W10001"]
    assert [payment.order_id for payment in told.payments] == ["W10001"]
    assert told_of(Entities(), facts) == facts


def test_what_was_not_looked_up_is_not_called_missing_and_not_replaced_either() -> None:
    facts = known_orders("W10001", asked=())
    said = Entities(references=(LOST,))
    assert not_found(said, facts) == ()
    assert order_meant(said, facts) is None


def test_a_number_that_is_no_order_is_looked_for_among_the_parcels_and_payments_of_the_customer() -> None:
    parcel = an_order("W10002").model_copy(update={"tracking": "EV 7031 0280"})
    facts = KNOWN.model_copy(update={"orders": (an_order("W10001"), parcel), "payments": (a_payment(EUR_30),)})
    assert order_meant(Entities(references=(WEAK,)), facts) == parcel
    assert order_meant(Entities(references=(Reference(written="pay_10001"),)), facts) == an_order("W10001")
    needed = lookups_needed(rulebook(), ("order_status",), Entities(references=(WEAK,)), KNOWN)
    assert keys(needed) == ["orders:customer_id:cus_1"]


def test_the_number_of_a_membership_or_of_what_was_bought_is_no_order() -> None:
    bought = an_order("W10001").model_copy(update={"items": ("Headlamp HL-20455",)})
    facts = KNOWN.model_copy(update={"orders": (bought,)})
    model = Reference(written="HL-20455", naming=Naming.NUMBER)
    account = Reference(written="cus_1", naming=Naming.NUMBER)
    assert order_meant(Entities(references=(model,)), facts) == bought
    assert not_found(Entities(references=(account,)), facts) == ()


def test_several_writings_of_one_number_are_all_looked_up_and_then_the_customers_own_orders() -> None:
    said = Entities(references=(Reference(written="1O330", candidates=("W10330", "10330")),))
    first = lookups_needed(rulebook(), ("order_status",), said, KNOWN)
    assert keys(first) == ["orders:order_id:W10330", "orders:order_id:10330"]
    nothing_there = KNOWN.model_copy(update={"asked": tuple(keys(first))})
    assert keys(lookups_needed(rulebook(), ("order_status",), said, nothing_there)) == ["orders:customer_id:cus_1"]


def test_money_is_told_and_sent_only_for_the_order_that_is_named() -> None:
    first = a_payment(EUR_30)
    twice = known_orders("W10001").model_copy(
        update={"payments": (first.model_copy(update={"id": "pay_10001b"}), first)}
    )
    rules = intent_rules(
        refund_of=PaymentChoice.CHARGED_TWICE, action=ActionKind.REFUND, lookups=(LookupKind.PAYMENTS,)
    )
    book = rulebook(intents={**rulebook().intents, "charged_twice": rules})
    assert payment_meant(rules, Entities(references=(OWN,)), twice) is not None
    assert payment_meant(rules, Entities(references=(LOST,)), twice) is None
    assert missing_details(book, "charged_twice", Entities(references=(LOST,)), twice) == (Detail.ORDER,)


def test_a_double_charge_is_the_later_of_two_equal_payments_for_one_order() -> None:
    first = a_payment(EUR_30)
    second = first.model_copy(update={"id": "pay_10001b"})
    rules = intent_rules(refund_of=PaymentChoice.CHARGED_TWICE)
    twice = KNOWN.model_copy(update={"payments": (second, first)})
    once = KNOWN.model_copy(update={"payments": (first, a_payment(EUR_30, "W10002"))})
    assert payment_meant(rules, NOBODY, twice) == second
    assert payment_meant(rules, NOBODY, once) is None


def test_what_was_refunded_already_is_not_refunded_again() -> None:
    done = a_payment(EUR_30).model_copy(update={"refunded": EUR_30})
    facts = KNOWN.model_copy(update={"orders": (an_order(status=OrderStatus.RETURNED),), "payments": (done,)})
    assert payment_meant(intent_rules(), NOBODY, facts) is None


def test_a_second_intent_counts_when_it_is_sure_enough_and_other_never_beside_one_that_is_known() -> None:
    guessed = a_classification("faq_returns", "order_status", "other")
    assert intents_to_serve(rulebook(), guessed) == ("faq_returns", "order_status")
    assert intents_to_serve(rulebook(), a_classification("other")) == ("other",)


def test_of_two_named_orders_the_one_named_last_is_meant() -> None:
    facts = KNOWN.model_copy(update={"orders": (an_order("W10001"), an_order("W10002"))})
    first = Entities(order_ids=("W10001", "W10002"))
    assert in_focus(first, facts).orders[0].id == "W10002"
    assert in_focus(first.merged_with(Entities(order_ids=("W10001",))), facts).orders[0].id == "W10001"


def test_thanks_count_only_where_nothing_else_is_wanted() -> None:
    rules = rulebook().knowing({"thanks": intent_rules(only_alone=True)})
    assert intents_to_serve(rules, a_classification("thanks", "faq_returns")) == ("faq_returns",)
    assert intents_to_serve(rules, a_classification("thanks")) == ("thanks",)


def test_an_intent_that_another_has_already_said_does_not_count_beside_it() -> None:
    intents = {
        "order_cancellation": intent_rules(),
        "order_status": intent_rules(not_beside=("order_cancellation",)),
        "other": intent_rules(),
    }
    both = a_classification("order_cancellation", "order_status")
    assert intents_to_serve(rulebook(intents=intents), both) == ("order_cancellation",)
    assert intents_to_serve(rulebook(intents=intents), a_classification("order_status")) == ("order_status",)


def test_only_articles_that_can_answer_an_intent_are_quoted_for_it() -> None:
    rules = rulebook(intents={"faq_returns": intent_rules(articles=("returns",)), "other": intent_rules()})
    about_plans = PASSAGE.model_copy(update={"id": "plans#1", "article_id": "club-plans"})
    about_returns = PASSAGE.model_copy(update={"id": "returns#1", "article_id": "returns"})
    found = Facts(passages=(about_plans, about_returns))
    assert passages_for(rules, ("faq_returns",), found).passages == (about_returns,)


def test_an_intent_that_names_no_article_may_quote_any() -> None:
    rules = rulebook(
        intents={"faq_returns": intent_rules(articles=("returns",)), "docs": intent_rules(), "other": intent_rules()}
    )
    found = Facts(passages=(PASSAGE.model_copy(update={"article_id": "club-plans"}),))
    assert passages_for(rules, ("faq_returns", "docs"), found) == found
