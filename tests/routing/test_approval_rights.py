"""What a person may approve, by their roles, their limits and the policy."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cases.action import ActionArguments, ActionKind, ChangeEmail, Refund, ResetAccess
from cases.money import Money
from cases.person import Person, Role
from cases.policy.desk import DeskRules
from routing.approval_rights import Beyond, beyond

STANDARD = DeskRules().agents_approve
RESET = ResetAccess(customer_id="cus_1")
NEW_EMAIL = ChangeEmail(customer_id="cus_1", email="new@example.com")


def somebody(*roles: Role, limit: int | None = None) -> Person:
    limits = {} if limit is None else {"EUR": Decimal(limit)}
    return Person(name="sam", display_name="Sam", roles=frozenset(roles), approval_limits=limits)


def refund(amount: str, currency: str = "EUR") -> Refund:
    return Refund(payment_id="pay_1", amount=Money(amount=Decimal(amount), currency=currency))


def test_an_agent_approves_a_reply() -> None:
    assert beyond(somebody(Role.AGENT), (), STANDARD) is None


def test_an_agent_approves_money_up_to_their_own_limit() -> None:
    agent = somebody(Role.AGENT, limit=50)
    assert beyond(agent, (refund("50.00"),), STANDARD) is None
    over = Beyond("over your limit", "50.01 EUR is more than you may approve (at most 50.00 EUR)")
    assert beyond(agent, (refund("50.01"),), STANDARD) == over


def test_an_agent_without_a_limit_approves_no_money() -> None:
    found = beyond(somebody(Role.AGENT), (refund("0.01"),), STANDARD)
    assert found is not None
    assert found.why.endswith("(nothing in EUR)")


def test_a_change_of_an_account_is_for_a_reviewer_whatever_the_agents_limit() -> None:
    found = beyond(somebody(Role.AGENT, limit=1000), (refund("1.00"), NEW_EMAIL), STANDARD)
    assert found == Beyond("for a reviewer", "“change email” is for reviewers and leads to approve")
    for role in (Role.REVIEWER, Role.LEAD):
        assert beyond(somebody(role), (NEW_EMAIL,), STANDARD) is None


def test_a_policy_may_let_agents_approve_more_kinds_of_action_or_none() -> None:
    agent = somebody(Role.AGENT, limit=50)
    assert beyond(agent, (RESET,), (ActionKind.RESET_ACCESS,)) is None
    assert beyond(agent, (refund("1.00"),), ()) is not None


def test_who_keeps_signalbox_running_decides_nothing() -> None:
    assert not somebody(Role.OPS, limit=1000).may_decide


@given(
    st.sets(st.sampled_from(Role), min_size=1),
    st.lists(st.one_of(st.just(RESET), st.just(NEW_EMAIL), st.integers(1, 200).map(lambda n: refund(str(n))))),
)
def test_nobody_may_approve_together_what_they_may_not_approve_alone(
    roles: set[Role], actions: list[ActionArguments]
) -> None:
    person = somebody(*roles, limit=100)
    each = [beyond(person, (action,), STANDARD) for action in actions]
    assert beyond(person, actions, STANDARD) is not None or all(one is None for one in each)


def test_a_limit_is_for_all_the_money_of_one_decision() -> None:
    agent = somebody(Role.AGENT, limit=50)
    two = (refund("30.00"), Refund(payment_id="pay_2", amount=Money(amount=Decimal("30.00"), currency="EUR")))
    over = Beyond("over your limit", "60.00 EUR is more than you may approve (at most 50.00 EUR)")
    assert beyond(agent, two, STANDARD) == over
    assert beyond(agent, (refund("30.00"), refund("20.00")), STANDARD) is None
