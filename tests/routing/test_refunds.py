"""How much goes back: what was asked for bounds it, and what stays open goes to a person."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.asked_money import AskedAmount, AskedMoney, AskedPart, AskedShare, AskedWhole, Bearing
from cases.facts import Payment
from cases.money import Money
from cases.reason import ReasonCode
from routing.refunds import refund_bounds, refunded_before, share_of
from tests.samples import a_payment


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def payment(paid: str = "39.90", refunded: str = "0") -> Payment:
    return a_payment(eur(paid)).model_copy(update={"refunded": eur(refunded)})


def amount(value: str, currency: str | None = "EUR", bearing: Bearing = Bearing.ASKED) -> AskedAmount:
    return AskedAmount(amount=Decimal(value), currency=currency, bearing=bearing, written=f"{value} {currency or ''}")


def share(numerator: int, denominator: int) -> AskedShare:
    return AskedShare(numerator=numerator, denominator=denominator, written=f"{numerator}/{denominator}")


MENTIONED = Bearing.MENTIONED
PART, WHOLE = AskedPart(written="one of the three pairs"), AskedWhole(written="full refund")


@pytest.mark.parametrize(
    ("asked", "goes_back"),
    [
        ((), "39.90"),
        ((amount("10"),), "10.00"),
        ((amount("10", None),), "10.00"),
        ((amount("39.90"),), "39.90"),
        ((amount("39.90", bearing=MENTIONED),), "39.90"),
        ((amount("39.90", bearing=MENTIONED), amount("10")), "10.00"),
        ((amount("10"), AskedPart(written="one of them", bearing=MENTIONED)), "10.00"),
        ((share(1, 5),), "7.98"),
        ((share(1, 3),), "13.30"),
        ((share(1, 1),), "39.90"),
        ((share(1, 2), amount("19.95")), "19.95"),
        ((WHOLE,), "39.90"),
    ],
)
def test_what_is_clearly_asked_for_goes_back_and_no_more(asked: tuple[AskedMoney, ...], goes_back: str) -> None:
    assert refund_bounds(asked, payment()) == (eur(goes_back), ())


@pytest.mark.parametrize(
    ("asked", "goes_back", "why"),
    [
        ((amount("80"),), "39.90", "amount unclear: asked for 80.00 EUR, 39.90 EUR can be refunded"),
        ((amount("0"),), "39.90", "amount unclear: asked for 0.00 EUR, 39.90 EUR can be refunded"),
        ((amount("20", "USD"),), "39.90", "amount unclear: asked for 20 USD, and it was paid in EUR"),
        ((amount("10"), amount("20")), "10.00", "amount unclear: several amounts are named: 10 EUR, 20 EUR"),
        ((share(1, 5), amount("10")), "7.98", "amount unclear: several amounts are named: 1/5, 10 EUR"),
        ((WHOLE, amount("10")), "10.00", "amount unclear: several amounts are named: full refund, 10 EUR"),
        (
            (amount("12", bearing=MENTIONED),),
            "12.00",
            "amount unclear: “12 EUR” is named, and not clearly as what is asked for",
        ),
        ((PART,), "39.90", "a part is asked for, and not how much: “one of the three pairs”"),
        ((PART, amount("39.90")), "39.90", "a part is asked for, and not how much: “one of the three pairs”"),
    ],
)
def test_what_stays_open_goes_to_a_person(asked: tuple[AskedMoney, ...], goes_back: str, why: str) -> None:
    proposed, doubts = refund_bounds(asked, payment())
    assert proposed == eur(goes_back)
    assert [doubt.sentence for doubt in doubts] == [why]


@pytest.mark.parametrize(
    ("asked", "goes_back"), [((), "29.90"), ((amount("10"),), "10.00"), ((amount("39.90"),), "29.90")]
)
def test_no_more_goes_back_than_is_left(asked: tuple[AskedMoney, ...], goes_back: str) -> None:
    assert refund_bounds(asked, payment(refunded="10.00")).amount == eur(goes_back)


def test_a_payment_of_which_money_went_back_is_looked_at_by_a_person() -> None:
    assert refunded_before(payment()) is None
    before = refunded_before(payment(refunded="10.00"))
    assert before is not None
    assert before.code is ReasonCode.PARTLY_REFUNDED
    assert before.sentence == "10.00 of 39.90 EUR were refunded before"


@pytest.mark.parametrize(
    ("paid", "currency", "part", "goes_back"),
    [
        ("10.01", "EUR", (1, 2), "5.01"),
        ("10.00", "EUR", (1, 3), "3.33"),
        ("0.05", "EUR", (1, 10), "0.01"),
        ("1001", "JPY", (1, 2), "501"),
        ("100", "JPY", (1, 3), "33"),
    ],
)
def test_a_share_is_rounded_half_up_to_the_smallest_unit(
    paid: str, currency: str, part: tuple[int, int], goes_back: str
) -> None:
    back = share_of(Money(amount=Decimal(paid), currency=currency), share(*part))
    assert back == Money(amount=Decimal(goes_back), currency=currency)


ANY_ASKED = st.lists(
    st.one_of(
        st.builds(
            AskedAmount,
            amount=st.decimals("0", "200", places=2),
            currency=st.sampled_from([None, "EUR", "USD"]),
            bearing=st.sampled_from(Bearing),
            written=st.just("some"),
        ),
        st.builds(
            AskedShare,
            numerator=st.integers(0, 200),
            denominator=st.integers(1, 100),
            bearing=st.sampled_from(Bearing),
            written=st.just("share"),
        ),
        st.builds(AskedPart, bearing=st.sampled_from(Bearing), written=st.just("part")),
        st.builds(AskedWhole, bearing=st.sampled_from(Bearing), written=st.just("whole")),
    ),
    max_size=4,
)


@given(ANY_ASKED, st.decimals("1", "150", places=2), st.decimals("0", "0.99", places=2))
def test_never_more_goes_back_by_itself_than_the_largest_amount_asked_for(
    asked: list[AskedMoney], paid: Decimal, refunded: Decimal
) -> None:
    of = payment(str(paid), str(refunded))
    proposed, doubts = refund_bounds(tuple(asked), of)
    assert Decimal(0) < proposed.amount <= of.refundable.amount
    bounds = [words.amount for words in asked if isinstance(words, AskedAmount) and words.bearing is Bearing.ASKED]
    if bounds and not doubts:
        assert proposed.amount <= max(*bounds, bounds[0]) or max(bounds) == of.amount.amount
