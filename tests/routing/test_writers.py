"""Who writes in a ticket: what somebody in copy says is heard, and proves nothing about its customer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.action import ActionKind
from cases.facts import Facts, IdentityStrength
from cases.policy.records import RecordRules
from cases.reason import ReasonCode
from cases.ticket import Author, Customer, Message, Ticket, Writer
from routing.messages import AGENT_LINE_CHARACTERS, agent_line, reason
from routing.writers import called, identity_of_who_asks, other_than, others_in, speaker
from tests.samples import ADA, NOW, a_ticket
from tests.small_rulebook import rulebook

EVE = Writer(id="31", name="Eve", email="eve@example.com")
CUSTOMER = Customer(contact_id="12", name="Ada Lovelace", email="ada@example.com")

WRITERS = st.none() | st.builds(
    Writer,
    id=st.none() | st.sampled_from(["12", "31"]),
    name=st.none() | st.text(max_size=254),
    email=st.none() | st.sampled_from(["ada@example.com", "eve@example.com"]),
)
CUSTOMERS = st.builds(
    Customer,
    id=st.none() | st.just("12"),
    name=st.none() | st.just("Ada Lovelace"),
    email=st.none() | st.just("ada@example.com"),
    authenticated=st.booleans(),
)


def said(writer: Writer | None, number: int = 1, author: Author = Author.CUSTOMER) -> Message:
    moment = NOW + timedelta(minutes=number)
    return Message(id=f"m{number}", author=author, text="Refund it.", sent_at=moment, written_by=writer)


def a_conversation(*writers: Writer | None, customer: Customer = CUSTOMER) -> Ticket:
    messages = tuple(said(writer, number) for number, writer in enumerate(writers, start=1))
    return a_ticket().model_copy(update={"customer": customer, "messages": messages})


@pytest.mark.parametrize(
    ("writer", "is_the_customer"),
    [
        pytest.param(Writer(id="12"), True, id="the same number"),
        pytest.param(Writer(id="12", email="ada@work.example"), True, id="the same number, from elsewhere"),
        pytest.param(Writer(email="Ada@Example.com"), True, id="the same address"),
        pytest.param(Writer(id="31", email="ada@example.com"), False, id="another number under her address"),
        pytest.param(Writer(email="eve@example.com"), False, id="another address"),
        pytest.param(Writer(name="Ada Lovelace"), False, id="nothing but her name"),
        pytest.param(None, True, id="nobody says who"),
    ],
)
def test_a_writer_is_the_customer_by_number_or_address_and_never_by_name(
    writer: Writer | None, *, is_the_customer: bool
) -> None:
    assert (other_than(CUSTOMER, said(writer)) is None) is is_the_customer


def test_where_nothing_is_known_of_the_customer_there_is_nobody_to_be_taken_for() -> None:
    assert others_in(a_conversation(EVE, customer=Customer(name="Ada Lovelace"))) == ()


def test_an_agent_is_nobody_in_copy() -> None:
    assert other_than(CUSTOMER, said(EVE, author=Author.AGENT)) is None


def test_others_are_named_once_and_whoever_wrote_last_comes_last() -> None:
    bob = Writer(id="32", name="Bob")
    assert others_in(a_conversation(EVE, bob, None, EVE)) == (bob, EVE)


@given(st.lists(WRITERS, min_size=1, max_size=5), CUSTOMERS, st.sampled_from(IdentityStrength))
def test_nobody_who_writes_beside_the_customer_makes_us_surer(
    writers: list[Writer | None], customer: Customer, strength: IdentityStrength
) -> None:
    others = others_in(a_conversation(*writers, customer=customer))
    facts = Facts(account=ADA, identity=strength)
    measured = identity_of_who_asks(rulebook(), facts, others)
    assert strength.at_least(measured)
    assert measured is strength if not others else IdentityStrength.CLAIMED.at_least(measured)


@given(st.lists(WRITERS, min_size=1, max_size=5), WRITERS, CUSTOMERS)
def test_a_further_message_takes_nobody_away_who_wrote_before(
    writers: list[Writer | None], further: Writer | None, customer: Customer
) -> None:
    before = others_in(a_conversation(*writers, customer=customer))
    after = others_in(a_conversation(*writers, further, customer=customer))
    assert set(before) <= set(after)


def test_a_policy_says_how_sure_we_are_of_people_in_copy() -> None:
    among_colleagues = rulebook(records=RecordRules(others_count_as=IdentityStrength.MATCHED))
    verified = Facts(account=ADA, identity=IdentityStrength.VERIFIED)
    assert identity_of_who_asks(among_colleagues, verified, (EVE,)) is IdentityStrength.MATCHED


@given(st.text(max_size=254), st.sampled_from(ActionKind))
def test_whatever_somebody_calls_themselves_the_line_fits_and_says_what_to_do(name: str, kind: ActionKind) -> None:
    line = agent_line(reason(ReasonCode.SOMEBODY_ELSE_ASKS, who=called(Writer(name=name)), what=kind))
    assert len(line) <= AGENT_LINE_CHARACTERS
    assert line.endswith("Ask the customer before you approve.")
    assert "and is not the customer" in line


def test_a_name_cannot_stand_before_the_address_it_hides() -> None:
    assert called(Writer(name="the customer", email="eve@example.com")) == "eve@example.com"


def test_a_conversation_shows_who_of_them_is_not_the_customer() -> None:
    told = [speaker(CUSTOMER, message) for message in a_conversation(Writer(id="12"), EVE, None).messages]
    assert told == ["customer", "eve@example.com (not the customer)", "customer"]
