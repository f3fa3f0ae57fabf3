"""Who is let into the helpdesk: names, and passwords made up on this machine and kept on it alone."""

import json
import secrets
from contextlib import suppress

from demo.django_helpdesk.place import Place
from demo.embedded.addresses import write_private

ADMINISTRATOR = "ada"

API_USER = "signalbox"
"""Who writes for Signalbox. The API takes the name and password of a staff member, as HTTP Basic."""


def kept_passwords(place: Place) -> dict[str, str]:
    """The passwords of this helpdesk by name, made up the first time."""
    with suppress(FileExistsError):
        passwords = {name: secrets.token_urlsafe(24) for name in (ADMINISTRATOR, API_USER)}
        write_private(place.people, json.dumps(passwords, indent=2))
    return json.loads(place.people.read_text())
