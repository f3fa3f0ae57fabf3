"""Where the parts of a stack listen, and the file that tells every command of Signalbox."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cases.record import Record
from demo.embedded.ports import LOOPBACK, holder, is_free

OWNER_ONLY = 0o600

BASES = range(18000, 32700, 100)
"""Above what services are used to, below what Linux gives to connections (`ip_local_port_range`)."""


class StackPorts(Record):
    """The ports of a stack, all on loopback."""

    temporal: int = 7233
    temporal_ui: int = 8233
    postgres: int = 5433
    shop: int = 8090
    helpdesk: int = 8091
    api: int = 8080
    health: int = 8070
    metrics: int = 8071
    desk: int = 8092

    @classmethod
    def from_base(cls, base: int) -> "StackPorts":
        """All of them in a row, the first at `base`."""
        return cls.model_validate({name: base + place for place, name in enumerate(cls.model_fields)})

    def busy(self) -> tuple[str, ...]:
        """A sentence for each port that somebody listens on: the port, what wants it, and who has it."""
        taken = ((WANTED_BY[name], port) for name, port in self.model_dump().items() if not is_free(port))
        return tuple(f"Port {port}, for {wanted_by}, is taken{_by(port)}." for wanted_by, port in taken)


WANTED_BY = {
    "temporal": "Temporal",
    "temporal_ui": "the Temporal UI",
    "postgres": "PostgreSQL",
    "shop": "the demo shop",
    "helpdesk": "the demo helpdesk",
    "api": "the HTTP door",
    "health": "the worker's health",
    "metrics": "the worker's metrics",
    "desk": "the desk",
}


class Addresses(Record):
    """Where everything is: what `starter.settings.Settings` reads, field by field."""

    temporal_address: str
    temporal_namespace: str
    temporal_ui: str
    database_url: str
    shop_url: str
    helpdesk_url: str
    api_url: str
    api_token: str
    desk_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables, for child processes."""
        return {f"SIGNALBOX_{name.upper()}": value for name, value in self.model_dump().items()}

    def write(self, file: Path) -> None:
        """Write them for this user's eyes alone; a reader sees the whole file or none."""
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        write_private(draft, self.model_dump_json(indent=2))
        draft.replace(file)


def kept_token(file: Path) -> str:
    """The bearer token of this installation, made the first time."""
    with suppress(FileExistsError):
        write_private(file, secrets.token_urlsafe(32))
    return file.read_text()


def free_base() -> int:
    """A base from which all ports of a stack are free. Any of many, so that two who ask at once seldom get the same."""
    bases = secrets.SystemRandom().sample(BASES, len(BASES))
    return next(base for base in bases if not StackPorts.from_base(base).busy())


def loopback_url(port: int) -> str:
    """The address of an HTTP service of the stack."""
    return f"http://{LOOPBACK}:{port}"


def write_private(file: Path, text: str) -> None:
    """Write a new file for this user's eyes alone. Raises FileExistsError where there is one."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as opened:
        opened.write(text)


def _by(port: int) -> str:
    owner = holder(port)
    return f" by {owner}" if owner else ""
