"""Nothing is lost and nothing is done twice, whatever is killed and whenever."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest

from cases.case import CaseView
from cases.outcome import OutcomeKind, Stage
from demo.embedded.parts import Part
from tests.crash.buyers import LARGE, SMALL, Buyer
from tests.crash.ground import Ground
from tests.waiting import eventually

NewBuyer = Callable[[Decimal], Buyer]


def waits_for_review(view: CaseView) -> bool:
    return view.stage is Stage.WAITING_FOR_REVIEW and view.review is not None


def can_be_taken_back(view: CaseView) -> bool:
    return view.review is not None and view.review.pending is not None


async def crash_the_worker(field: Ground) -> None:
    field.worker.kill()
    await asyncio.to_thread(field.worker.start)


async def assert_done_once(field: Ground, case_id: str, kind: OutcomeKind = OutcomeKind.RESOLVED) -> CaseView:
    view = await field.outcome(case_id)
    assert view.outcome is not None
    assert view.outcome.kind is kind, view.steps
    assert await field.refunds(case_id) == 1
    assert list((await field.replies(case_id)).values()) == [1]
    return view


async def test_a_refund_goes_through_where_nothing_crashes(field: Ground, buyer: NewBuyer) -> None:
    await assert_done_once(field, await field.bring_in(buyer(SMALL)))


@pytest.mark.parametrize("job", ["classify", "draft"])
async def test_a_worker_killed_inside_a_model_call_costs_one_retry(field: Ground, buyer: NewBuyer, job: str) -> None:
    field.shut(job)
    case_id = await field.bring_in(buyer(SMALL))
    await field.inside(job)
    field.worker.kill()
    field.open(job)
    await asyncio.to_thread(field.worker.start)
    view = await assert_done_once(field, case_id)
    assert [attempt.outcome for attempt in view.attempts if attempt.job == job] == ["timeout", "succeeded"]


async def test_a_worker_killed_while_a_person_decides_loses_nothing(field: Ground, buyer: NewBuyer) -> None:
    case_id = await field.bring_in(buyer(LARGE))
    held = await field.until(case_id, waits_for_review, "wait for a person")
    await crash_the_worker(field)
    await field.approve(held)
    await assert_done_once(field, case_id, OutcomeKind.RESOLVED_AFTER_REVIEW)


async def test_a_worker_killed_while_a_decision_can_be_taken_back_carries_it_out_once(
    field: Ground, buyer: NewBuyer
) -> None:
    case_id = await field.bring_in(buyer(LARGE))
    held = await field.until(case_id, waits_for_review, "wait for a person")
    await field.approve(held, undo_seconds=10)
    await field.until(case_id, can_be_taken_back, "wait for the time to take it back")
    await crash_the_worker(field)
    assert await field.refunds(case_id) == 0
    await assert_done_once(field, case_id, OutcomeKind.RESOLVED_AFTER_REVIEW)


async def test_a_worker_killed_before_the_shop_has_committed_refunds_once(field: Ground, buyer: NewBuyer) -> None:
    who = buyer(SMALL)
    await tell_shop(field, who, kind="slow", seconds=1.5)
    case_id = await field.bring_in(who)
    await fault_taken(field.shop)
    assert await field.refunds(case_id) == 0
    await crash_the_worker(field)
    await assert_done_once(field, case_id)


async def test_a_worker_killed_after_the_shop_has_committed_refunds_once(field: Ground, buyer: NewBuyer) -> None:
    who = buyer(SMALL)
    await tell_shop(field, who, kind="late_answer", seconds=30)
    case_id = await field.bring_in(who)
    await refunded(field, case_id)
    await crash_the_worker(field)
    await assert_done_once(field, case_id)


@pytest.mark.parametrize("kind", ["late_answer", "drop_answer", "drop_request", "fail", "slow"])
async def test_whatever_the_shop_does_to_its_answer_it_refunds_once(field: Ground, buyer: NewBuyer, kind: str) -> None:
    who = buyer(SMALL)
    await tell_shop(field, who, kind=kind, seconds=4)
    await assert_done_once(field, await field.bring_in(who))


async def test_a_shop_that_never_answers_gives_the_case_to_a_person(field: Ground, buyer: NewBuyer) -> None:
    who = buyer(SMALL)
    await tell_shop(field, who, kind="drop_request", times=100)
    view = await field.outcome(await field.bring_in(who))
    assert view.outcome is not None
    assert view.outcome.kind is OutcomeKind.HANDED_OVER
    assert [reply.kind for reply in view.replies] == ["handoff"]
    assert await field.refunds(view.case_id) == 0


@pytest.mark.parametrize("kind", ["late_answer", "slow"])
async def test_a_worker_killed_while_it_replies_replies_once(field: Ground, buyer: NewBuyer, kind: str) -> None:
    who = buyer(SMALL)
    await field.prepare(who)
    (await field.helpdesk.post("/faults", json={"kind": kind, "seconds": 1.5})).raise_for_status()
    case_id = await field.start(who)
    await fault_taken(field.helpdesk)
    await crash_the_worker(field)
    await assert_done_once(field, case_id)


async def test_a_helpdesk_that_drops_its_answer_has_the_reply_once(field: Ground, buyer: NewBuyer) -> None:
    who = buyer(SMALL)
    await field.prepare(who)
    (await field.helpdesk.post("/faults", json={"kind": "drop_answer", "times": 2})).raise_for_status()
    await assert_done_once(field, await field.start(who))


async def test_a_temporal_server_killed_goes_on_from_its_file(field: Ground, buyer: NewBuyer) -> None:
    waiting = await field.bring_in(buyer(LARGE))
    held = await field.until(waiting, waits_for_review, "wait for a person")
    who = buyer(SMALL)
    await tell_shop(field, who, kind="slow", seconds=1.5)
    acting = await field.bring_in(who)
    await fault_taken(field.shop)
    field.stack.server(Part.TEMPORAL).kill()
    await asyncio.to_thread(field.stack.server(Part.TEMPORAL).start)
    await assert_done_once(field, acting)
    await field.approve(held)
    await assert_done_once(field, waiting, OutcomeKind.RESOLVED_AFTER_REVIEW)


async def test_a_database_stopped_and_started_delays_and_loses_nothing(field: Ground, buyer: NewBuyer) -> None:
    held = await field.until(await field.bring_in(buyer(LARGE)), waits_for_review, "wait for a person")
    await asyncio.to_thread(field.stack.server(Part.POSTGRES).stop)
    await field.approve(held)
    await asyncio.to_thread(field.stack.server(Part.POSTGRES).start)
    await assert_done_once(field, held.case_id, OutcomeKind.RESOLVED_AFTER_REVIEW)


async def tell_shop(field: Ground, who: Buyer, **fault: object) -> None:
    """Let the shop fail when it is asked for this buyer's refund."""
    body = {"path": "actions", "key_contains": f"c{who.number}/", **fault}
    (await field.shop.post("/faults", json=body)).raise_for_status()


async def fault_taken(service: httpx.AsyncClient) -> None:
    """Wait until a service has begun to fail: what was to strike has struck."""

    async def look() -> bool:
        return (await service.get("/faults")).json() == []

    await eventually(look, "the fault to strike")


async def refunded(field: Ground, case_id: str) -> None:
    """Wait until the shop has really sent the money."""

    async def look() -> bool:
        return await field.refunds(case_id) == 1

    await eventually(look, f"the refund of {case_id}")
