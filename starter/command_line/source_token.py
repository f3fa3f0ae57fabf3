"""Another API token for a source, where its helpdesk no longer lets us in."""

import os

from pydantic import SecretStr

from cases.errors import InvalidInput
from cases.lockout import Lockout
from cases.record import Record
from cases.source import Source, SourceSecrets
from ledger.database import Database
from ledger.lockouts import LockoutLedger
from starter.settings import Settings
from starter.sources.secrets import keep_secrets, needed_secrets, variable


class TokenGiven(Record):
    """A source that was given another token."""

    source: Source
    in_the_way: str | None
    """What keeps the token from being used, as a sentence."""


def refuse_without_token(source: Source) -> None:
    """Raises InvalidInput for a source that has no token."""
    if "TOKEN" not in needed_secrets(source):
        raise InvalidInput(
            "TENANT/NAME",
            f"{source.label} is a {source.kind} source, which has no token.",
            f"Its secret is changed by `signalbox source rotate {source.label}`.",
        )


async def give_token(source: Source, token: SecretStr | None, settings: Settings) -> TokenGiven:
    """Keep another token, which every worker finds by its next try; a refusal of this one is told anew.

    Raises InvalidInput for an empty one, and LedgerUnavailable.
    """
    if token is None:
        raise InvalidInput("the token", "is empty, and the last one stays.", "Type it, or send it on standard input.")
    keep_secrets(source, SourceSecrets(token=token), settings.data)
    database = Database.at(settings.database_url, connections=1)
    try:
        await LockoutLedger(database).end(source.tenant, source.name)
    finally:
        await database.close()
    name = variable(source, "TOKEN")
    in_the_way = f"{name} is set in the environment and goes before it; change it." if name in os.environ else None
    return TokenGiven(source=source, in_the_way=in_the_way)


async def lockout_of(source: Source, lockouts: LockoutLedger) -> Lockout | None:
    """The lockout of a source, where there is one. Raises LedgerUnavailable."""
    of = (source.tenant, source.name)
    return next((one for one in await lockouts.lockouts() if (one.tenant, one.source) == of), None)
