"""Reconciliation: on a schedule, each source is asked what changed, and its cases are told what no webhook told us.

How far it got is in the ledger. After an outage the next poll begins where the last one ended, so nothing is missing;
and what a case knows already is no news to it, so nothing is doubled.
"""

from collections.abc import Iterator
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.source_reading import SourceReading
    from cases.source_event import ChangedTickets
    from cases.source_work import ChangesToFind, ReadUntil, Reconciled, Reconciliation, SourceName, TicketsToRead
    from cases.ticket import TicketId

from workflows.options import source_read

TICKETS_AT_ONCE = 20
"""So many are read by one activity: a history holds three events for each of those, and ends at some ten thousands."""


@workflow.defn
class ReconcileSource:
    """One poll of one source."""

    @workflow.run
    async def run(self, wanted: Reconciliation) -> Reconciled:
        """Bring in every ticket that changed since the last poll, oldest change first."""
        since = wanted.since or await _read_from(wanted.source)
        changed = await _changes(wanted.source, since, wanted.page)
        for tickets in _by_twenty(changed.ticket_ids):
            await _bring_in(wanted.source, tickets)
        read_until = changed.changed_until or since
        await workflow.execute_activity_method(
            SourceReading.keep_read_until, ReadUntil(source=wanted.source, moment=read_until), **source_read()
        )
        so_far = wanted.tickets + len(changed.ticket_ids)
        if changed.next_page is not None:
            workflow.continue_as_new(
                Reconciliation(source=wanted.source, since=since, page=changed.next_page, tickets=so_far)
            )
        return Reconciled(tickets=so_far, read_until=read_until)


async def _read_from(source: SourceName) -> datetime:
    return await workflow.execute_activity_method(SourceReading.read_from, source, **source_read())


async def _changes(source: SourceName, since: datetime, page: str | None) -> ChangedTickets:
    return await workflow.execute_activity_method(
        SourceReading.changed,
        ChangesToFind(source=source, since=since, page=page),
        summary=f"what changed since {since:%Y-%m-%d %H:%M:%S} UTC",
        **source_read(),
    )


async def _bring_in(source: SourceName, tickets: tuple[TicketId, ...]) -> None:
    await workflow.execute_activity_method(
        SourceReading.bring_in_all,
        TicketsToRead(source=source, ticket_ids=tickets),
        summary=f"read tickets {', '.join(tickets)}"[:200],
        **source_read(),
    )


def _by_twenty(ticket_ids: tuple[TicketId, ...]) -> Iterator[tuple[TicketId, ...]]:
    return (ticket_ids[first : first + TICKETS_AT_ONCE] for first in range(0, len(ticket_ids), TICKETS_AT_ONCE))
