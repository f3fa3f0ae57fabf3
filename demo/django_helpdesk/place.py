"""Where the helpdesk keeps what is its own, and what its settings are told from outside."""

import os
from pathlib import Path

from cases.record import Record

SETTINGS_MODULE = "demo.django_helpdesk.settings"
DATA_VARIABLE = "DJANGO_HELPDESK_DATA"
LOOPBACK_NAMES = "127.0.0.1,localhost"


class Place(Record):
    """The directory of one helpdesk."""

    data: Path

    @property
    def database(self) -> Path:
        """The file of SQLite."""
        return self.data / "helpdesk.sqlite3"

    @property
    def mail_in(self) -> Path:
        """Mail to the helpdesk, a file each."""
        return self.data / "mail-in"

    @property
    def mail_out(self) -> Path:
        """Mail of the helpdesk, a file each."""
        return self.data / "mail-out"

    @property
    def attachments(self) -> Path:
        """Files that customers sent."""
        return self.data / "attachments"

    @property
    def secret_key(self) -> Path:
        """What sessions are signed with."""
        return self.data / "secret-key"

    @property
    def people(self) -> Path:
        """Names and passwords, for this user's eyes alone."""
        return self.data / "people.json"

    def enter(self) -> None:
        """Make the directory, and let Django's settings know of it.

        The helpdesk calls addresses on this machine; a proxy that the environment names is none of its business.
        """
        for directory in (self.data, self.mail_in, self.mail_out, self.attachments):
            directory.mkdir(parents=True, exist_ok=True)
        os.environ[DATA_VARIABLE] = str(self.data)
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
        os.environ["NO_PROXY"] = LOOPBACK_NAMES

    @classmethod
    def entered(cls) -> "Place":
        """The one that was entered. Raises KeyError where none was."""
        return cls(data=Path(os.environ[DATA_VARIABLE]))
