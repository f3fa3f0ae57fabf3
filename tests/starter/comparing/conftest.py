"""An installation to compare models in."""

import re
import shutil
from pathlib import Path

import pytest

from demo.embedded.help_centre import index_help_centre
from ledger.migrate import migrate
from tests.starter.comparing.calling import CANCEL, ORDER, POLICIES, RETURNS, THREAT, Ground


@pytest.fixture(scope="module")
def ground(database_url: str, shop_address: str, pytestconfig: pytest.Config) -> Ground:
    migrate(database_url)
    index_help_centre(database_url)
    data = Path(pytestconfig.cache.mkdir("signalbox"))
    return Ground(data=data, database_url=database_url, shop_url=shop_address)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "tickets.jsonl"
    written.write_text("\n".join([ORDER, RETURNS, CANCEL, THREAT]))
    return written


@pytest.fixture
def local(tmp_path: Path) -> tuple[str, ...]:
    """The local models, under a policy that gives them a minute: beside other tests they are slower than alone."""
    policies = tmp_path / "policies"
    shutil.copytree(POLICIES, policies)
    policy = policies / "local.yaml"
    policy.write_text(re.sub(r"timeout: \d+s", "timeout: 60s", policy.read_text()))
    return ("--policy", str(policy), "--models", "local-compact,local-ensemble,local-templates")
