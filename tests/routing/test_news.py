"""What is news in a ticket as its helpdesk shows it, and what is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import CaseView
from cases.helpdesk_write import OurWriting, WriteKind, digest_of
from cases.outcome import Outcome, OutcomeKind, Satisfaction, Stage
from cases.reason import Reason, ReasonCode
from cases.source_event import (
    AgentReply,
    AgentWrote,
    CustomerRated,
    CustomerWrote,
    HelpdeskTicket,
    MessageDeleted,
    MessageEdited,
    Nothing,
    RequesterChanged,
    SourceEvent,
    TicketGone,
    TicketMerged,
    TicketReopened,
    TicketSolved,
)
from cases.ticket import Customer, Message, Ticket
from routing import news as rules
from routing.news import answer_of, is_ours, news_of_gone, news_of_silence

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def news(whole: HelpdeskTicket, case: CaseView | None, writings: tuple[OurWriting, ...]) -> tuple[SourceEvent, ...]:
    """What is news in a source that was registered long ago."""
    return rules.news(whole, case, writings, START - timedelta(days=30))


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def wrote(number: int, minute: float) -> Message:
    return Message(id=f"m{number}", text=f"message {number}", sent_at=at(minute))


def replied(number: int, minute: float, author: str = "Maya", text: str = "We will see.") -> AgentReply:
    return AgentReply(id=f"r{number}", author=author, text=text, at=at(minute))


def found(*messages: Message, replies: tuple[AgentReply, ...] = (), **changes: object) -> HelpdeskTicket:
    whole = sorted((*messages, *(answer_of(reply) for reply in replies)), key=lambda message: message.sent_at)
    ticket = Ticket(tenant="acme", source="shop", id="7", messages=tuple(whole))
    return HelpdeskTicket.model_validate({"ticket": ticket, "replies": replies, "changed_at": at(60), **changes})


def known(*messages: Message, stage: Stage = Stage.WORKING, **changes: object) -> CaseView:
    ticket = Ticket(tenant="acme", source="shop", id="7", messages=messages)
    return CaseView.model_validate(
        {
            "case_id": ticket.case_id,
            "run_id": "r",
            "ticket": ticket,
            "case_version": 0,
            "stage": stage,
            "policy_version": "p",
            "opened_at": START,
            "updated_at": START,
            **changes,
        }
    )


def an_outcome(kind: OutcomeKind = OutcomeKind.RESOLVED) -> Outcome:
    return Outcome(kind=kind, reason=Reason(code=ReasonCode.ANSWERED, sentence="answered"), at=at(1))


def ours(text: str = "We will see.", message_id: str | None = None, minute: float = 0) -> OurWriting:
    return OurWriting(kind=WriteKind.REPLY, digest=digest_of(text), message_id=message_id, intended_at=at(minute))


def test_a_new_ticket_begins_a_case_with_its_whole_conversation() -> None:
    whole = found(wrote(1, 0), wrote(2, 1))
    assert news(whole, None, ()) == (CustomerWrote(ticket=whole.ticket, message=wrote(2, 1)),)


def test_each_message_a_case_has_not_heard_is_brought_in_its_order() -> None:
    whole = found(wrote(1, 0), wrote(2, 1), wrote(3, 2))
    told = news(whole, known(wrote(1, 0)), ())
    assert [event.message.id for event in told if isinstance(event, CustomerWrote)] == ["m2", "m3"]


def test_a_ticket_that_a_colleague_has_answered_begins_no_case() -> None:
    whole = found(wrote(1, 0), replies=(replied(1, 5),))
    assert news(whole, None, ()) == (Nothing(why="Maya has answered it already."),)


def test_what_the_customer_wrote_after_a_colleagues_answer_begins_one() -> None:
    whole = found(wrote(1, 0), wrote(2, 9), replies=(replied(1, 5),))
    assert [type(event) for event in news(whole, None, ())] == [CustomerWrote]


def test_a_ticket_solved_before_we_heard_of_it_begins_no_case() -> None:
    already = Nothing(why="The ticket was solved before we heard of it.")
    assert news(found(wrote(1, 0), solved=True), None, ()) == (already,)


def test_a_ticket_nobody_has_written_to_since_the_source_was_registered_begins_no_case() -> None:
    old = Nothing(why="The customer wrote before this source was registered.")
    assert rules.news(found(wrote(1, 0)), None, (), at(5)) == (old,)
    assert [type(event) for event in rules.news(found(wrote(1, 0), wrote(2, 6)), None, (), at(5))] == [CustomerWrote]


def test_an_answer_older_than_what_the_case_is_about_is_none_to_it() -> None:
    whole = found(wrote(1, 0), wrote(2, 9), replies=(replied(1, 5),))
    assert news(whole, known(wrote(1, 0), wrote(2, 9)), ()) == (Nothing(why="Nothing is new."),)


def test_our_own_reply_is_known_by_its_words_where_whoever_took_it_gave_it_no_id() -> None:
    assert is_ours(replied(1, 5), (ours(message_id="sb_1f"),))


def test_before_a_colleagues_new_answer_the_case_stands_back_and_what_it_answers_is_not_brought() -> None:
    whole = found(wrote(1, 0), wrote(2, 3), replies=(replied(1, 5),))
    assert news(whole, known(wrote(1, 0)), ()) == (AgentWrote(ticket_id="7", reply=replied(1, 5)),)


def test_an_answer_the_case_has_heard_of_is_no_news() -> None:
    whole = found(wrote(1, 0), replies=(replied(1, 5),))
    assert news(whole, known(wrote(1, 0), answer_of(replied(1, 5))), ()) == (Nothing(why="Nothing is new."),)


def test_our_own_reply_is_no_colleagues_by_its_id_and_by_its_words_where_its_id_was_lost() -> None:
    whole = found(wrote(1, 0), replies=(replied(1, 5),))
    for writing in (ours(message_id="r1", text="other words"), ours()):
        assert news(whole, known(wrote(1, 0)), (writing,)) == (Nothing(why="Nothing is new."),)


def test_the_same_words_by_a_colleague_are_theirs_once_ours_are_known_to_stand_elsewhere() -> None:
    assert not is_ours(replied(2, 5), (ours(message_id="r1"),))


def test_the_same_words_long_before_ours_were_intended_are_a_colleagues() -> None:
    assert not is_ours(replied(1, 5), (ours(minute=30),))


def test_a_note_with_the_words_of_a_reply_makes_the_reply_not_ours() -> None:
    note = ours().model_copy(update={"kind": WriteKind.NOTE})
    assert not is_ours(replied(1, 5), (note,))


def test_a_solved_ticket_is_told_once() -> None:
    whole = found(wrote(1, 0), solved=True)
    assert news(whole, known(wrote(1, 0)), ()) == (TicketSolved(ticket_id="7", at=at(60)),)
    assert news(whole, known(wrote(1, 0), solved=True), ()) == (Nothing(why="Nothing is new."),)


def test_a_ticket_that_is_open_again_after_our_answer_is_reopened() -> None:
    answered = known(wrote(1, 0), solved=True, stage=Stage.FOLLOW_UP, outcome=an_outcome())
    assert news(found(wrote(1, 0)), answered, ()) == (TicketReopened(ticket_id="7", at=at(60)),)


def test_a_ticket_that_a_person_has_is_not_reopened_to_anybody() -> None:
    theirs = known(wrote(1, 0), solved=True, stage=Stage.FOLLOW_UP, outcome=an_outcome(OutcomeKind.TAKEN_OVER))
    assert news(found(wrote(1, 0)), theirs, ()) == (Nothing(why="Nothing is new."),)


def test_a_mark_is_told_once() -> None:
    mark = Satisfaction(score=5, at=at(20))
    whole = found(wrote(1, 0), satisfaction=mark)
    assert news(whole, known(wrote(1, 0)), ()) == (CustomerRated(ticket_id="7", satisfaction=mark),)
    earlier = mark.model_copy(update={"at": at(10)})
    assert news(whole, known(wrote(1, 0), satisfaction=earlier), ()) == (Nothing(why="Nothing is new."),)


def test_a_closed_case_hears_only_its_customer() -> None:
    closed = known(wrote(1, 0), stage=Stage.CLOSED, outcome=an_outcome())
    whole = found(wrote(1, 0), wrote(2, 9), replies=(replied(1, 5),), solved=True)
    assert [type(event) for event in news(whole, closed, ())] == [CustomerWrote]


@given(lines=st.lists(st.tuples(st.booleans(), st.integers(0, 50)), min_size=1, max_size=8), solved=st.booleans())
def test_once_the_case_has_heard_everything_nothing_is_new(*, lines: list[tuple[bool, int]], solved: bool) -> None:
    messages = [wrote(n, minute + n / 100) for n, (by_customer, minute) in enumerate(lines) if by_customer]
    replies = tuple(replied(n, minute + n / 100) for n, (by_customer, minute) in enumerate(lines) if not by_customer)
    whole = found(wrote(99, 0), *messages, replies=tuple(sorted(replies, key=lambda reply: reply.at)), solved=solved)
    heard = known(*whole.ticket.messages, solved=solved)
    assert news(whole, heard, ()) == (Nothing(why="Nothing is new."),)


EVE, ADA = Customer(email="eve@example.com", contact_id="4"), Customer(email="ada@example.com", contact_id="3")


def of(customer: Customer, ticket: Ticket) -> Ticket:
    return ticket.model_copy(update={"customer": customer})


def test_another_requester_is_told_before_what_they_wrote() -> None:
    whole = found(wrote(1, 0), wrote(2, 9))
    whole = whole.model_copy(update={"ticket": of(EVE, whole.ticket)})
    case = known(wrote(1, 0))
    case = case.model_copy(update={"ticket": of(ADA, case.ticket)})
    assert news(whole, case, ()) == (
        RequesterChanged(ticket_id="7", customer=EVE, at=at(60)),
        CustomerWrote(ticket=whole.ticket, message=wrote(2, 9)),
    )


@pytest.mark.parametrize("same", [Customer(email="ADA@example.com"), Customer(contact_id="3"), Customer(), ADA])
def test_the_same_requester_by_fewer_or_other_letters_is_no_news(same: Customer) -> None:
    whole, case = found(wrote(1, 0)), known(wrote(1, 0))
    whole = whole.model_copy(update={"ticket": of(same, whole.ticket)})
    case = case.model_copy(update={"ticket": of(ADA, case.ticket)})
    assert news(whole, case, ()) == (Nothing(why="Nothing is new."),)


def test_a_message_that_stands_there_no_more_was_deleted() -> None:
    whole = found(wrote(2, 1), message_ids=("m2",))
    assert news(whole, known(wrote(1, 0), wrote(2, 1)), ()) == (
        MessageDeleted(ticket_id="7", message_id="m1", at=at(60)),
    )


def test_a_message_that_stands_there_as_deleted_was() -> None:
    whole = found(wrote(2, 1), deleted=("m1",))
    assert news(whole, known(wrote(1, 0), wrote(2, 1)), ()) == (
        MessageDeleted(ticket_id="7", message_id="m1", at=at(60)),
    )


def test_a_message_that_only_had_no_room_was_not_deleted() -> None:
    case = known(wrote(1, 0), wrote(2, 1))
    for whole in (found(wrote(2, 1)), found(wrote(2, 1), message_ids=("m1", "m2"))):
        assert news(whole, case, ()) == (Nothing(why="Nothing is new."),)


def test_other_words_of_a_message_are_an_edit_and_other_white_space_is_none() -> None:
    edited = wrote(1, 0).model_copy(update={"text": "message one"})
    spaced = wrote(1, 0).model_copy(update={"text": " message \n1"})
    told = MessageEdited(ticket_id="7", message=edited, at=at(60))
    assert news(found(edited), known(wrote(1, 0)), ()) == (told,)
    assert news(found(spaced), known(wrote(1, 0)), ()) == (Nothing(why="Nothing is new."),)


def test_what_was_deleted_and_stands_there_again_is_told_as_it_reads_now() -> None:
    case = known(wrote(1, 0), wrote(2, 1))
    case = case.model_copy(update={"ticket": case.ticket.without_message("m1", at(5))})
    assert news(found(wrote(1, 0), wrote(2, 1)), case, ()) == (
        MessageEdited(ticket_id="7", message=wrote(1, 0), at=at(60)),
    )


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.FOLLOW_UP])
def test_what_was_answered_is_not_answered_again_because_it_reads_otherwise_now(stage: Stage) -> None:
    answered = known(wrote(1, 0), stage=stage, outcome=an_outcome())
    edited = wrote(1, 0).model_copy(update={"text": "as another version of ours reads it"})
    assert news(found(edited), answered, ()) == (Nothing(why="Nothing is new."),)


@pytest.mark.parametrize(
    "gone", [TicketMerged(ticket_id="7", into="8", at=at(9)), TicketMerged(ticket_id="7", at=at(9))]
)
def test_a_ticket_that_is_no_more_is_told_to_whoever_waits_for_it(gone: TicketMerged) -> None:
    assert news_of_gone(TicketGone(gone=gone), known(wrote(1, 0))) == gone
    closed = known(wrote(1, 0), stage=Stage.CLOSED, outcome=an_outcome())
    for nobody in (None, closed):
        assert isinstance(news_of_gone(TicketGone(gone=gone), nobody), Nothing)


def test_a_ticket_in_which_no_customer_says_a_word_has_lost_all_their_messages() -> None:
    case = known(wrote(1, 0), answer_of(replied(1, 5)), wrote(2, 9))
    told = news_of_silence(case, at(60))
    assert [event.message_id for event in told if isinstance(event, MessageDeleted)] == ["m1", "m2"]
