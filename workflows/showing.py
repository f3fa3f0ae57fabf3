"""Showing: where a case stands, for lists and searches, for the Temporal UI, for the ledger and for whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from activities.record import Recording
    from cases import search_attributes
    from cases.case import CaseView
    from cases.outcome import Stage
    from cases.reason import Reason

from workflows.case_file import CaseFile
from workflows.options import OWN_DATABASE


def enter(case: CaseFile, stage: Stage, why: Reason | None = None) -> None:
    """Move to another stage, and let lists and searches know. Without a reason of its own it has the route's."""
    case.stage = stage
    reason = why or (case.route.reason if case.route else None)
    updates: list[SearchAttributeUpdate[str] | SearchAttributeUpdate[Sequence[str]] | SearchAttributeUpdate[datetime]]
    updates = [
        search_attributes.STAGE.value_set(stage),
        search_attributes.POLICY_VERSION.value_set(case.rulebook.policy_version),
    ]
    if reason is not None:
        updates.append(search_attributes.REASON.value_set(reason.code))
    if case.route is not None:
        updates.append(search_attributes.ROUTE.value_set(case.route.name))
    if case.intents:
        updates.append(search_attributes.INTENT.value_set(case.intents))
    if case.review is not None:
        updates.append(search_attributes.REVIEW_DEADLINE.value_set(case.review.due_at))
    elif search_attributes.REVIEW_DEADLINE in workflow.info().typed_search_attributes:
        updates.append(search_attributes.REVIEW_DEADLINE.value_unset())
    workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType] -- its own type is open


def show_wait(case: CaseFile, what: str, details: str) -> None:
    """Say what the case waits for: a sentence for lists, Markdown for the Temporal UI."""
    case.waiting_for = what
    workflow.set_current_details(details)


def end_wait(case: CaseFile) -> None:
    """Say that it waits for nothing any more."""
    case.waiting_for = None
    workflow.set_current_details("")


async def record(case: CaseFile) -> None:
    """Let the ledger know how the case stands."""
    case.recorded_version = case.version
    await workflow.execute_local_activity_method(Recording.record, view_of(case), **OWN_DATABASE)


def view_of(case: CaseFile) -> CaseView:
    """The case as it stands."""
    return CaseView(
        case_id=case.case_id,
        run_id=workflow.info().run_id,
        ticket=case.ticket,
        case_version=case.version,
        stage=case.stage,
        policy_version=case.policy_version,
        opened_at=case.opened_at,
        updated_at=workflow.now(),
        repeat_contact=case.repeat_contact,
        answered=case.answered,
        forwarded_from=case.forwarded_from,
        classification=case.classification,
        route=case.route,
        facts=case.facts,
        other_cases=case.other_cases,
        recall=case.recall,
        draft=case.draft,
        actions=case.actions,
        review=case.review,
        questions=case.questions,
        question=case.question,
        waiting_for=case.waiting_for,
        attempts=tuple(case.attempts),
        decisions=tuple(case.decisions),
        results=tuple(case.results),
        replies=tuple(case.replies),
        steps=tuple(case.steps),
        outcome=case.outcome,
        satisfaction=case.satisfaction,
        requester_changed_at=case.requester_changed_at,
        solved=case.solved,
    )
