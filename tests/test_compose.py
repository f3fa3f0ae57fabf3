"""`docker-compose.yml`, held against the code it runs. Its jobs' scripts are run as they stand, its images are not."""

import asyncio
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

from cases.record import Record
from cases.search_attributes import REGISTRY
from cases.task_queues import TaskQueue
from demo.embedded.temporal_server import DYNAMIC_CONFIGURATION
from starter.desk.openid_settings import PREFIX, OpenIdSettings, load_openid_settings
from starter.queues import GRACE
from starter.settings import Settings
from tests.development_server import TEMPORAL, address_of, development_server, search_attributes_of

ROOT = Path(__file__).parent.parent
COMPOSE_FILE = ROOT / "docker-compose.yml"
TOOLS = Path(sys.executable).parent
"""Where the commands of the packages are, `temporal` among them."""

FROM_THE_ENVIRONMENT = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")
SECRET = re.compile(r"PASSWORD|PWD|TOKEN|SECRET|KEY")


class Dependency(Record):
    condition: str


class Mount(Record):
    source: str
    target: str


class Service(Record):
    image: str
    build: str | None = None
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    depends_on: dict[str, Dependency] = {}
    healthcheck: dict[str, object] | None = None
    restart: str
    stop_grace_period: str | None = None
    ports: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    networks: tuple[str, ...]
    volumes: tuple[str, ...] = ()
    configs: tuple[Mount, ...] = ()

    @property
    def script(self) -> str:
        """What `sh` gets to read, after Compose has turned `$$` into `$`."""
        assert len(self.command) == 1
        return self.command[0].replace("$$", "$")

    def option(self, name: str) -> str:
        """The word after an option of the command."""
        return self.command[self.command.index(name) + 1]


class Config(Record):
    content: str


class Compose(Record):
    services: dict[str, Service]
    configs: dict[str, Config]
    volumes: dict[str, None]
    networks: dict[str, dict[str, bool] | None]

    @property
    def workers(self) -> dict[str, Service]:
        return {name: service for name, service in self.services.items() if "worker.py" in service.command}


COMPOSE = Compose.model_validate(yaml.safe_load(COMPOSE_FILE.read_text()))
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_file_is_valid_compose() -> None:
    subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE],
        check=True,
        capture_output=True,
    )


def test_whatever_a_service_waits_for_is_there_and_comes_before_it() -> None:
    waits_for = {name: set(service.depends_on) for name, service in COMPOSE.services.items()}
    assert set().union(*waits_for.values()) <= set(COMPOSE.services)
    TopologicalSorter(waits_for).prepare()


def test_a_service_waits_for_what_can_happen() -> None:
    for service in COMPOSE.services.values():
        for name, dependency in service.depends_on.items():
            match dependency.condition:
                case "service_healthy":
                    assert COMPOSE.services[name].healthcheck is not None
                case "service_completed_successfully":
                    assert COMPOSE.services[name].restart == "no"
                case other:
                    pytest.fail(f"{name} is waited for until {other}, which says nothing about its work")


def test_whatever_runs_on_says_whether_it_is_healthy() -> None:
    for name, service in COMPOSE.services.items():
        assert service.restart == "no" or service.healthcheck is not None, name


def test_networks_volumes_and_configurations_are_declared() -> None:
    services = COMPOSE.services.values()
    assert {network for service in services for network in service.networks} == set(COMPOSE.networks)
    assert {volume.split(":")[0] for service in services for volume in service.volumes} == set(COMPOSE.volumes)
    assert {mount.source for service in services for mount in service.configs} == set(COMPOSE.configs)


@pytest.mark.parametrize("name", COMPOSE.services)
def test_an_image_names_its_version(name: str) -> None:
    service = COMPOSE.services[name]
    _, _, tag = service.image.partition(":")
    if service.build is None:
        assert re.match(r"\d+\.\d+", tag), f"{service.image} does not name a version"
    else:
        assert service.image == f"signalbox:{VERSION}"


def test_production_runs_the_server_and_the_ui_that_are_embedded() -> None:
    said = subprocess.run([TEMPORAL, "--version"], capture_output=True, text=True, check=True).stdout
    server, ui = re.findall(r"(?:Server|UI) (\d+\.\d+\.\d+)", said)
    images = {service.image for service in COMPOSE.services.values() if service.image.startswith("temporalio/")}
    assert images == {f"temporalio/server:{server}", f"temporalio/admin-tools:{server}", f"temporalio/ui:{ui}"}


async def test_the_namespace_job_registers_every_search_attribute_and_may_run_again() -> None:
    job = COMPOSE.services["temporal-namespace"]
    async with development_server() as client:
        environment = {
            "PATH": f"{TOOLS}:/usr/bin:/bin",
            "TEMPORAL_ADDRESS": address_of(client),
            "TEMPORAL_NAMESPACE": "production",
            "RETENTION": default_of(job.environment["RETENTION"]),
        }
        for _ in range(2):
            await run_script(job.script, environment)
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="production"))
        assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)
        assert await search_attributes_of(client, "production") == {
            attribute.name: attribute.type_name for attribute in REGISTRY
        }


async def test_the_schema_job_prepares_both_databases_in_order(tmp_path: Path) -> None:
    called = tmp_path / "called"
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {called}\n')
    tool.chmod(0o755)
    script = COMPOSE.services["temporal-schema"].script
    await run_script(script, {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    with_database = "--plugin postgres12 --ep temporal-postgres -p 5432 -u temporal --db"
    schema = "/etc/temporal/schema/postgresql/v12"
    assert called.read_text().splitlines() == [
        f"{with_database} {database} {step}"
        for database, directory in (("temporal", "temporal"), ("temporal_visibility", "visibility"))
        for step in ("create", "setup-schema -v 0.0", f"update-schema -d {schema}/{directory}/versioned")
    ]


def test_the_server_is_configured_as_the_embedded_one_where_both_are() -> None:
    (mount,) = COMPOSE.services["temporal"].configs
    assert COMPOSE.services["temporal"].environment["DYNAMIC_CONFIG_FILE_PATH"] == mount.target
    dynamic = yaml.safe_load(COMPOSE.configs[mount.source].content)
    assert dynamic
    for key, values in dynamic.items():
        assert values == [{"value": DYNAMIC_CONFIGURATION[key]}]


def test_every_task_queue_has_its_workers() -> None:
    served = [worker.option("--queues") for worker in COMPOSE.workers.values()]
    assert sorted(f"signalbox-{queue}" for queue in served) == sorted(TaskQueue)


def test_workers_are_given_longer_to_stop_than_they_take() -> None:
    for worker in COMPOSE.workers.values():
        assert worker.stop_grace_period is not None
        assert timedelta(seconds=int(worker.stop_grace_period.removesuffix("s"))) >= GRACE + timedelta(seconds=10)


def test_health_is_asked_where_it_is_answered() -> None:
    for worker in COMPOSE.workers.values():
        _, _, port = worker.environment["SIGNALBOX_HEALTH"].partition(":")
        assert f"http://127.0.0.1:{port}/readyz" in str(worker.healthcheck)
        assert worker.expose == (port, worker.environment["SIGNALBOX_METRICS"].partition(":")[2])
    for door in (COMPOSE.services["api"], COMPOSE.services["desk"]):
        assert f"http://127.0.0.1:{door.option('--port')}/healthz" in str(door.healthcheck)


def test_the_desk_is_given_all_it_needs_to_sign_people_in_and_no_misspelt_variable() -> None:
    given = COMPOSE.services["desk"].environment
    example = {**dict.fromkeys(given, "x"), "SIGNALBOX_OIDC_ISSUER": "https://x", "SIGNALBOX_OIDC_ROLES": "x=lead"}
    assert load_openid_settings(example) is not None
    ours = {name for name in given if name.startswith("SIGNALBOX_")}
    settings = {f"SIGNALBOX_{name.upper()}" for name in Settings.model_fields}
    openid = {f"{PREFIX}{name.upper()}" for name in OpenIdSettings.model_fields}
    assert ours <= settings | openid
    assert openid <= ours


def test_secrets_come_from_the_environment_alone() -> None:
    for name, service in COMPOSE.services.items():
        for variable, value in service.environment.items():
            if SECRET.search(variable):
                assert FROM_THE_ENVIRONMENT.fullmatch(value), f"{name}: {variable}"
            assert not re.search(r"://[^/]*:[^/]*@", value), f"{name}: a password stands in {variable}"


def test_ports_are_published_on_loopback_alone() -> None:
    published = [port for service in COMPOSE.services.values() for port in service.ports]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


async def run_script(script: str, environment: Mapping[str, str]) -> None:
    """Run a job's script as its container does; a failure fails the test with what it printed."""
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-euc", script), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


def default_of(value: str) -> str:
    """What Compose puts in when the variable is not set."""
    found = re.fullmatch(r"\$\{[A-Z_]+:-([^}]*)\}", value)
    assert found is not None
    return found[1]
