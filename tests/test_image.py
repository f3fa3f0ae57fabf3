"""`Dockerfile` and the lock files, held against the project they install."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import Field, TypeAdapter

from cases.record import Record

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


class Project(Record):
    requires_python: str = Field(alias="requires-python")
    dependencies: tuple[str, ...]
    optional_dependencies: dict[str, tuple[str, ...]] = Field(alias="optional-dependencies")
    scripts: dict[str, str]


PROJECT_FILE = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = Project.model_validate(PROJECT_FILE["project"])
PACKAGES = TypeAdapter(tuple[str, ...]).validate_python(
    PROJECT_FILE["tool"]["setuptools"]["packages"]["find"]["include"]
)


def test_the_image_runs_the_python_the_project_asks_for() -> None:
    image = re.search(r"^FROM python:(\d+\.\d+)\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    assert image is not None
    assert PROJECT.requires_python == f">={image[1]}"


def test_the_image_installs_only_what_the_lock_file_vouches_for() -> None:
    installs = re.findall(r"pip install (.*)$", DOCKERFILE, re.MULTILINE)
    assert installs == ["--require-hashes -r requirements.lock"]


def test_the_image_holds_every_room_and_runs_as_nobody_special() -> None:
    copied = re.findall(r"^COPY (\w+)/ \1/$", DOCKERFILE, re.MULTILINE)
    assert sorted(copied) == sorted({*(package.removesuffix("*") for package in PACKAGES), "policies"})
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["signalbox"]


def test_nothing_the_image_copies_is_kept_from_it() -> None:
    allowed = {line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {
        source.rstrip("/")
        for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE)
        for source in line.split()
    }
    assert allowed == copied | {"Dockerfile"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_file_holds_the_versions_the_project_pins(lock: str) -> None:
    extras = [extra for extra in PROJECT.optional_dependencies if lock == "requirements-dev.lock" or extra != "dev"]
    asked = [*PROJECT.dependencies, *(pin for extra in extras for pin in PROJECT.optional_dependencies[extra])]
    assert {plain(pin) for pin in asked} <= locked(lock)


def test_both_lock_files_agree() -> None:
    assert locked("requirements.lock") <= locked("requirements-dev.lock")


def test_the_images_command_is_the_projects() -> None:
    module, _, function = PROJECT.scripts["signalbox"].partition(":")
    assert f"exec python -m {module} " in DOCKERFILE
    assert function == "main"


def plain(pin: str) -> str:
    """A pin without its extras."""
    return re.sub(r"\[.*\]", "", pin).lower()


def locked(lock: str) -> set[str]:
    """The pins of a lock file."""
    return {plain(pin) for pin in re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.MULTILINE)}
