"""The memory of deliveries: what was taken once is not taken again, whoever sends it and however late."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from cases.delivery import DeliveryOutcome, Receipt
from cases.source import Source
from ledger.database import Database
from ledger.storable import storable_text
from ledger.tables import DeliveryRow


class DeliveryLedger:
    """Keeps what was delivered. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receipt(self, source: Source, delivery_id: str, since: datetime) -> Receipt | None:
        """What was done with a delivery that was taken since a moment. One that nobody could read was not taken."""
        wanted = select(col(DeliveryRow.outcome), col(DeliveryRow.sentence)).where(
            col(DeliveryRow.tenant) == source.tenant,
            col(DeliveryRow.source) == source.name,
            col(DeliveryRow.delivery_id) == delivery_id,
            col(DeliveryRow.received_at) >= since,
            col(DeliveryRow.outcome) != DeliveryOutcome.UNREADABLE,
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return Receipt(outcome=row["outcome"], sentence=row["sentence"], repeated=True) if row else None

    async def keep(self, source: Source, delivery_id: str, receipt: Receipt, now: datetime) -> None:
        """Write down what was done with a delivery, the last time where it came several times."""
        addition = insert(DeliveryRow).values(
            tenant=source.tenant,
            source=source.name,
            delivery_id=delivery_id,
            received_at=now,
            outcome=receipt.outcome,
            sentence=storable_text(receipt.sentence),
        )
        async with self._database.transaction() as connection:
            await connection.execute(
                addition.on_conflict_do_update(
                    index_elements=["tenant", "source", "delivery_id"],
                    set_={name: addition.excluded[name] for name in ("received_at", "outcome", "sentence")},
                )
            )

    async def unreadable_since(self, source: Source, moment: datetime) -> tuple[str, ...]:
        """What could not be understood, newest first: somebody has to look."""
        wanted = (
            select(col(DeliveryRow.sentence))
            .where(
                col(DeliveryRow.tenant) == source.tenant,
                col(DeliveryRow.source) == source.name,
                col(DeliveryRow.outcome) == DeliveryOutcome.UNREADABLE,
                col(DeliveryRow.received_at) >= moment,
            )
            .order_by(col(DeliveryRow.received_at).desc())
            .limit(20)
        )
        async with self._database.transaction() as connection:
            return tuple((await connection.execute(wanted)).scalars())

    async def forget_before(self, moment: datetime) -> int:
        """Forget deliveries so old that no sender repeats them; returns how many."""
        old = delete(DeliveryRow).where(col(DeliveryRow.received_at) < moment)
        async with self._database.transaction() as connection:
            return (await connection.execute(old)).rowcount
