"""What went out by itself and was drawn for the audit, with all that is needed to judge it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from cases.action import ActionArguments
from cases.case import SentReply
from cases.classification import IntentName
from cases.draft import CustomerText
from cases.record import Record
from cases.ticket import Message, Ticket
from ledger.tables import ActionRow, CaseRow, OutcomeRow, ReplyRow
from ledger.tables.action import ActionState

CLOCKS_APART = timedelta(seconds=30)
"""An action bears the time of the worker's clock, an outcome that of the engine's. Machines whose clocks are further
apart than this cannot hold any deadline either; a customer who writes again takes longer."""


class SettledAction(Record):
    """What became of one action, as the ledger has it."""

    arguments: ActionArguments
    state: ActionState
    receipt: str | None


class SampledTurn(Record):
    """One turn of a case that ended without a person."""

    case_id: str
    run_id: str
    ended_at: AwareDatetime
    ticket: Ticket
    intents: tuple[IntentName, ...]
    why: str
    """Why it went out by itself, as a sentence."""
    sample_rate: float
    asked: tuple[Message, ...]
    """What the customer wrote in this turn."""
    sent: tuple[SentReply, ...]
    actions: tuple[SettledAction, ...]


async def sampled_turns(
    connection: AsyncConnection, condition: ColumnElement[bool], limit: int
) -> tuple[SampledTurn, ...]:
    """The turns whose outcomes meet the condition, oldest first."""
    outcomes = await _outcomes(connection, condition, limit)
    case_ids = [outcome["case_id"] for outcome in outcomes]
    replies = await _replies(connection, case_ids)
    actions = await _actions(connection, case_ids)
    return tuple(_turn(outcome, replies, actions) for outcome in outcomes)


async def _outcomes(connection: AsyncConnection, condition: ColumnElement[bool], limit: int) -> Sequence[RowMapping]:
    earlier = aliased(OutcomeRow)
    began_after = (
        select(func.max(col(earlier.ended_at)))
        .where(col(earlier.case_id) == col(OutcomeRow.case_id), col(earlier.ended_at) < col(OutcomeRow.ended_at))
        .scalar_subquery()
    )
    wanted = (
        select(
            col(OutcomeRow.case_id),
            col(OutcomeRow.run_id),
            col(OutcomeRow.ended_at),
            col(OutcomeRow.intents),
            col(OutcomeRow.reason_sentence),
            col(OutcomeRow.sample_rate),
            began_after.label("began_after"),
            _ticket().label("ticket"),
        )
        .join(CaseRow, col(CaseRow.case_id) == col(OutcomeRow.case_id))
        .where(condition)
        # The id last: of two that ended at one moment the same comes first each time.
        .order_by(col(OutcomeRow.ended_at), col(OutcomeRow.case_id))
        .limit(limit)
    )
    return (await connection.execute(wanted)).mappings().all()


def _ticket() -> ColumnElement[object]:
    return func.jsonb_extract_path(col(CaseRow.view), "ticket", type_=JSONB)


async def _replies(connection: AsyncConnection, case_ids: Sequence[str]) -> Sequence[RowMapping]:
    wanted = (
        select(
            col(ReplyRow.case_id),
            col(ReplyRow.reference),
            col(ReplyRow.kind),
            col(ReplyRow.text),
            col(ReplyRow.sent_at),
        )
        .where(col(ReplyRow.case_id).in_(case_ids))
        .order_by(col(ReplyRow.sent_at))
    )
    return (await connection.execute(wanted)).mappings().all()


async def _actions(connection: AsyncConnection, case_ids: Sequence[str]) -> Sequence[RowMapping]:
    wanted = (
        select(
            col(ActionRow.case_id),
            col(ActionRow.arguments),
            col(ActionRow.state),
            col(ActionRow.receipt),
            col(ActionRow.intended_at),
        )
        .where(col(ActionRow.case_id).in_(case_ids))
        .order_by(col(ActionRow.intended_at))
    )
    return (await connection.execute(wanted)).mappings().all()


def _turn(outcome: RowMapping, replies: Sequence[RowMapping], actions: Sequence[RowMapping]) -> SampledTurn:
    began_after, ended_at = outcome["began_after"], outcome["ended_at"]
    ticket = Ticket.model_validate(outcome["ticket"])

    def is_of_it(row: RowMapping, at: datetime) -> bool:
        return row["case_id"] == outcome["case_id"] and _within(at, began_after, ended_at)

    return SampledTurn(
        case_id=outcome["case_id"],
        run_id=outcome["run_id"],
        ended_at=ended_at,
        ticket=ticket,
        intents=outcome["intents"],
        why=outcome["reason_sentence"],
        sample_rate=outcome["sample_rate"],
        asked=_asked(ticket, began_after, ended_at),
        sent=tuple(
            SentReply(
                reference=row["reference"], kind=row["kind"], text=CustomerText(text=row["text"]), at=row["sent_at"]
            )
            for row in replies
            if is_of_it(row, row["sent_at"])
        ),
        actions=tuple(
            SettledAction(arguments=row["arguments"], state=row["state"], receipt=row["receipt"])
            for row in actions
            if is_of_it(row, row["intended_at"] - CLOCKS_APART)
        ),
    )


def _asked(ticket: Ticket, began_after: datetime | None, ended_at: datetime) -> tuple[Message, ...]:
    """What the customer wrote in the turn; all they wrote, where the helpdesk's times say it was nothing."""
    wrote = ticket.customer_messages
    return tuple(message for message in wrote if _within(message.sent_at, began_after, ended_at)) or wrote


def _within(at: datetime, after: datetime | None, until: datetime) -> bool:
    return at <= until and (after is None or at > after)
