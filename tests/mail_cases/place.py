"""Where the stories play: every part of Signalbox for real, on free ports, under the local policy with slow models."""

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg_pool import AsyncConnectionPool
from temporalio.client import Client

from cases.case import CaseView
from cases.source import Source, SourceSecrets
from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.parts import Part
from demo.embedded.stack import DevStack
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.sources import SourceLedger
from starter.payloads import DATA_CONVERTER
from starter.settings import DEFAULT_POLICY
from starter.sources.secrets import keep_secrets
from tests.mail_cases.first_records import FirstRecords

LEFT_ALONE = {"decision_log", "decision_log_end"}
"""Nothing is ever deleted there."""


def pool_at(database_url: str) -> AsyncConnectionPool[psycopg.AsyncConnection]:
    """Connections for looking and putting back, not yet opened."""
    return AsyncConnectionPool(database_url, min_size=1, max_size=10, open=False)


NO_IDLE = httpx.Limits(keepalive_expiry=2)
"""A server closes a connection that idles for five seconds, perhaps just as the next request goes out on it."""


class Place:
    """The servers, and clients of each."""

    def __init__(self, stack: DevStack) -> None:
        self.addresses = stack.addresses
        self._pool = pool_at(self.addresses.database_url)
        self.records = FirstRecords(self.addresses.database_url, self._pool)
        self._data = stack.data
        self._database = Database.at(self.addresses.database_url, connections=8)
        self.ledger = CaseLedger(self._database)
        self._sources = SourceLedger(self._database)
        bearer = {"Authorization": f"Bearer {self.addresses.api_token}"}
        self.door = httpx.AsyncClient(
            base_url=self.addresses.api_url, headers=bearer, trust_env=False, timeout=60, limits=NO_IDLE
        )
        self.shop = httpx.AsyncClient(base_url=self.addresses.shop_url, trust_env=False, timeout=60, limits=NO_IDLE)
        self.helpdesk = httpx.AsyncClient(
            base_url=self.addresses.helpdesk_url, trust_env=False, timeout=60, limits=NO_IDLE
        )
        with psycopg.connect(self.addresses.database_url) as ledger:
            rows = ledger.execute(
                "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t"
                " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND c.column_name = 'case_id'"
                " AND t.table_type = 'BASE TABLE'"
            ).fetchall()
        self._tables = [str(name) for (name,) in rows if name not in LEFT_ALONE]

    async def open(self) -> Client:
        """Open the connections; gives a client of the engine."""
        await self._pool.open()
        return await Client.connect(self.addresses.temporal_address, data_converter=DATA_CONVERTER)

    async def case(self, case_id: str) -> CaseView | None:
        """A case as the ledger has it."""
        return await self.ledger.case(case_id)

    async def register(self, source: Source, secrets: SourceSecrets) -> None:
        """Let a source's deliveries in; nobody polls it."""
        keep_secrets(source, secrets, self._data)
        await self._sources.keep(source, datetime.now(UTC))

    async def forget(self, case_id: str) -> None:
        """Leave nothing of a case in the ledger, so that no later story sees it."""
        async with self._pool.connection() as ledger:
            # Neither triggers nor foreign keys ask in which order.
            await ledger.execute("SET LOCAL session_replication_role = replica")
            for table in self._tables:
                query = sql.SQL("DELETE FROM {table} WHERE case_id = %s").format(table=sql.Identifier(table))
                await ledger.execute(query, (case_id,))

    async def close(self) -> None:
        """Close every client."""
        for client in (self.door, self.shop, self.helpdesk):
            await client.aclose()
        await self._database.close()
        await self._pool.close()


@contextmanager
def standing_stack(directory: Path, learnt: Path) -> Generator[DevStack]:
    """Bring everything up. What the local models have learnt is in `learnt`, so that it is learnt once."""
    data = directory / "data"
    data.mkdir(parents=True)
    (data / "models").symlink_to(learnt, target_is_directory=True)
    parts = [part for part in Part if part not in (Part.DESK, Part.PEOPLE)]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SIGNALBOX_POLICY", str(unhurried_policy(directory / "policies")))
        with DevStack(data, StackPorts.from_base(free_base()), parts=parts) as stack:
            yield stack


def unhurried_policy(directory: Path) -> Path:
    """The local policy, under which a busy machine makes models slow and not unavailable."""
    shutil.copytree(DEFAULT_POLICY.parent, directory, ignore=shutil.ignore_patterns("__pycache__"))
    file = directory / DEFAULT_POLICY.name
    slow, models = re.subn(r"timeout: (\d+)s", lambda found: f"timeout: {15 * int(found[1])}s", file.read_text())
    assert models, "no model of the local policy has a timeout"
    file.write_text(re.sub(r"^version: .*$", "version: local-unhurried", slow, flags=re.MULTILINE))
    shop = directory / "shop.yaml"
    longer = "job_time: {voice: 90s, chat: 90s, whatsapp: 90s, web: 120s, email: 120s}"
    text, times = re.subn(r"^job_time: \{.*\}$", longer, shop.read_text(), flags=re.MULTILINE)
    assert times == 1, "the shop's policy has no line with the times of jobs"
    shop.write_text(text)
    return file
