"""The book of people: who may use the desk, and as what."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Update, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from cases.errors import InvalidInput, SignInRefused
from cases.person import Person, Role
from ledger.database import Database
from ledger.storable import storable_text
from ledger.tables import PersonRow, SessionRow

PERSON_COLUMNS = (
    col(PersonRow.name),
    col(PersonRow.display_name),
    col(PersonRow.roles),
    col(PersonRow.approval_limits),
)
"""What a Person is read from."""


class Account(NamedTuple):
    """A person and what is kept of their password; None where an identity provider signs them in."""

    person: Person
    password_hash: str | None


class Identity(NamedTuple):
    """How an identity provider calls a person, for good."""

    issuer: str
    subject: str


class PeopleLedger:
    """Keeps who may use the desk. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person: Person, password_hash: str) -> None:
        """Add somebody who signs in with a password. Raises InvalidInput for a name that is or was another's."""
        values = {**_values(person), "password_hash": password_hash, "added_at": datetime.now(UTC)}
        statement = insert(PersonRow).values(values).on_conflict_do_nothing().returning(col(PersonRow.name))
        async with self._database.transaction() as connection:
            added = (await connection.execute(statement)).scalar_one_or_none()
        if added is None:
            raise _taken(person.name)

    async def people(self) -> tuple[Person, ...]:
        """Everybody who may use the desk, by name."""
        wanted = select(*PERSON_COLUMNS).where(_stays()).order_by(col(PersonRow.name))
        async with self._database.transaction() as connection:
            return tuple(person_of(row) for row in (await connection.execute(wanted)).mappings())

    async def names_given(self) -> frozenset[str]:
        """Every name that is or was somebody's."""
        async with self._database.transaction() as connection:
            return frozenset((await connection.execute(select(col(PersonRow.name)))).scalars())

    async def account(self, name: str) -> Account | None:
        """Somebody by name, with what is kept of the password; None where nobody has that name now."""
        wanted = select(*PERSON_COLUMNS, col(PersonRow.password_hash)).where(
            col(PersonRow.name) == storable_text(name), _stays()
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return None if row is None else Account(person_of(row), row["password_hash"])

    async def change(self, person: Person) -> None:
        """Change somebody's display name, roles and limits, at once. Raises InvalidInput where nobody has the name."""
        change = update(PersonRow).where(col(PersonRow.name) == person.name, _stays()).values(_values(person))
        async with self._database.transaction() as connection:
            changed = (await connection.execute(change.returning(col(PersonRow.name)))).scalar_one_or_none()
        if changed is None:
            raise unknown_person(person.name)

    async def set_password(self, name: str, password_hash: str) -> None:
        """Change a password and end all sessions of its owner.

        Raises InvalidInput where nobody has the name, or an identity provider signs them in.
        """
        own = col(PersonRow.issuer).is_(None)
        change = update(PersonRow).where(col(PersonRow.name) == name, _stays(), own)
        await self._change(name, change.values(password_hash=password_hash))

    async def remove(self, name: str) -> None:
        """End somebody's access and sessions; the name stays theirs. Raises InvalidInput where nobody has it."""
        leaving = update(PersonRow).where(col(PersonRow.name) == name, _stays())
        await self._change(name, leaving.values(removed_at=datetime.now(UTC), password_hash=None))

    async def provided(self, person: Person, identity: Identity) -> Person:
        """Take in somebody whom an identity provider vouches for, with the roles it says; their limits stay ours.

        Raises SignInRefused where the name is another's, or the person was removed here.
        """
        known = col(PersonRow.issuer) == identity.issuer, col(PersonRow.subject) == identity.subject
        refresh = update(PersonRow).where(*known, _stays())
        refreshed = refresh.values(display_name=person.display_name, roles=tuple(sorted(person.roles)))
        values = {**_values(person), **identity._asdict(), "added_at": datetime.now(UTC)}
        first = insert(PersonRow).values(values).on_conflict_do_nothing()
        async with self._database.transaction() as connection:
            row = (await connection.execute(refreshed.returning(*PERSON_COLUMNS))).mappings().one_or_none()
            if row is None:
                row = (await connection.execute(first.returning(*PERSON_COLUMNS))).mappings().one_or_none()
        if row is None:
            raise SignInRefused(
                f"The name {person.name} is somebody else's here, or was removed. "
                "Ask whoever runs Signalbox for you to look at `signalbox people list`."
            )
        return person_of(row)

    async def _change(self, name: str, change: Update) -> None:
        """Change somebody's row and end all their sessions, both or neither."""
        async with self._database.transaction() as connection:
            changed = (await connection.execute(change.returning(col(PersonRow.name)))).scalar_one_or_none()
            await connection.execute(delete(SessionRow).where(col(SessionRow.name) == name))
        if changed is None:
            raise unknown_person(name)


def unknown_person(name: str) -> InvalidInput:
    """What is said of a name that nobody has."""
    return InvalidInput("NAME", f"nobody is called {name}.", "List everybody with `signalbox people list`.")


def person_of(row: RowMapping) -> Person:
    """The person of a row with PERSON_COLUMNS."""
    return Person(
        name=row["name"],
        display_name=row["display_name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        approval_limits=row["approval_limits"],
    )


def _values(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "display_name": person.display_name,
        "roles": tuple(sorted(person.roles)),
        "approval_limits": dict(person.approval_limits),
    }


def _stays() -> ColumnElement[bool]:
    return col(PersonRow.removed_at).is_(None)


def _taken(name: str) -> InvalidInput:
    return InvalidInput(
        "NAME",
        f"{name} is taken, perhaps by somebody who has left.",
        "Choose another: what was decided under a name stays that person's.",
    )
