"""`signalbox edit CASE --reply TEXT --amount 20.00`."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from cases.action import ActionArguments, ProposedAction, Refund
from cases.errors import InvalidDecision
from cases.money import Money
from cases.review import Edit, ReviewRequest
from starter.command_line.deciding import decide_on, tell_decided
from starter.command_line.options import CaseArgument, JsonOption, ReviewerOption
from starter.command_line.validating import naming_what_is_wrong

CENTS = 2
"""Decimals of an amount."""

ReplyOption = Annotated[str | None, typer.Option("--reply", metavar="TEXT", help="What the customer reads instead.")]
ReplyFileOption = Annotated[
    Path | None,
    typer.Option("--reply-file", metavar="F", help="The same, from a file.", exists=True, dir_okay=False),
]
AmountOption = Annotated[
    str | None,
    typer.Option("--amount", metavar="20.00", help="The amount to refund instead; the reply must fit it."),
]


def command(
    case: CaseArgument,
    *,
    reply: ReplyOption = None,
    reply_file: ReplyFileOption = None,
    amount: AmountOption = None,
    reviewer: ReviewerOption,
    as_json: JsonOption = False,
) -> None:
    """Send another reply, and refund another amount if one is given; without one the actions stay as proposed."""
    if reply is not None and reply_file is not None:
        raise InvalidDecision("reply", "is given twice.", "Give --reply or --reply-file.")
    text = reply_file.read_text(encoding="utf-8").strip() if reply_file is not None else reply
    if text is not None and not text.strip():
        raise InvalidDecision("reply", "is empty.", "Write what the customer reads, or leave --reply out.")
    refunded = None if amount is None else _amount(amount)
    if refunded is not None and text is None:
        raise InvalidDecision(
            "reply",
            f"is missing, and the drafted one tells of another amount than {refunded}.",
            "Give --reply or --reply-file too, in words that fit.",
        )
    decided = decide_on(case, lambda held: _edit(held, text, refunded, reviewer))
    tell_decided(decided, as_json=as_json)


def _amount(text: str) -> Decimal:
    """An amount somebody typed. Raises InvalidDecision for what no payment can be."""
    try:
        amount = Decimal(text)
        exact = round(amount, CENTS)
    except InvalidOperation as error:
        raise InvalidDecision("amount", f"{text!r} is not an amount.", "Write it as 20.00.") from error
    if not exact.is_finite():
        raise InvalidDecision("amount", f"{text!r} is not an amount.", "Write it as 20.00.")
    if exact <= 0:
        raise InvalidDecision("amount", f"{text} is not more than zero.", "Give one above zero, or reject the case.")
    if exact != amount:
        raise InvalidDecision("amount", f"{text} has more than {CENTS} decimals.", "Write it as 20.00.")
    return exact


def _edit(held: ReviewRequest, reply: str | None, refunded: Decimal | None, reviewer: str) -> Edit:
    with naming_what_is_wrong(InvalidDecision):
        return Edit(
            request_id=held.id,
            case_version=held.case_version,
            reviewer=reviewer,
            reply=reply,
            actions=None if refunded is None else _refunding(held, refunded),
        )


def _refunding(held: ReviewRequest, amount: Decimal) -> tuple[ActionArguments, ...]:
    """The proposed actions, the one refund among them with another amount; of none, the one asked for earlier."""
    proposed = _refunds(held.actions)
    taken_up = [] if proposed else _refunds(held.earlier)
    refunds = proposed or taken_up
    if len(refunds) != 1:
        raise InvalidDecision(
            "amount", f"{len(refunds)} refunds are proposed, not one.", "Use the HTTP door, which takes each by itself."
        )
    changed = Refund(payment_id=refunds[0].payment_id, amount=Money(amount=amount, currency=refunds[0].amount.currency))
    kept = (changed if action.arguments is refunds[0] else action.arguments for action in held.actions)
    return (*kept, changed) if taken_up else tuple(kept)


def _refunds(actions: tuple[ProposedAction, ...]) -> list[Refund]:
    return [action.arguments for action in actions if isinstance(action.arguments, Refund)]
