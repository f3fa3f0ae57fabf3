"""An installation to compare models in."""

from pathlib import Path

import pytest

from demo.embedded.help_centre import index_help_centre
from ledger.migrate import migrate
from tests.starter.comparing.calling import CANCEL, ORDER, RETURNS, THREAT, Ground


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
