"""How often somebody may try to sign in: counted in the ledger, so that all doors count together and none forgets."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from cases.errors import TooManyAttempts
from ledger.database import Database
from ledger.tables import SignInAttemptRow

WITHIN = timedelta(minutes=15)
"""How long a failed sign-in counts."""

FAILURES_A_NAME = 10
"""As many as somebody needs who has forgotten; a guesser gets 960 a day at one name."""

FAILURES_AN_ADDRESS = 50
"""An office can share one address."""


class Attempt(NamedTuple):
    """One try: the name as it was typed, and the address it came from."""

    name: str
    address: str

    @property
    def against_name(self) -> str:
        """What it counts against by name: a hash, because people type passwords into the wrong field."""
        return f"name:{hashlib.sha256(self.name.encode()).hexdigest()}"

    @property
    def against_address(self) -> str:
        """What it counts against by address."""
        return f"address:{self.address}"

    @property
    def limits(self) -> dict[str, int]:
        """What it counts against, and how many failures each may have."""
        return {self.against_name: FAILURES_A_NAME, self.against_address: FAILURES_AN_ADDRESS}


class SignInAttempts:
    """Counts. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, attempt: Attempt, at: datetime) -> None:
        """Count a try as failed before it is looked at, so that many at once are not let past the limit together.

        Raises TooManyAttempts with the seconds to wait; such a try is not counted.
        """
        async with self._database.transaction() as connection:
            await connection.execute(delete(SignInAttemptRow).where(col(SignInAttemptRow.at) <= at - WITHIN))
            # In one order, so that two tries never wait for each other.
            for against, most in sorted(attempt.limits.items()):
                await _refuse_beyond(connection, against, most, at)
            rows = [{"against": against, "at": at} for against in attempt.limits]
            await connection.execute(insert(SignInAttemptRow), rows)

    async def succeeded(self, attempt: Attempt) -> None:
        """Forget what was counted against the name, and this one try against the address."""
        of_name = col(SignInAttemptRow.against) == attempt.against_name
        newest = (
            select(func.max(col(SignInAttemptRow.id)))
            .where(col(SignInAttemptRow.against) == attempt.against_address)
            .scalar_subquery()
        )
        async with self._database.transaction() as connection:
            await connection.execute(delete(SignInAttemptRow).where(of_name))
            await connection.execute(delete(SignInAttemptRow).where(col(SignInAttemptRow.id) == newest))


async def _refuse_beyond(connection: AsyncConnection, against: str, most: int, at: datetime) -> None:
    """Let one try at a time count against this; raise TooManyAttempts where the limit is reached."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:against, 0))"), {"against": against})
    counted = (
        select(col(SignInAttemptRow.at))
        .where(col(SignInAttemptRow.against) == against)
        .order_by(col(SignInAttemptRow.at).desc())
        .limit(most)
    )
    times = (await connection.execute(counted)).scalars().all()
    if len(times) >= most:
        wait = times[-1] + WITHIN - at
        raise TooManyAttempts(max(1, round(wait.total_seconds())))
