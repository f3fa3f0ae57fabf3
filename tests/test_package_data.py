"""What an installed Signalbox has beside its code: every file that its rooms read."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
ROOMS = [name.rstrip("*") for name in SETUPTOOLS["packages"]["find"]["include"]]
READ = [
    file
    for room in ROOMS
    for file in sorted((ROOT / room).rglob("*"))
    if file.is_file() and file.suffix not in {".py", ".pyc"}
]


def test_there_are_files_to_read() -> None:
    assert {"desk.css", "local.yaml", "schema.sql", "case.html"} <= {file.name for file in READ}


@pytest.mark.parametrize("file", READ, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_that_is_no_code_is_packed_too(file: Path) -> None:
    assert any(file.match(pattern) for pattern in SETUPTOOLS["package-data"]["*"])
