"""What a policy says of work at the desk."""

import pytest

from cases.policy.desk import DeskRules
from routing.policy_document import PolicyText, parse_policy
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.routing.small_policy import MAIN, REST, files, problems


def with_desk(written: str) -> list[PolicyText]:
    return [PolicyText("main.yaml", f"{MAIN}desk: {written}\n"), PolicyText("rest.yaml", REST)]


def test_what_is_left_out_is_as_it_stands_in_the_policies_that_ship() -> None:
    assert parse_policy(files()).document.desk == DeskRules()
    assert read_policy(DEFAULT_POLICY).document.desk == DeskRules()


def test_each_rule_may_be_another() -> None:
    rules = parse_policy(with_desk("{undo: 30s, agents_approve: [], growth: {latest: 2d}}")).document.desk
    assert rules.undo.total_seconds() == 30
    assert rules.agents_approve == ()
    assert rules.growth.latest.days == 2
    assert rules.growth.before == DeskRules().growth.before


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("{undo: 2m}", "desk.undo", "at most a minute. Write 0s to 60s."),
        ("{undo: 0.5s}", "desk.undo", "whole seconds"),
        ("{agents_approve: [refnd]}", "desk.agents_approve.0", "Did you mean 'refund'?"),
        ("{low_risk: [ambigous]}", "desk.low_risk.0", "Did you mean 'ambiguous'?"),
        ("{growth: {latest: 0s}}", "desk.growth.latest", "Write a longer one, such as 1d."),
        ("{growth: {fewest: 3}}", "desk.growth.fewest", "is not a key of a policy here."),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_key_and_the_way_out(written: str, key: str, said: str) -> None:
    (problem,) = problems(with_desk(written))
    assert key in str(problem)
    assert said in str(problem)
