"""A handful of the soak's runs on real servers, and that its rules notice what they are there to notice."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bench.soak_checks import violations
from bench.soak_evidence import BookedAction, Evidence
from bench.soak_ground import soak_ground
from bench.soak_plan import RunPlan, Verdict, Wish, plan_run
from bench.soak_report import told
from bench.soak_rounds import play
from bench.soak_tickets import SoakTicket
from cases.action import ActionKind
from cases.case import CaseView
from cases.money import Money
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.ticket import Author
from demo.embedded.parts import Part
from demo.helpdesk.conversation import StoredMessage, Visibility
from demo.shop.effects import Effect
from ledger.tables.action import ActionState
from tests.crash.ground import Ground

pytestmark = pytest.mark.long

HANDFUL = (6, 21)
"""Together they strike every server, the shop and the helpdesk."""

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def standing(pytestconfig: pytest.Config) -> Iterator[Ground]:
    kept = Path(pytestconfig.cache.mkdir("signalbox"))
    with tempfile.TemporaryDirectory(prefix="signalbox-soak-") as directory, soak_ground(Path(directory), kept) as ours:
        yield ours


async def test_whatever_is_struck_every_ticket_ends_and_nothing_is_done_twice(standing: Ground) -> None:
    async with standing:
        async for checked in play(standing, HANDFUL, len(HANDFUL)):
            assert not [line for run in checked for line in told(run)]
            assert sum(len(run.cases) for run in checked) == sum(len(plan_run(seed).tickets) for seed in HANDFUL)


def test_the_handful_strikes_every_server_and_both_services() -> None:
    plans = [plan_run(seed) for seed in HANDFUL]
    assert {blow.part for plan in plans for blow in plan.blows} == {Part.WORKER, Part.TEMPORAL, Part.POSTGRES}
    assert {type(spoiled.fault).__name__ for plan in plans for spoiled in plan.faults} == {"Fault", "ShopFault"}


def test_a_seed_is_always_the_same_run() -> None:
    assert plan_run(7) == plan_run(7)
    assert plan_run(7) != plan_run(8)


def test_a_run_survives_being_written_down() -> None:
    assert RunPlan.model_validate_json(plan_run(7).model_dump_json()) == plan_run(7)


def test_a_case_where_all_is_well_breaks_no_rule() -> None:
    assert violations(a_case()) == ()


def test_a_second_refund_is_noticed() -> None:
    first = a_refund()
    again = first.model_copy(update={"key": f"{first.key}-2", "id": 2})
    assert any("refunded 2 times" in broken for broken in violations(a_case(effects=(first, again))))


def test_an_effect_the_ledger_calls_not_done_is_noticed() -> None:
    booked = (a_booking(ActionState.NOT_DONE),)
    assert any("the ledger says" in broken for broken in violations(a_case(booked=booked)))


def test_an_action_without_its_effect_is_noticed() -> None:
    assert any("the ledger says" in broken for broken in violations(a_case(effects=())))


def test_a_settled_doubt_may_go_either_way() -> None:
    booked = (a_booking(ActionState.UNKNOWN),)
    assert violations(a_case(booked=booked)) == ()
    assert violations(a_case(booked=booked, effects=())) == ()


def test_an_action_never_settled_is_noticed() -> None:
    booked = (a_booking(ActionState.INTENDED),)
    assert any("never settled" in broken for broken in violations(a_case(booked=booked)))


def test_money_paid_after_a_rejection_is_noticed() -> None:
    contact = a_contact(Wish.LARGE_REFUND, Verdict.REJECT)
    assert violations(a_case(contact=contact)) == ("the reviewer said reject, and the shop paid all the same",)


def test_a_turn_that_is_answered_twice_is_noticed() -> None:
    written = (a_reply("reply-1"), a_reply("handoff-1"))
    assert any("turn 1 was answered 2 times" in broken for broken in violations(a_case(written=written)))


def test_one_text_read_twice_is_noticed() -> None:
    written = (a_reply("reply-1"), a_reply("reply-2"))
    assert any("and reads 2 times" in broken for broken in violations(a_case(written=written)))


def test_a_reply_the_ledger_does_not_know_is_noticed() -> None:
    assert any("the ledger does not know of" in broken for broken in violations(a_case(told=())))


def test_a_failed_workflow_is_noticed() -> None:
    assert violations(a_case(runs=("FAILED",))) == ("runs of its workflow ended as FAILED",)


def test_a_case_that_has_not_ended_is_noticed() -> None:
    view = a_view().model_copy(update={"stage": Stage.ACTING, "outcome": None})
    assert any("it has not ended" in broken for broken in violations(a_case(view=view)))


def test_a_message_that_got_lost_is_noticed() -> None:
    sent = {"m1": NOON, "again": NOON}
    assert any("not in the case: again" in broken for broken in violations(a_case(sent=sent)))


def test_a_message_nobody_answered_is_noticed() -> None:
    sent = {"m1": NOON, "again": NOON + timedelta(seconds=30)}
    assert any("nothing was said to the customer after again" in broken for broken in violations(a_case(sent=sent)))


def a_contact(wish: Wish = Wish.SMALL_REFUND, verdict: Verdict = Verdict.APPROVE) -> SoakTicket:
    plan = plan_run(1).tickets[0].model_copy(update={"wish": wish, "verdict": verdict})
    return SoakTicket(seed=1, place=0, plan=plan)


CASE_ID = a_contact().ticket.case_id
PAYMENT = f"pay_{a_contact().buyer.number}"


def a_case(**changes: object) -> Evidence:
    """A refund under the limit that went well, changed as told."""
    well: dict[str, object] = {
        "contact": a_contact(),
        "sent": {"m1": NOON},
        "view": a_view(),
        "runs": ("COMPLETED",),
        "effects": (a_refund(),),
        "booked": (a_booking(ActionState.EXECUTED),),
        "written": (a_reply("reply-1"),),
        "told": (f"{CASE_ID}/reply-1",),
    }
    return Evidence.model_validate({**well, **changes})


def a_view() -> CaseView:
    """The case, closed."""
    reason = Reason(code=ReasonCode.ANSWERED, sentence="answered: refund_request")
    return CaseView(
        case_id=CASE_ID,
        run_id="run",
        ticket=a_contact().ticket,
        case_version=0,
        stage=Stage.CLOSED,
        policy_version="test",
        opened_at=NOON,
        updated_at=NOON,
        outcome=Outcome(kind=OutcomeKind.RESOLVED, reason=reason, at=NOON),
    )


def a_refund() -> Effect:
    """What the shop did."""
    money = Money(amount=Decimal("30.00"), currency="EUR")
    key = f"{CASE_ID}/refund:{PAYMENT}"
    return Effect(id=1, key=key, kind=ActionKind.REFUND, target=PAYMENT, amount=money, at=NOON)


def a_booking(state: ActionState) -> BookedAction:
    """What the ledger says of it."""
    refund = a_refund()
    return BookedAction(key=refund.key, kind=refund.kind, target=refund.target, amount=Decimal("30.00"), state=state)


def a_reply(name: str) -> StoredMessage:
    """What the customer reads."""
    return StoredMessage(
        id=name,
        ticket_id="s1-0",
        author=Author.SIGNALBOX,
        visibility=Visibility.PUBLIC,
        text="We have refunded 30.00 EUR.",
        reference=f"{CASE_ID}/{name}/reply",
        at=NOON + timedelta(seconds=5),
    )
