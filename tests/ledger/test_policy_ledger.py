import pytest

from cases.policy.document import Policy
from ledger.database import Database
from ledger.policies import PolicyLedger
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.ledger.samples import NOON


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


async def test_a_policy_is_read_back_exactly(database: Database, policy: Policy) -> None:
    ledger = PolicyLedger(database)
    await ledger.keep(policy, NOON)
    assert await ledger.policy(policy.version) == policy


async def test_keeping_a_version_again_changes_nothing(database: Database, policy: Policy) -> None:
    ledger = PolicyLedger(database)
    await ledger.keep(policy, NOON)
    await ledger.keep(policy, NOON)
    assert await ledger.policy(policy.version) == policy


async def test_a_version_that_was_never_kept_is_none(database: Database) -> None:
    assert await PolicyLedger(database).policy("local@never") is None
