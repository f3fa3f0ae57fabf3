"""The way to Temporal, the same for every door."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from cases.errors import EngineUnavailable
from starter.settings import Settings


async def connect(settings: Settings) -> Client:
    """Connect to Temporal. Raises EngineUnavailable with the address and the way out."""
    config = {
        "target_host": settings.temporal_address,
        "namespace": settings.temporal_namespace,
        **ClientConfig.load_client_connect_config(),
    }
    try:
        return await Client.connect(**config, data_converter=pydantic_data_converter)
    except (RPCError, RuntimeError) as error:
        raise EngineUnavailable(
            f"Temporal does not answer at {config['target_host']}. Start it with `make demo`, "
            "or set TEMPORAL_ADDRESS to where it runs."
        ) from error
