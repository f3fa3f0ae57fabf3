"""How the sources are: how far each is read, and what is wrong with it."""

from datetime import UTC, datetime, timedelta

from cases.lockout import Lockout
from cases.record import Record
from cases.source import ARE_POLLED, Source
from ledger.database import Database
from ledger.deliveries import DeliveryLedger
from ledger.lockouts import LockoutLedger
from ledger.sources import RegisteredSource, SourceLedger
from starter.command_line.output import printable
from starter.settings import Settings
from starter.sources.schedule import schedule_id
from starter.sources.secrets import missing_secrets, secrets_of, variable

MISSED_POLLS = 3
"""After so many something holds them up."""

LATELY = timedelta(days=1)
"""How far back deliveries that could not be read are counted."""


class Listed(Record):
    """A source, and whether all is well with it."""

    source: Source
    read_until: datetime
    added_at: datetime
    asked_at: datetime | None
    unreadable: tuple[str, ...]
    """What could not be understood lately, newest first."""
    missing: tuple[str, ...]
    locked: str | None = None
    """Since when it no longer lets us write, and why, in sentences that say how to mend it."""


async def listed_sources(settings: Settings) -> tuple[Listed, ...]:
    """Every source. Raises LedgerUnavailable."""
    database = Database.at(settings.database_url, connections=1)
    try:
        deliveries = DeliveryLedger(database)
        locked = {(one.tenant, one.source): one for one in await LockoutLedger(database).lockouts()}
        return tuple(
            [
                await _look_at(one, deliveries, locked.get((one.source.tenant, one.source.name)), settings)
                for one in await SourceLedger(database).sources()
            ]
        )
    finally:
        await database.close()


async def _look_at(
    one: RegisteredSource, deliveries: DeliveryLedger, locked: Lockout | None, settings: Settings
) -> Listed:
    unreadable = await deliveries.unreadable_since(one.source, datetime.now(UTC) - LATELY)
    parts = missing_secrets(one.source, secrets_of(one.source, settings.data))
    return Listed(
        source=one.source,
        read_until=one.read_until,
        added_at=one.added_at,
        asked_at=one.asked_at,
        unreadable=unreadable,
        missing=tuple(variable(one.source, part) for part in parts),
        locked=locked.sentence if locked else None,
    )


def to_look_at(one: Listed) -> tuple[str, ...]:
    """What is wrong with it, as sentences."""
    unset = [f"{name} is not set." for name in one.missing]
    unreadable = [f"unreadable since yesterday: {printable(sentence)}" for sentence in one.unreadable]
    silent = [f"{schedule_id(one.source)} in the Temporal UI shows why it is not asked."] if _is_silent(one) else []
    locked = [printable(one.locked)] if one.locked else []
    return (*unset, *locked, *silent, *unreadable)


def last_asked(one: Listed) -> str:
    """When it was last asked what changed, for a table."""
    if one.source.kind not in ARE_POLLED:
        return "it tells us"
    return f"{one.asked_at:%Y-%m-%d %H:%M} UTC" if one.asked_at else "not yet"


def _is_silent(one: Listed) -> bool:
    if one.source.kind not in ARE_POLLED or one.missing:
        return False
    patience = MISSED_POLLS * timedelta(minutes=one.source.poll_minutes)
    return datetime.now(UTC) - (one.asked_at or one.added_at) > patience
