"""How a decision stands, as the ledger tells it."""

from cases.case import CaseView
from cases.review import Decision


def is_decided(case: CaseView) -> bool:
    return case.outcome is not None


def is_cleared(case: CaseView) -> bool:
    """Whether it is decided, though it may still be taken back."""
    return case.review is not None and case.review.pending is not None


def cleared(case: CaseView) -> Decision:
    assert case.review is not None
    assert case.review.pending is not None
    return case.review.pending.decision
