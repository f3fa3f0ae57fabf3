"""The audit: a lead looks at the sample of what went out by itself and says what they find."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AwareDatetime, BaseModel, StringConstraints

from cases.audit import Audit, Verdict
from ledger.audits import AuditLedger
from starter.desk.audit_figures import audit_figures
from starter.desk.audit_view import VERDICTS, outcome_key, shown_turn
from starter.desk.connections import Held
from starter.desk.pages import page
from starter.desk.refusals import is_part_of_a_page
from starter.desk.who import CanLead

AT_ONCE = 20
"""How many one page asks about: a quarter of an hour's work."""

router = APIRouter(include_in_schema=False)


class JudgedForm(BaseModel):
    """What a lead found, as the form sends it."""

    case_id: str
    run_id: str
    ended_at: AwareDatetime
    verdict: Verdict
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""


@router.get("/audit")
async def audit_page(request: Request, held: Held, person: CanLead) -> Response:
    """What nobody has judged yet, oldest first, and what was found so far."""
    del person
    book = AuditLedger(held.database)
    waiting = await book.waiting(AT_ONCE)
    figures = audit_figures(await book.tallies())
    return page(
        request,
        "audit.html",
        waiting=[shown_turn(turn) for turn in waiting],
        more=max(0, figures.sampled - figures.judged - len(waiting)),
        figures=figures,
        verdicts=VERDICTS,
    )


@router.post("/audit")
async def judge(request: Request, held: Held, person: CanLead, form: Annotated[JudgedForm, Form()]) -> Response:
    """Write a verdict down. The first one stands; the same again is no harm."""
    book = AuditLedger(held.database)
    standing = await book.judge(
        Audit(
            case_id=form.case_id,
            run_id=form.run_id,
            ended_at=form.ended_at,
            verdict=form.verdict,
            comment=form.comment.replace("\r\n", "\n"),
            by=person.name,
            at=datetime.now(UTC),
        )
    )
    if not is_part_of_a_page(request):
        return RedirectResponse("/audit", HTTPStatus.SEE_OTHER)
    return page(
        request,
        "audit_judged.html",
        audit=standing,
        key=outcome_key(standing.case_id, standing.run_id, standing.ended_at.isoformat()),
        figures=audit_figures(await book.tallies()),
        verdicts=VERDICTS,
    )
