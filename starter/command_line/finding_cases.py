"""Finding the case somebody means: by its id, or by its ticket's id where only one case has that."""

from cases.case import CaseView
from cases.errors import AmbiguousCase, UnknownCase
from ledger.case_list import CaseFilter
from ledger.cases import CaseLedger

PREFIX = "ticket:"
MOST_NAMESAKES = 1_000


async def find_case(ledger: CaseLedger, named: str) -> CaseView:
    """The case as it was last written down. Raises UnknownCase, AmbiguousCase and LedgerUnavailable."""
    case_id = named if named.startswith(PREFIX) else await _case_of_ticket(ledger, named)
    case = await ledger.case(case_id)
    if case is None:
        raise UnknownCase(case_id)
    return case


async def _case_of_ticket(ledger: CaseLedger, ticket_id: str) -> str:
    mentioned = await ledger.cases(CaseFilter(text=ticket_id, limit=MOST_NAMESAKES))
    namesakes = tuple(case.case_id for case in mentioned if case.ticket_id == ticket_id)
    match namesakes:
        case (only,):
            return only
        case ():
            raise UnknownCase(ticket_id)
        case _:
            raise AmbiguousCase(ticket_id, namesakes)
