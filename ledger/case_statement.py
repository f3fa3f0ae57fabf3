"""Writing a case down: one statement, and so one round trip, for its row and everything that happened in it.

A case is written several times on its way, and six statements through SQLAlchemy cost this process twice the CPU of
one. The rows go in as one JSON array a table.
"""

from collections.abc import Sequence

from pydantic import SerializeAsAny, TypeAdapter
from sqlalchemy import Select, Table, Text, bindparam, cast, func, literal, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from cases.case import CaseView
from ledger.case_row import case_row
from ledger.history_rows import decision_rows, model_call_rows, outcome_rows, reply_rows, review_rows, satisfaction_rows
from ledger.storable import storable_json
from ledger.tables import LedgerTable

ROWS = TypeAdapter(Sequence[SerializeAsAny[LedgerTable]])


def case_parameters(view: CaseView) -> dict[str, str]:
    """The parameters of `WRITE_CASE`: by table, its rows as JSON."""
    rows: dict[str, Sequence[LedgerTable]] = {
        "cases": [case_row(view)],
        "model_calls": model_call_rows(view),
        "reviews": review_rows(view),
        "decisions": decision_rows(view),
        "replies": reply_rows(view),
        "outcomes": outcome_rows(view),
        "satisfaction": satisfaction_rows(view),
    }
    return {table: storable_json(ROWS.dump_json(lines).decode()) for table, lines in rows.items()}


def _statement() -> Select[int]:
    additions = (
        _case(_table("cases")),
        _model_calls(_table("model_calls")),
        *(
            _added(_table(name)).on_conflict_do_nothing()
            for name in ("reviews", "decisions", "replies", "outcomes", "satisfaction")
        ),
    )
    return select(literal(1)).add_cte(*(addition.cte(f"written_{n}") for n, addition in enumerate(additions)))


def _case(cases: Table) -> Insert:
    """The case as it stands, unless what stands there is later. Of two views of one moment the longer is later."""
    addition = _added(cases)
    given = addition.excluded
    return addition.on_conflict_do_update(
        constraint=cases.primary_key,
        set_={part.name: part for part in given if part.name != "case_id"},
        where=tuple_(given.updated_at, given.steps) >= tuple_(cases.columns.updated_at, cases.columns.steps),
    )


def _model_calls(calls: Table) -> Insert:
    """New calls, and the intent of those that were written down before it was known."""
    addition = _added(calls)
    return addition.on_conflict_do_update(
        constraint=calls.primary_key,
        set_={"intent": addition.excluded.intent},
        where=calls.columns.intent.is_(None) & addition.excluded.intent.is_not(None),
    )


def _added(table: Table) -> Insert:
    names = [part.name for part in table.columns]
    given = cast(bindparam(table.name, type_=Text), JSONB)
    rows = func.jsonb_populate_recordset(literal_column(f"NULL::{table.name}"), given)
    return insert(table).from_select(names, select(rows.table_valued(*names)))


def _table(name: str) -> Table:
    return LedgerTable.metadata.tables[name]


WRITE_CASE = _statement()
"""Adds what is new; takes `case_parameters`."""
