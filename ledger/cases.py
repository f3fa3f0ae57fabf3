"""The book of cases: how each stands, and everything that happened in it."""

import time
from collections.abc import Sequence

from sqlalchemy import or_, select, text
from sqlmodel import col

from cases.case import CaseView
from cases.delivery import LostReply
from cases.facts import EarlierContact
from cases.other_case import OtherCase
from cases.outcome import OutcomeKind
from cases.policy.packs.machine_mail import MachineMailWords
from cases.ticket import Ticket
from cases.work import OtherCasesRequest
from ledger.bounces import find_lost_reply, mark_lost
from ledger.case_list import CaseFilter, CaseSummary, list_cases
from ledger.case_statement import WRITE_CASE, case_parameters
from ledger.customer_keys import keys_of_addresses, keys_of_case, keys_of_customer
from ledger.database import Database
from ledger.decision_log import log_decisions
from ledger.policies import newest_machine_mail_words
from ledger.tables import CaseRow, OutcomeRow
from ledger.tables.case import OPEN

WORDS_HOLD_SECONDS = 60.0
"""A door that learns of a new policy's words a minute late misses nothing: the case reads by its own."""


class CaseLedger:
    """Writes cases down and finds them again. Every method raises LedgerUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words = MachineMailWords()
        self._words_until = 0.0

    async def record(self, view: CaseView) -> None:
        """Write a case down as it stands, whole or not at all.

        The same view again changes nothing. One that is older than what stands changes nothing of the case; what
        happened in it is still written down if it was not yet.
        """
        parameters = case_parameters(view)
        async with self._database.transaction() as connection:
            await connection.execute(WRITE_CASE, parameters)
            await log_decisions(connection, view)

    async def case(self, case_id: str) -> CaseView | None:
        """A case as it stands, or None where there is no such case."""
        wanted = select(col(CaseRow.view)).where(col(CaseRow.case_id) == case_id)
        async with self._database.transaction() as connection:
            return (await connection.execute(wanted)).scalar_one_or_none()

    async def run_ids(self, case_ids: Sequence[str]) -> dict[str, str]:
        """The workflow run that each of these cases was last written down in; unknown ones are left out."""
        wanted = select(col(CaseRow.case_id), col(CaseRow.run_id)).where(col(CaseRow.case_id).in_(case_ids))
        async with self._database.transaction() as connection:
            return {row.case_id: row.run_id for row in await connection.execute(wanted)}

    async def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """The cases that are what the filter says, in its order."""
        async with self._database.transaction() as connection:
            return await list_cases(connection, wanted)

    async def other_open_cases(self, request: OtherCasesRequest, limit: int = 10) -> tuple[OtherCase, ...]:
        """Open cases of the same customer or about one of the same records, oldest first."""
        same_customer = col(CaseRow.customer_keys).bool_op("&&")(keys_of_case(request.ticket, request.facts))
        same_record = col(CaseRow.records).bool_op("&&")(request.records)
        wanted = (
            select(col(CaseRow.view), col(CaseRow.records))
            .where(col(CaseRow.tenant) == request.ticket.tenant, col(CaseRow.case_id) != request.ticket.case_id)
            .where(text(OPEN), or_(same_customer, same_record))
            .order_by(same_record.desc(), col(CaseRow.opened_at))
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            return tuple(_other_case(view, records) for view, records in await connection.execute(wanted))

    async def earlier_contacts(self, ticket: Ticket, limit: int = 5) -> tuple[EarlierContact, ...]:
        """What ended before: of this very case first, then of the same customer; each newest first."""
        same_case = col(OutcomeRow.case_id) == ticket.case_id
        same_customer = col(OutcomeRow.customer_keys).bool_op("&&")(keys_of_customer(ticket))
        wanted = (
            select(col(OutcomeRow.case_id), col(OutcomeRow.intents), col(OutcomeRow.kind), col(OutcomeRow.ended_at))
            .where(col(OutcomeRow.tenant) == ticket.tenant)
            .where(or_(same_case, same_customer), col(OutcomeRow.kind) != OutcomeKind.MACHINE_MAIL)
            .order_by(same_case.desc(), col(OutcomeRow.ended_at).desc())
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            return tuple(
                EarlierContact(case_id=case_id, intents=intents, outcome=kind, at=ended_at)
                for case_id, intents, kind, ended_at in await connection.execute(wanted)
            )

    async def machine_mail_words(self) -> MachineMailWords:
        """How machines write, by the policy that workers began to run last; read anew once a minute."""
        if time.monotonic() >= self._words_until:
            async with self._database.transaction() as connection:
                self._words = await newest_machine_mail_words(connection)
            self._words_until = time.monotonic() + WORDS_HOLD_SECONDS
        return self._words

    async def bounced(self, tenant: str, names: Sequence[str], recipients: Sequence[str]) -> LostReply | None:
        """Which reply came back: one of such a name, else the newest to one of these addresses. None: none of ours."""
        async with self._database.transaction() as connection:
            return await find_lost_reply(connection, tenant, names, keys_of_addresses(recipients))

    async def lost(self, reply: LostReply, why: str) -> None:
        """Write down that a reply never arrived, and that its case was told."""
        async with self._database.transaction() as connection:
            await mark_lost(connection, reply.reference, why)


def _other_case(view: CaseView, records: tuple[str, ...]) -> OtherCase:
    return OtherCase(
        case_id=view.case_id,
        stage=view.stage,
        intents=view.classification.intent_names if view.classification else (),
        proposed=tuple(action.summary for action in view.actions),
        records=records,
        opened_at=view.opened_at,
    )
