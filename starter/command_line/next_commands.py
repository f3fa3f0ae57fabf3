"""The exact commands that free a case."""

from collections.abc import Iterator

from cases.action import Refund
from cases.case import CaseView
from cases.outcome import Stage


def next_commands(case: CaseView) -> Iterator[str]:
    """What a person can type now, the likeliest first; nothing for a case that waits for nobody."""
    if case.review is not None:
        yield f"signalbox approve {case.case_id}"
        refund = next(
            (a.arguments for a in (*case.review.actions, *case.review.earlier) if isinstance(a.arguments, Refund)), None
        )
        if refund is not None:
            yield f"signalbox edit {case.case_id} --amount {refund.amount.amount:.2f} --reply TEXT"
        else:
            yield f"signalbox edit {case.case_id} --reply TEXT"
        yield f"signalbox reject {case.case_id} --reason not_eligible"
    elif case.stage is Stage.WAITING_FOR_CUSTOMER:
        yield f"signalbox reply {case.case_id} TEXT"
    elif case.stage is Stage.WAITING_FOR_HELPDESK:
        yield f"signalbox source token {case.ticket.tenant}/{case.ticket.source}"
