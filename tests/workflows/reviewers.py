"""What reviewers do in the workflow tests: each ask of a case, by the name a door uses."""

from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from temporalio.client import WorkflowUpdateFailedError

from cases.action import ActionKind
from cases.case import CaseView
from cases.facts import IdentityStrength
from cases.money import Money
from cases.policy.rulebook import ActionRules, Rulebook
from cases.record import Document
from cases.review import (
    Approve,
    Claim,
    ClaimRequest,
    Decision,
    DecisionReceipt,
    Reassign,
    ReleaseRequest,
    ReviewReceipt,
    ReviewRequest,
    UndoRequest,
)
from tests.samples import EUR_80, a_classification, a_payment, an_order
from tests.small_rulebook import rulebook
from tests.workflows.conftest import CaseHandle
from tests.workflows.world import World

Answer = TypeVar("Answer")

UNTIL_THE_LEADS_HEAR = timedelta(hours=5)
"""Past the reminder and the escalation of the small rulebook, and before anything else."""


def a_risky_refund(amount: Money = EUR_80, rules: Rulebook | None = None) -> World:
    """A refund over the limit of one person."""
    return World(
        rules=rules or rulebook(),
        classifications=[a_classification("refund_request")],
        orders=(an_order(),),
        payments=(a_payment(amount),),
        drafts=["We have refunded your tent."],
    )


def for_two_people(**changes: object) -> Rulebook:
    """Rules by which 80 EUR are cleared by two people."""
    refund = ActionRules(
        reversible=False,
        minimum_identity=IdentityStrength.MATCHED,
        review_above={"EUR": Decimal(50)},
        second_approver_above={"EUR": Decimal(60)},
        within_days=30,
    )
    return rulebook(actions={ActionKind.REFUND: refund}, **changes)


def held(view: CaseView) -> ReviewRequest:
    """The request that stands."""
    assert view.review is not None
    return view.review


def approve(view: CaseView, reviewer: str = "Rita", *, undo_seconds: int = 0, shown: str = "") -> Approve:
    """An approval of what stands."""
    return Approve(
        request_id=held(view).id,
        case_version=held(view).case_version,
        reviewer=reviewer,
        undo_seconds=undo_seconds,
        shown=shown,
    )


async def ask(case: CaseHandle, update: str, content: Document, answer: type[Answer]) -> Answer:
    """Put a request to a case and wait for its answer."""
    # By name: the SDK's own type of an update that waits is open.
    return await case.execute_update(update, content, result_type=answer)  # pyright: ignore[reportUnknownMemberType]


async def decide(case: CaseHandle, decision: Decision) -> DecisionReceipt:
    """Decide, and hear whether it counts."""
    return await ask(case, "decide", decision, DecisionReceipt)


async def claim(case: CaseHandle, view: CaseView, reviewer: str) -> Claim:
    """Claim what stands."""
    request = ClaimRequest(request_id=held(view).id, case_version=held(view).case_version, reviewer=reviewer)
    return await ask(case, "claim", request, Claim)


async def release(case: CaseHandle, view: CaseView, reviewer: str) -> ReviewReceipt:
    """Give a claim back."""
    request = ReleaseRequest(request_id=held(view).id, reviewer=reviewer)
    return await ask(case, "release", request, ReviewReceipt)


async def undo(case: CaseHandle, view: CaseView, reviewer: str = "Rita") -> ReviewReceipt:
    """Take a decision back."""
    request = UndoRequest(request_id=held(view).id, reviewer=reviewer)
    return await ask(case, "undo", request, ReviewReceipt)


async def reassign(case: CaseHandle, request: Reassign) -> ReviewReceipt:
    """Give the request to another team."""
    return await ask(case, "reassign", request, ReviewReceipt)


def sentence(refused: WorkflowUpdateFailedError) -> str:
    """What whoever was refused reads."""
    return str(refused.cause).removeprefix("DecisionRefused: ")
