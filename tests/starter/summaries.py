"""Cases as a list shows them."""

from cases.classification import Priority, Team
from cases.outcome import OutcomeKind, Stage
from ledger.case_list import CaseSummary
from tests.samples import NOW


def a_summary(case_id: str, stage: Stage, outcome: OutcomeKind | None = None) -> CaseSummary:
    """A case of which nothing counts but where it stands."""
    return CaseSummary(
        case_id=case_id,
        tenant="acme",
        ticket_id=case_id.rsplit(":", 1)[-1],
        subject="",
        stage=stage,
        route=None,
        reason=None,
        intents=(),
        team=Team.TRIAGE,
        priority=Priority.LOW,
        outcome=outcome,
        waiting_for=None,
        waiting_since=None,
        review_due_at=None,
        opened_at=NOW,
        updated_at=NOW,
        case_version=0,
        repeat_contact=False,
        policy_version="local@1",
    )
