"""Where people are signed in: the browser holds a random token, the ledger its hash."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlmodel import col

from cases.person import Person
from ledger.database import Database
from ledger.people import PERSON_COLUMNS, person_of
from ledger.tables import PersonRow, SessionRow
from ledger.tokens import new_token, token_hash

LASTS = timedelta(hours=12)
"""A shift and some more; after that, who sits there is asked again. NIST SP 800-63B-4 allows 24 h at most."""

IDLE = timedelta(hours=1)
"""As long as NIST SP 800-63B-4 lets nothing happen."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is known when a person was last seen: not every request needs to write."""


class SessionLedger:
    """Keeps sessions. Every method raises LedgerUnavailable; `at` is now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, name: str, at: datetime) -> str:
        """Sign somebody in; the token for the browser, of which only the hash is kept."""
        token = new_token()
        values = {
            "token_hash": token_hash(token),
            "name": name,
            "begun_at": at,
            "seen_at": at,
            "ends_at": at + LASTS,
        }
        over = or_(col(SessionRow.ends_at) <= at, col(SessionRow.seen_at) <= at - IDLE)
        async with self._database.transaction() as connection:
            await connection.execute(delete(SessionRow).where(over))
            await connection.execute(insert(SessionRow).values(values))
        return token

    async def person(self, token: str, at: datetime) -> Person | None:
        """Who is signed in with this token, as they stand now; None once the session has ended or idled away."""
        hashed = token_hash(token)
        wanted = (
            select(*PERSON_COLUMNS, col(SessionRow.seen_at))
            .join(PersonRow, col(PersonRow.name) == col(SessionRow.name))
            .where(col(SessionRow.token_hash) == hashed)
            .where(col(SessionRow.ends_at) > at, col(SessionRow.seen_at) > at - IDLE)
            .where(col(PersonRow.removed_at).is_(None))
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
            if row is None:
                return None
            if row["seen_at"] <= at - NOTED_EVERY:
                seen = update(SessionRow).where(col(SessionRow.token_hash) == hashed)
                await connection.execute(seen.values(seen_at=at))
        return person_of(row)

    async def end(self, token: str) -> None:
        """Sign out. A token that is not known, or no more, is signed out already."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash(token)))
