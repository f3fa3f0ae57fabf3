"""Browsers that were sent to the identity provider: what each must bring back, kept where only we can read it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert
from sqlmodel import col

from ledger.database import Database
from ledger.tables import SignInFlowRow
from ledger.tokens import new_token, token_hash

LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""


class SignInFlow(NamedTuple):
    """What ties an answer to the question: who asked (`state`), which token was meant (`nonce`), whose code it is."""

    state: str
    nonce: str
    verifier: str
    next_page: str


class SignInFlows:
    """Keeps them, each for one use. Every method raises LedgerUnavailable; `at` is now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, flow: SignInFlow, at: datetime) -> str:
        """Keep a flow; the token for the browser, of which only the hash is kept."""
        token = new_token()
        values = {**flow._asdict(), "token_hash": token_hash(token), "ends_at": at + LASTS}
        async with self._database.transaction() as connection:
            await connection.execute(delete(SignInFlowRow).where(col(SignInFlowRow.ends_at) <= at))
            await connection.execute(insert(SignInFlowRow).values(values))
        return token

    async def finish(self, token: str, at: datetime) -> SignInFlow | None:
        """Take a flow out; None where there is none, or none any more."""
        columns = [col(getattr(SignInFlowRow, name)) for name in SignInFlow._fields]
        taken = (
            delete(SignInFlowRow)
            .where(col(SignInFlowRow.token_hash) == token_hash(token), col(SignInFlowRow.ends_at) > at)
            .returning(*columns)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(taken)).one_or_none()
        return None if row is None else SignInFlow(*row)
