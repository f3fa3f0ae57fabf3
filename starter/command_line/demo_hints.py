"""What to try in another terminal once the demo has been played: commands that work as they are printed."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from cases.action import Refund
from cases.case import CaseView
from cases.outcome import Stage
from cases.policy.rulebook import Detail
from cases.reason import ReasonCode
from starter.settings import DATA_VARIABLE, DEFAULT_DATA

ACTIVATE = Path(".venv") / "bin" / "activate"
"""Where `make` puts the command, seen from the project's folder."""

ANY_ORDER = "W10023"
"""An order of the demo's shop, for customers who have named none."""

ORDER_NUMBER = re.compile(r"\bW\d{5}\b")


def what_to_try(waiting: Sequence[CaseView], data: Path) -> str:
    """The commands, first how to get them; with cases that wait for a person or the customer now."""
    return "\n".join(f"  {command}" for command in (*getting_there(data), *_commands(waiting)))


def getting_there(data: Path) -> Iterator[str]:
    """What makes the commands after it work in a new terminal in this folder."""
    yield from the_command()
    if data != DEFAULT_DATA:
        yield f"export {DATA_VARIABLE}={data}"


def the_command() -> Iterator[str]:
    """How to have `signalbox` by its name, where it is in this folder's own environment."""
    if ACTIVATE.is_file():
        yield f". {ACTIVATE}"


def _commands(waiting: Sequence[CaseView]) -> Iterator[str]:
    yield "signalbox cases --waiting"
    if (held := _to_approve(waiting)) is not None:
        yield f"signalbox show {held.ticket.id}"
        yield f"signalbox approve {held.ticket.id}"
    answers = (f'signalbox reply {case.ticket.id} "{said}"' for case in waiting if (said := _customers_answer(case)))
    yield from islice(answers, 1)


def _to_approve(waiting: Sequence[CaseView]) -> CaseView | None:
    """A case that may well be approved: a refund over the limit and nothing else, or else one that looks harmless."""
    held = [case for case in waiting if case.review is not None]
    harmless = [case for case in held if ReasonCode.INSTRUCTIONS_IN_TEXT not in _reasons(case)]
    plain = [case for case in harmless if _is_plain_refund(case)]
    # Those who read these hints read English.
    return next(iter((*(case for case in plain if case.ticket.locale == "en"), *plain, *harmless)), None)


def _is_plain_refund(case: CaseView) -> bool:
    return (
        case.review is not None
        and [type(action.arguments) for action in case.review.actions] == [Refund]
        and _reasons(case) == {ReasonCode.REFUND_OVER_LIMIT}
    )


def _reasons(case: CaseView) -> set[ReasonCode]:
    return {reason.code for reason in case.review.reasons} if case.review else set()


def _customers_answer(case: CaseView) -> str | None:
    """What this customer could well write to be understood; None where that takes more than an order."""
    if case.stage is not Stage.WAITING_FOR_CUSTOMER:
        return None
    named = ORDER_NUMBER.search(case.ticket.customer_text)
    if case.questions == (Detail.ORDER,):
        return f"It is order {named.group() if named else ANY_ORDER}."
    if case.questions or named is None:
        return None
    return f"I want my money back for order {named.group()}, please."
