"""The rules of the desk, as they stand in the policies that were kept."""

from datetime import timedelta

import pytest

from cases.action import ActionKind
from cases.policy.desk import DeskRules
from cases.policy.document import Policy
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.desk_rules import DeskRuleBook
from ledger.policies import PolicyLedger
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.ledger.samples import NOON, received, ticket

OTHER = DeskRules(undo=timedelta(seconds=30), agents_approve=(ActionKind.REFUND, ActionKind.RESET_ACCESS))


@pytest.fixture(scope="module")
async def versions(database: Database) -> tuple[str, str]:
    """Two kept policies: the one that ships, and one with other rules for the desk."""
    shipped = read_policy(DEFAULT_POLICY)
    other = Policy(version="other@1", document=shipped.document.model_copy(update={"desk": OTHER}))
    for policy in (shipped, other):
        await PolicyLedger(database).keep(policy, NOON)
    return shipped.version, other.version


async def test_each_version_has_its_own_rules(database: Database, versions: tuple[str, str]) -> None:
    shipped, other = versions
    book = DeskRuleBook(database)
    assert await book.of(shipped) == DeskRules()
    assert await book.of(other) == OTHER


async def test_a_version_that_was_never_kept_has_the_standard_rules_until_it_is(
    database: Database, versions: tuple[str, str]
) -> None:
    book = DeskRuleBook(database)
    assert await book.of("late@1") == DeskRules()
    document = read_policy(DEFAULT_POLICY).document.model_copy(update={"desk": OTHER})
    await PolicyLedger(database).keep(Policy(version="late@1", document=document), NOON)
    assert await book.of("late@1") == OTHER


async def test_a_policy_that_was_kept_before_it_said_anything_of_the_desk_has_the_standard_rules(
    database: Database, versions: tuple[str, str]
) -> None:
    old = "old@1"
    async with database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO policies (version, document, kept_at) "
            "SELECT %s, document - 'desk', kept_at FROM policies WHERE version = %s",
            (old, versions[1]),
        )
    assert await DeskRuleBook(database).of(old) == DeskRules()


async def test_the_rules_of_now_are_those_the_newest_case_started_under(
    database: Database, versions: tuple[str, str]
) -> None:
    book, ledger = DeskRuleBook(database), CaseLedger(database)
    assert await book.now() == DeskRules()
    newer = received(ticket(), at=NOON).model_copy(update={"policy_version": versions[1]})
    older = received(ticket(), at=NOON - timedelta(hours=1)).model_copy(update={"policy_version": versions[0]})
    for case in (newer, older):
        await ledger.record(case)
    assert await book.now() == OTHER
