"""Reconciliation: on a schedule, each source is asked what changed, and its cases are told what no webhook told us.

How far it got is in the ledger. After an outage the next poll begins where the last one ended, so nothing is missing;
and what a case knows already is no news to it, so nothing is doubled.
"""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.source_reading import SourceReading
    from cases.source_event import ChangedTickets
    from cases.source_work import ChangesToFind, ReadUntil, Reconciled, SourceName, TicketToRead

from workflows.options import source_read

PAGES = 20
"""After so many pages the rest is left to the next poll, which begins there: a history must not grow without end."""


@workflow.defn
class ReconcileSource:
    """One poll of one source."""

    @workflow.run
    async def run(self, source: SourceName) -> Reconciled:
        """Bring in every ticket that changed since the last poll, oldest change first."""
        since = await workflow.execute_activity_method(SourceReading.read_from, source, **source_read())
        reconciled = Reconciled(tickets=0, read_until=since)
        page: str | None = None
        for _ in range(PAGES):
            changed = await _changes(source, since, page)
            reconciled = await _bring_in(source, changed, reconciled)
            page = changed.next_page
            if page is None:
                break
        return reconciled


async def _changes(source: SourceName, since: datetime, page: str | None) -> ChangedTickets:
    return await workflow.execute_activity_method(
        SourceReading.changed,
        ChangesToFind(source=source, since=since, page=page),
        summary=f"what changed since {since:%Y-%m-%d %H:%M:%S} UTC",
        **source_read(),
    )


async def _bring_in(source: SourceName, changed: ChangedTickets, so_far: Reconciled) -> Reconciled:
    """Bring in one page, then write down that it is in."""
    for ticket_id in changed.ticket_ids:
        await workflow.execute_activity_method(
            SourceReading.bring_in,
            TicketToRead(source=source, ticket_id=ticket_id),
            summary=f"read ticket {ticket_id}",
            **source_read(),
        )
    if changed.changed_until is None:
        return so_far
    await workflow.execute_activity_method(
        SourceReading.keep_read_until, ReadUntil(source=source, moment=changed.changed_until), **source_read()
    )
    return Reconciled(tickets=so_far.tickets + len(changed.ticket_ids), read_until=changed.changed_until)
