"""A ticket of a source is read again, because something said that it changed.

Whoever told us of a change needs an answer at once, and the helpdesk may be slow or away: so the reading is work of
its own, and waits for as long as it takes.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.source_reading import SourceReading
    from cases.source_work import TicketToRead

from workflows.options import source_read


@workflow.defn
class ReadTicket:
    """Reads one ticket until nobody hints at a further change."""

    def __init__(self) -> None:
        self._unread = False

    @workflow.run
    async def run(self, wanted: TicketToRead) -> tuple[str, ...]:
        """Read the ticket and tell its case; the sentences say what it was told."""
        await workflow.wait_condition(lambda: self._unread)
        told: tuple[str, ...] = ()
        while self._unread:
            self._unread = False
            brought = await workflow.execute_activity_method(
                SourceReading.bring_in, wanted, summary=f"read ticket {wanted.ticket_id}", **source_read()
            )
            told = (*told, *brought.told)
        return told

    @workflow.signal(description="Something happened to the ticket")
    def changed(self) -> None:
        """Read it, or read it again."""
        self._unread = True
