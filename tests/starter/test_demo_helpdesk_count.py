"""What came of the tickets in django-helpdesk is counted by what stands there."""

from datetime import UTC, datetime

import pytest

from cases.case import CaseView, SentReply
from cases.draft import CustomerText
from cases.outcome import Stage
from cases.ticket import Message, Ticket
from demo.django_helpdesk.standing import StandingFollowUp
from starter.command_line.demo_helpdesk_count import HelpdeskCount, count_helpdesk

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_case(*sent: str, stage: Stage = Stage.FOLLOW_UP) -> CaseView:
    message = Message(id="1", text="Where is it?", sent_at=NOW)
    return CaseView(
        case_id="ticket:acme:help:7",
        run_id="run",
        ticket=Ticket(tenant="acme", source="help", id="7", messages=(message,)),
        case_version=0,
        stage=stage,
        policy_version="local@1",
        opened_at=NOW,
        updated_at=NOW,
        replies=tuple(
            SentReply(reference=f"r{place}", kind="draft", text=CustomerText(text=text), at=NOW)
            for place, text in enumerate(sent)
        ),
    )


def standing(text: str, *, public: bool = True, author: str = "signalbox", ticket: str = "7") -> StandingFollowUp:
    return StandingFollowUp(id=1, ticket_id=ticket, author=author, public=public, text=text)


ASKED = standing("Where is it?", author="")
REPLY = standing("On Monday.")
NOTE = standing("Said Monday.", public=False)


def counted(*followups: StandingFollowUp, case: CaseView | None = None) -> HelpdeskCount:
    return count_helpdesk(("7",), {"7": case} if case else {}, followups, 1.25)


def test_a_ticket_with_its_reply_and_its_note_is_answered() -> None:
    count = counted(ASKED, REPLY, NOTE, case=a_case("On Monday."))

    assert count == HelpdeskCount(tickets=1, cases=1, replies=1, notes=1, waiting=0, lost=0, doubled=0, seconds=1.2)
    assert count.all_answered


def test_a_ticket_without_a_case_is_lost() -> None:
    assert counted(ASKED).lost == 1


@pytest.mark.parametrize("left_out", [REPLY, NOTE])
def test_a_ticket_without_a_reply_or_without_a_note_is_lost(left_out: StandingFollowUp) -> None:
    followups = [one for one in (ASKED, REPLY, NOTE) if one is not left_out]

    assert not counted(*followups, case=a_case()).all_answered


def test_a_case_that_waits_has_lost_nothing_and_is_not_answered() -> None:
    count = counted(ASKED, case=a_case(stage=Stage.WAITING_FOR_REVIEW))

    assert (count.waiting, count.lost, count.all_answered) == (1, 0, False)


def test_a_reply_that_the_case_believes_was_sent_and_does_not_stand_is_lost() -> None:
    assert counted(ASKED, REPLY, NOTE, case=a_case("On Monday.", "Or on Tuesday.")).lost == 1


@pytest.mark.parametrize("twice", [REPLY, NOTE])
def test_the_same_words_for_the_same_readers_are_doubled(twice: StandingFollowUp) -> None:
    again = twice.model_copy(update={"id": 2, "text": f" {twice.text}\n"})

    count = counted(ASKED, REPLY, NOTE, again, case=a_case("On Monday."))

    assert (count.doubled, count.all_answered) == (1, False)


def test_what_others_wrote_and_what_stands_in_other_tickets_does_not_count() -> None:
    others = (standing("On Monday.", author="ada"), standing("On Monday.", ticket="8"), ASKED)

    assert counted(*others, REPLY, NOTE, case=a_case("On Monday.")).all_answered
