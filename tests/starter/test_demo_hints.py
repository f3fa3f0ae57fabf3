"""What a demo suggests to try: commands that work as they are printed, on cases that are good to try them on."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cases.action import ProposedAction, Refund
from cases.case import CaseView
from cases.classification import Team
from cases.draft import CustomerText, Draft
from cases.money import Money
from cases.outcome import Stage
from cases.policy.rulebook import Detail
from cases.reason import Reason, ReasonCode
from cases.review import ReviewRequest
from starter.command_line.demo_hints import what_to_try
from starter.settings import DEFAULT_DATA
from tests.starter.doors import another_ticket

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
EUR_60 = Money(amount=Decimal("60.00"), currency="EUR")
REFUND = ProposedAction(
    id="refund:pay_1:m1",
    request="m1",
    intent="refund_request",
    arguments=Refund(payment_id="pay_1", amount=EUR_60),
    summary="Refund 60.00 EUR",
    reversible=False,
)


@pytest.fixture(autouse=True)
def project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the commands are to be typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def held(number: str, *codes: ReasonCode, locale: str = "en") -> CaseView:
    request = ReviewRequest(
        id="review-1",
        case_version=0,
        team=Team.BILLING_SUPPORT,
        draft=Draft(reply=CustomerText(text="We send it back."), claims=(), locale="en"),
        actions=(REFUND,),
        reasons=tuple(Reason(code=code, sentence=code) for code in codes),
        requested_at=NOW,
        due_at=NOW,
    )
    return a_case(number, Stage.WAITING_FOR_REVIEW, locale=locale).model_copy(update={"review": request})


def asked(number: str, text: str, *questions: Detail) -> CaseView:
    return a_case(number, Stage.WAITING_FOR_CUSTOMER, text).model_copy(update={"questions": questions})


def a_case(number: str, stage: Stage, text: str = "Hi.", locale: str = "en") -> CaseView:
    ticket = another_ticket(number, text).model_copy(update={"locale": locale})
    return CaseView(
        case_id=ticket.case_id,
        run_id="run",
        ticket=ticket,
        case_version=0,
        stage=stage,
        policy_version="local@1",
        opened_at=NOW,
        updated_at=NOW,
    )


def commands(*waiting: CaseView, data: Path = DEFAULT_DATA) -> list[str]:
    return [line.strip() for line in what_to_try(waiting, data).splitlines()]


def test_first_comes_how_to_get_the_command(project_folder: Path) -> None:
    (project_folder / ".venv" / "bin").mkdir(parents=True)
    (project_folder / ".venv" / "bin" / "activate").touch()

    assert commands()[0] == ". .venv/bin/activate"


def test_where_the_command_is_not_in_this_folder_nothing_is_said_of_it() -> None:
    assert commands() == ["signalbox cases --waiting"]


def test_another_data_directory_is_named_before_the_commands() -> None:
    assert commands(data=Path("elsewhere"))[:2] == ["export SIGNALBOX_DATA=elsewhere", "signalbox cases --waiting"]


def test_a_plain_refund_is_suggested_first() -> None:
    told = commands(held("1", ReasonCode.ACCOUNT_CHANGE), held("2", ReasonCode.REFUND_OVER_LIMIT))

    assert "signalbox show 2" in told
    assert "signalbox approve 2" in told


def test_of_plain_refunds_one_in_english_is_suggested() -> None:
    told = commands(held("1", ReasonCode.REFUND_OVER_LIMIT, locale="tr"), held("2", ReasonCode.REFUND_OVER_LIMIT))

    assert "signalbox approve 2" in told


def test_a_ticket_that_gives_orders_is_never_suggested_for_approval() -> None:
    told = commands(held("1", ReasonCode.REFUND_OVER_LIMIT, ReasonCode.INSTRUCTIONS_IN_TEXT))

    assert not [command for command in told if "approve" in command]


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        (asked("1", "My order, W10250, is late.", Detail.ORDER), "It is order W10250."),
        (asked("1", "Where is it?", Detail.ORDER), "It is order W10023."),
        (asked("1", "About W10250."), "I want my money back for order W10250, please."),
    ],
    ids=["the order in the ticket", "an order of the shop", "what is wanted"],
)
def test_the_customer_answers_what_was_asked(case: CaseView, answer: str) -> None:
    assert commands(case)[-1] == f'signalbox reply 1 "{answer}"'


def test_no_answer_is_made_up_that_an_order_cannot_give() -> None:
    told = commands(asked("1", "Hello?"), asked("2", "About W10250.", Detail.NEW_EMAIL))

    assert told == ["signalbox cases --waiting"]
