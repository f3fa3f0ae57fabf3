"""The way to Temporal, the same for every door."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import TypedDict

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RetryConfig, RPCError, RPCStatusCode, TLSConfig

from cases.errors import EngineUnavailable
from starter.payloads import DATA_CONVERTER
from starter.settings import Settings

ANSWER_WITHIN = timedelta(seconds=10)
"""How long one request to Temporal may take. A caller at a door waits for it."""

PATIENCE = RetryConfig(max_elapsed_time_millis=3_000)
"""How long a door repeats a request that Temporal was not there for."""

AWAY = {
    RPCStatusCode.UNAVAILABLE: "Temporal at {address} does not answer.",
    RPCStatusCode.DEADLINE_EXCEEDED: "Temporal at {address} did not answer in time.",
    # What the SDK says when the server dies while it answers.
    RPCStatusCode.UNKNOWN: "The connection to Temporal at {address} broke off.",
    RPCStatusCode.CANCELLED: "Temporal at {address} broke the request off.",
    RPCStatusCode.RESOURCE_EXHAUSTED: "Temporal at {address} has too much to do.",
    RPCStatusCode.PERMISSION_DENIED: "Temporal at {address} does not let us in.",
    RPCStatusCode.UNAUTHENTICATED: "Temporal at {address} does not know us.",
}
"""Answers that say nothing about the request itself: the same one can work later."""

WAY_OUT = (
    "Nothing is lost: send the same again later. If it stays so, start Temporal with `make demo`, "
    "or set TEMPORAL_ADDRESS to where it runs."
)


async def connect(settings: Settings) -> Client:
    """Connect to Temporal now, for a worker. Raises EngineUnavailable with the address and the way out."""
    profile = _profile(settings)
    with _engine_errors_at(profile["target_host"]):
        return await Client.connect(**profile, data_converter=DATA_CONVERTER)


async def connect_at_first_use(settings: Settings) -> Client:
    """Connect when a door makes its first request, and again at the next one if Temporal was away.

    Requests raise as `engine_errors` says.
    """
    return await Client.connect(**_profile(settings), data_converter=DATA_CONVERTER, retry_config=PATIENCE, lazy=True)


def engine_errors(client: Client) -> AbstractContextManager[None]:
    """Raise EngineUnavailable for whatever the SDK raises when Temporal is away; other errors pass."""
    return _engine_errors_at(client.service_client.config.target_host)


class _Profile(TypedDict):
    """Where Temporal is, and what it must be shown."""

    target_host: str
    namespace: str
    api_key: str | None
    tls: bool | TLSConfig | None
    rpc_metadata: Mapping[str, str]


def _profile(settings: Settings) -> _Profile:
    """Temporal's own variables and configuration file, unless Signalbox was told where to go.

    Address and credentials come from one place together: a key meant for another server is never sent to ours.
    """
    told = "temporal_address" in settings.model_fields_set
    found = ClientConnectConfig() if told else ClientConfig.load_client_connect_config()
    return {
        "target_host": found.get("target_host", settings.temporal_address),
        "namespace": found.get("namespace", settings.temporal_namespace),
        "api_key": found.get("api_key"),
        "tls": found.get("tls"),
        "rpc_metadata": found.get("rpc_metadata", {}),
    }


@contextmanager
def _engine_errors_at(address: str) -> Generator[None]:
    try:
        yield
    except RPCError as error:
        if error.status not in AWAY:
            raise
        raise EngineUnavailable(f"{AWAY[error.status].format(address=address)} {WAY_OUT}") from error
    except RuntimeError as error:
        # The SDK has no error of its own for a connection that was never made.
        if not str(error).startswith("Failed client connect"):
            raise
        raise EngineUnavailable(f"{AWAY[RPCStatusCode.UNAVAILABLE].format(address=address)} {WAY_OUT}") from error
