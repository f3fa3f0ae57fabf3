"""The people of the demo: somebody in each role, with passwords made up on this machine and kept on it alone."""

import asyncio
import json
import secrets
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from cases.person import Person, Role
from demo.embedded.addresses import write_private
from ledger.database import Database
from ledger.passwords import hash_password
from ledger.people import PeopleLedger

PASSWORDS_FILE = "people.json"

PEOPLE = (
    Person(
        name="ada",
        display_name="Ada Larsen",
        roles=frozenset({Role.LEAD}),
        approval_limits={"EUR": Decimal(2000), "USD": Decimal(2000), "TRY": Decimal(100_000)},
    ),
    Person(
        name="bruno",
        display_name="Bruno Keller",
        roles=frozenset({Role.LEAD}),
        approval_limits={"EUR": Decimal(2000), "USD": Decimal(2000), "TRY": Decimal(100_000)},
    ),
    Person(
        name="rosa",
        display_name="Rosa Demir",
        roles=frozenset({Role.REVIEWER}),
        approval_limits={"EUR": Decimal(500), "USD": Decimal(500), "TRY": Decimal(25_000)},
    ),
    Person(
        name="alex",
        display_name="Alex Moreau",
        roles=frozenset({Role.AGENT}),
        approval_limits={"EUR": Decimal(100), "USD": Decimal(100), "TRY": Decimal(5_000)},
    ),
    Person(name="omar", display_name="Omar Haddad", roles=frozenset({Role.OPS})),
)
"""Two leads, so that one can be the second approver of the other."""

FIRST = PEOPLE[0].name
"""Whom a newcomer is best."""


def let_in_demo_people(database_url: str, data: Path) -> None:
    """Let the people of the demo in, once: those who are known, and what was changed about them, stay as they are.

    Raises LedgerUnavailable.
    """
    asyncio.run(_let_in(database_url, _kept_passwords(data / PASSWORDS_FILE)))


def how_to_sign_in(data: Path) -> str:
    """Where to find a name and a password, with the first of them."""
    file = data / PASSWORDS_FILE
    return f"sign in as {FIRST} / {_kept_passwords(file)[FIRST]}  (others: {file})"


def _kept_passwords(file: Path) -> dict[str, str]:
    """The passwords of this installation by name, made the first time."""
    with suppress(FileExistsError):
        write_private(file, json.dumps({person.name: _new_password() for person in PEOPLE}, indent=2))
    return json.loads(file.read_text())


def _new_password() -> str:
    """80 random bits, easy to type."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


async def _let_in(database_url: str, passwords: dict[str, str]) -> None:
    database = Database.at(database_url, connections=1)
    people = PeopleLedger(database)
    try:
        known = await people.names_given()
        for person in PEOPLE:
            if person.name not in known:
                await people.add(person, hash_password(passwords[person.name]))
    finally:
        await database.close()
