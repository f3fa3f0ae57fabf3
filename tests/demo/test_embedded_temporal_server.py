import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from cases.search_attributes import REGISTRY
from demo.embedded.ports import free_ports
from demo.embedded.temporal_server import NAMESPACE, EmbeddedTemporal


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedTemporal]:
    port, ui_port = free_ports(2)
    embedded = EmbeddedTemporal(tmp_path, port, ui_port)
    yield embedded
    embedded.kill()


async def start_a_workflow(server: EmbeddedTemporal, workflow_id: str) -> None:
    client = await Client.connect(server.address)
    await client.start_workflow("Nothing", id=workflow_id, task_queue="nobody-polls-this")


async def workflow_exists(server: EmbeddedTemporal, workflow_id: str) -> bool:
    client = await Client.connect(server.address)
    return (await client.get_workflow_handle(workflow_id).describe()).id == workflow_id


def test_workflows_survive_a_server_that_is_killed(server: EmbeddedTemporal) -> None:
    server.start()
    asyncio.run(start_a_workflow(server, "kept"))
    server.kill()
    server.start()
    assert asyncio.run(workflow_exists(server, "kept"))


def test_workflows_survive_a_stop_and_a_start(server: EmbeddedTemporal) -> None:
    server.start()
    asyncio.run(start_a_workflow(server, "kept"))
    server.stop()
    assert server.pid is None
    server.start()
    assert asyncio.run(workflow_exists(server, "kept"))


async def test_a_started_server_knows_every_search_attribute(server: EmbeddedTemporal) -> None:
    await asyncio.to_thread(server.start)
    client = await Client.connect(server.address)
    listed = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=NAMESPACE))
    assert {attribute.name for attribute in REGISTRY} <= set(listed.custom_attributes)


def test_the_file_is_written_ahead(server: EmbeddedTemporal, tmp_path: Path) -> None:
    """The SQLite settings reached the server: its write-ahead log stands beside the file."""
    server.start()
    assert (tmp_path / "temporal.db-wal").exists()


def test_a_server_that_cannot_start_says_why(server: EmbeddedTemporal, tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("this is no database")
    with pytest.raises(RuntimeError, match=r"(?s)Temporal ended .*temporal\.log ends:.*database"):
        server.start()
