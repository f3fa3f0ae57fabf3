"""What came of the tickets in django-helpdesk, counted by what stands in its own database.

Nothing here believes our own books: they are what is being checked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from cases.case import CaseView
from cases.helpdesk_write import digest_of
from cases.record import Record
from demo.django_helpdesk.people import API_USER
from demo.django_helpdesk.standing import StandingFollowUp
from starter.command_line.demo_count import WAITING


class HelpdeskCount(Record):
    """The summary of the demo: what `make demo-helpdesk ONCE=1` prints."""

    tickets: int
    cases: int
    replies: int
    """Public follow-ups of ours."""
    notes: int
    """Private ones."""
    waiting: int
    """Cases that wait for a person or their customer, and owe nobody a reply yet."""
    lost: int
    """Tickets without a case, a reply or a note, and replies that a case believes were sent and that do not stand."""
    doubled: int
    """Follow-ups of ours beyond the first with the same words for the same readers of one ticket."""
    seconds: float

    @property
    def all_answered(self) -> bool:
        """Whether nothing was lost, nothing was doubled, and nothing waits."""
        return self.waiting == self.lost == self.doubled == 0


def count_helpdesk(
    tickets: Sequence[str], cases: Mapping[str, CaseView], standing: Sequence[StandingFollowUp], seconds: float
) -> HelpdeskCount:
    """Count. `cases` are by ticket; what colleagues and customers wrote does not count."""
    ours = [followup for followup in standing if followup.author == API_USER and followup.ticket_id in tickets]
    texts = Counter((followup.ticket_id, followup.public, digest_of(followup.text)) for followup in ours)
    return HelpdeskCount(
        tickets=len(tickets),
        cases=len(cases),
        replies=sum(followup.public for followup in ours),
        notes=sum(not followup.public for followup in ours),
        waiting=sum(case.stage in WAITING for case in cases.values()),
        lost=sum(_lost(ticket, cases.get(ticket), texts) for ticket in tickets),
        doubled=sum(times - 1 for times in texts.values()),
        seconds=round(seconds, 1),
    )


def _lost(ticket: str, case: CaseView | None, standing: Counter[tuple[str, bool, str]]) -> int:
    if case is None:
        return 1
    sent = [(ticket, True, digest_of(reply.text.text)) for reply in case.replies]
    missing = sum(reply not in standing for reply in sent)
    if case.stage in WAITING:
        return missing
    unread = sum(not any(key[:2] == (ticket, public) for key in standing) for public in (True, False))
    return missing + unread
