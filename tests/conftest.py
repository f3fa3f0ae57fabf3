"""What many tests stand on: a real PostgreSQL, one a session; one empty database a test module, and the shop on it."""

import gc
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from temporalio.worker._workflow import _WorkflowWorker  # pyright: ignore[reportPrivateUsage]

from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from tests.shop_process import shop_process
from tests.time_limit import limit

# Where the same examples are played every time, a third of them finds what the others would.
settings.register_profile("ci", parent=settings.get_profile("ci"), max_examples=35)

LONGEST_STEP_SECONDS = 20
"""How long a step of a workflow may take before it counts as deadlocked."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no test hang."""
    limit(items)


def pytest_collection_finish() -> None:
    """Leave thousands of tests and their modules out of every collection of garbage: each would stop all threads."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def patient_with_workflows() -> Iterator[None]:
    """Let a step of a workflow take long: the SDK takes two seconds without a word for a deadlock, and breaks it off.

    Beside other tests on a busy machine a step that makes its sandbox anew can take as long, and what is broken off in
    the middle of an import or a collection of garbage fails a test that has nothing to do with it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WorkflowWorker, "__init__", _patient(_WorkflowWorker.__init__))
        yield


def _patient(make: Callable[..., None]) -> Callable[..., None]:
    def made(worker: _WorkflowWorker, *given: object, **named: object) -> None:
        make(worker, *given, **named)
        vars(worker)["_deadlock_timeout_seconds"] = LONGEST_STEP_SECONDS

    return made


ServerDirectories = Callable[[], Path]


@pytest.fixture(scope="session")
def server_directory() -> Iterator[ServerDirectories]:
    """Makes new directories for the data of servers.

    They are not in pytest's own: a second pytest shuts that to other users, and PostgreSQL runs as one.
    """
    with ExitStack() as made:
        yield lambda: Path(made.enter_context(tempfile.TemporaryDirectory(prefix="signalbox-server-")))


@pytest.fixture(scope="session")
def postgres(server_directory: ServerDirectories) -> Iterator[EmbeddedPostgres]:
    """A running PostgreSQL."""
    server = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """An empty database of its own for one module."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield postgres.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def shop_address(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's shop as a process of its own."""
    with shop_process(database_url, tmp_path_factory.mktemp("shop") / "seed.yaml") as shop:
        yield shop.address
