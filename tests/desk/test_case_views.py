"""What the pages show, put together without a page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.desk_cases import held_case
from cases.case import CaseView
from cases.engine_runs import Run
from cases.machine_mail import MachineMail, MachineMailKind
from cases.message_part import MessagePart, PartKind
from cases.outcome import Stage
from cases.person import Person, Role
from cases.policy.desk import DeskRules
from cases.reason import Reason, ReasonCode
from cases.review import Approve, PendingDecision, ReviewQueue, ReviewRequest
from cases.ticket import Message, Writer
from ledger.reviews import Workload, Workloads
from routing.ended_by_ops import ended_by_ops
from routing.low_risk import why_not_in_bulk
from routing.messages import reason
from starter.desk.case_view import case_page, shown_hash
from starter.desk.diff import Change, is_changed, shortened, word_diff
from starter.desk.growth import growth
from starter.desk.marking import marked
from starter.desk.measured import shown_reason
from starter.desk.queue_view import Urgency, span, time_left
from starter.settings import Settings

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
RULES = DeskRules()
RITA = Person(name="rita", display_name="Rita", roles=frozenset({Role.REVIEWER}))
REFUND, QUESTION, LARGE = 0, 3, 4
"""The numbers of cases: a refund of 129 EUR, one without an action, and a refund of 640 EUR."""


@pytest.fixture
def case() -> CaseView:
    return held_case(REFUND, NOW)


def review_of(case: CaseView) -> ReviewRequest:
    assert case.review is not None
    return case.review


def test_a_claim_does_not_change_what_was_shown(case: CaseView) -> None:
    claimed = review_of(held_case(2, NOW)).claim
    assert claimed is not None
    same = case.model_copy(update={"review": review_of(case).model_copy(update={"claim": claimed})})
    assert shown_hash(same) == shown_hash(case)


def test_a_word_diff_put_together_is_the_new_text() -> None:
    pieces = word_diff("We send 30 EUR back.", "We send 20 EUR back, today.")
    assert (
        "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == "We send 20 EUR back, today."
    )
    assert [piece.text for piece in pieces if piece.change is Change.REMOVED] == ["30"]


def test_line_ends_of_a_browser_are_no_change() -> None:
    assert not is_changed("one\ntwo\n", "one\r\ntwo")


def test_a_long_text_is_shown_around_its_changes_alone() -> None:
    before = "word " * 200 + "end."
    text = "".join(piece.text for piece in shortened(word_diff(before, before + " More.")))
    assert len(text) < 200
    assert text.endswith("end. More.")


def test_a_quotation_is_marked_whatever_its_spaces_and_letter_case() -> None:
    spans = marked("Sent back Within  30\ndays, always.", ["within 30 days"])
    assert [span.text for span in spans if span.marked] == ["Within  30\ndays"]
    assert "".join(span.text for span in spans) == "Sent back Within  30\ndays, always."


def test_quotations_that_overlap_are_marked_once() -> None:
    assert [s.text for s in marked("one two three", ["one two", "two three"]) if s.marked] == ["one two three"]


def test_a_reason_shows_its_measured_value_against_its_threshold() -> None:
    shown = shown_reason(reason(ReasonCode.LOW_CONFIDENCE, measured="0.62", threshold="0.75"))
    assert (shown.measured, shown.against) == ("0.62", "0.75")
    assert [word.text for word in shown.words if word.value] == ["0.62", "0.75"]


def test_a_reason_in_older_words_is_shown_whole() -> None:
    shown = shown_reason(Reason(code=ReasonCode.LOW_CONFIDENCE, sentence="quite unsure"))
    assert [word.text for word in shown.words] == ["quite unsure"]


@pytest.mark.parametrize(
    ("minutes", "words", "urgency"),
    [(-12, "late by 12 min", Urgency.LATE), (14, "14 min", Urgency.SOON), (185, "3 h 05 min", Urgency.CALM)],
)
def test_the_time_left_is_said_in_two_units(minutes: int, words: str, urgency: Urgency) -> None:
    left = time_left(NOW + timedelta(minutes=minutes), NOW)
    assert (left.words, left.urgency) == (words, urgency)


def test_days_are_said_with_hours() -> None:
    assert span(timedelta(days=2, hours=4, minutes=9)) == "2 d 4 h"


def test_several_cases_are_decided_together_only_where_a_reply_alone_is_at_stake() -> None:
    quiet = review_of(held_case(QUESTION, NOW))
    assert why_not_in_bulk(quiet, RULES.low_risk) is None
    money = why_not_in_bulk(review_of(held_case(1, NOW)), RULES.low_risk)
    assert money is not None
    assert money.startswith("It would do something")
    lead = why_not_in_bulk(quiet.model_copy(update={"queue": ReviewQueue.LEADS}), RULES.low_risk)
    assert lead == "It waits for a lead."
    angry = why_not_in_bulk(quiet.model_copy(update={"reasons": (reason(ReasonCode.ANGRY_CUSTOMER),)}), RULES.low_risk)
    assert angry is not None
    decided = Approve(request_id=quiet.id, case_version=0, reviewer="lena")
    pending = PendingDecision(decision=decided, at=NOW, executes_at=NOW)
    assert why_not_in_bulk(quiet.model_copy(update={"pending": pending}), RULES.low_risk) is not None


def test_growth_names_the_rule_that_grew_most() -> None:
    before = Workload(opened=700, by_reason={ReasonCode.REFUND_OVER_LIMIT: 70, ReasonCode.ANGRY_CUSTOMER: 35})
    latest = Workload(opened=100, by_reason={ReasonCode.REFUND_OVER_LIMIT: 11, ReasonCode.ANGRY_CUSTOMER: 20})
    grown = growth(Workloads(latest=latest, before=before), RULES.growth)
    assert grown is not None
    assert grown.reason is ReasonCode.ANGRY_CUSTOMER
    assert (round(grown.before, 2), round(grown.now, 2)) == (0.15, 0.31)


@pytest.mark.parametrize(("opened", "held"), [(10, 9), (100, 18), (100, 5)])
def test_what_chance_explains_is_no_growth(opened: int, held: int) -> None:
    before = Workload(opened=700, by_reason={ReasonCode.REFUND_OVER_LIMIT: 105})
    latest = Workload(opened=opened, by_reason={ReasonCode.REFUND_OVER_LIMIT: held})
    assert growth(Workloads(latest=latest, before=before), RULES.growth) is None


def test_the_page_names_whoever_wrote_and_is_not_the_customer_beside_their_message(case: CaseView) -> None:
    first = case.ticket.messages[0]
    eve = Writer(name="the customer", email="eve@example.com")
    further = first.model_copy(update={"id": "copy", "written_by": eve, "sent_at": NOW, "text": "Refund it to me."})
    ticket = case.ticket.with_message(further)
    rita = Person(name="rita", display_name="Rita", roles=frozenset({Role.REVIEWER}))
    turns = case_page(
        case.model_copy(update={"ticket": ticket}), rita, Settings(data=Path("nowhere")), NOW
    ).conversation
    assert [turn.speaker for turn in turns if not turn.mine] == ["eve@example.com (not the customer)", "customer"]


def test_new_words_come_first_and_what_stands_around_them_is_folded_with_its_name(case: CaseView) -> None:
    text = "Where is it?\n-- \nAda\n> old"
    parts = (
        MessagePart(kind=PartKind.SIGNATURE, start=12, end=20),
        MessagePart(kind=PartKind.QUOTED, start=20, end=len(text)),
    )
    newest = case.ticket.messages[-1].model_copy(update={"text": text, "parts": parts, "hidden": "secret"})
    shown = case.model_copy(update={"ticket": case.ticket.model_copy(update={"messages": (newest,)})})
    turn = next(
        turn for turn in case_page(shown, RITA, Settings(data=Path("nowhere")), NOW).conversation if turn.newest
    )
    assert turn.text == "Where is it?"
    assert [(part.label, part.text, part.is_open) for part in turn.folded] == [
        ("Signature", "-- \nAda", False),
        ("Quoted history", "> old", False),
        ("Hidden from readers", "secret", False),
    ]


def test_a_mail_passed_on_without_a_word_is_shown_open_with_its_writer(case: CaseView) -> None:
    whole = MessagePart(kind=PartKind.FORWARDED, start=0, end=9)
    newest = case.ticket.messages[-1].model_copy(update={"text": "forwarded", "parts": (whole,)})
    ticket = case.ticket.model_copy(update={"messages": (newest,)})
    shown = case.model_copy(update={"ticket": ticket, "forwarded_from": Writer(email="patrick@example.org")})
    page = case_page(shown, RITA, Settings(data=Path("nowhere")), NOW)
    turn = next(turn for turn in page.conversation if turn.newest)
    assert (turn.text, turn.folded[0].is_open, page.forwarded_from) == ("", True, "patrick@example.org")


def test_a_deleted_message_is_shown_as_deleted_and_is_never_the_newest(case: CaseView, tmp_path: Path) -> None:
    newest = case.ticket.messages[-1]
    taken_back = newest.model_copy(update={"id": "gone", "text": "Oh, wait", "sent_at": newest.sent_at + timedelta(1)})
    ticket = case.ticket.with_message(taken_back).without_message("gone", NOW)
    somebody = Person(name="ada", display_name="Ada", roles=frozenset({Role.REVIEWER}))
    turns = case_page(case.model_copy(update={"ticket": ticket}), somebody, Settings(data=tmp_path), NOW).conversation
    assert turns[0].text == "Oh, wait"
    assert turns[0].speaker.endswith(", deleted in the helpdesk")
    assert [turn.text for turn in turns if turn.newest] == [newest.text]


def test_a_case_that_ops_ended_says_what_to_do_now(case: CaseView, tmp_path: Path) -> None:
    run = Run(case_id=case.case_id, run_id=case.run_id, at=NOW, ended="terminated")
    ada = Person(name="ada", display_name="Ada", roles=frozenset({Role.REVIEWER}))
    page = case_page(ended_by_ops(case, run), ada, Settings(data=tmp_path), NOW)
    assert page.way_out == "Answer in the helpdesk; a new message starts anew."
    assert (page.review, page.case.stage) == (None, Stage.CLOSED)


def test_what_a_machine_wrote_is_marked_and_voids_no_decision(case: CaseView, tmp_path: Path) -> None:
    away = MachineMail(kind=MachineMailKind.AUTO_REPLY, why="the helpdesk says that a machine wrote it")
    mail = Message(id="m-away", text="Away until Monday.", sent_at=NOW, machine=away)
    kept = case.model_copy(update={"ticket": case.ticket.with_message(mail)})
    rita = Person(name="rita", display_name="Rita", roles=frozenset({Role.REVIEWER}))
    page = case_page(kept, rita, Settings(data=tmp_path), NOW)
    marked_turns = [turn.automatic for turn in page.conversation if turn.automatic]
    assert marked_turns == ["Auto reply, not answered: the helpdesk says that a machine wrote it"]
    assert [turn.text for turn in page.conversation if turn.newest] != ["Away until Monday."]
    assert shown_hash(kept) == shown_hash(case)
