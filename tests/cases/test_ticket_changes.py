"""What is deleted, edited and given away in a ticket, in any order and however often it is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cases.ticket import Customer, Message, Ticket, Writer
from tests.samples import NOW, a_message, a_ticket

EVE = Customer(contact_id="4", name="Eve", email="eve@example.com")


class Told(NamedTuple):
    """One thing that is told of a message: that it was written, edited or deleted."""

    what: str
    number: int
    minute: int

    @property
    def at(self) -> datetime:
        return NOW + timedelta(minutes=self.minute)


def after(told: Sequence[Told]) -> Ticket:
    ticket = a_ticket()
    for one in told:
        message = a_message(f"{one.what} at {one.minute}", one.number)
        match one.what:
            case "written":
                ticket = ticket.with_message(message)
            case "edited":
                ticket = ticket.with_edited(message, one.at)
            case _:
                ticket = ticket.without_message(message.id, one.at)
    return ticket


TOLD = st.lists(
    st.builds(
        Told, what=st.sampled_from(["written", "edited", "deleted"]), number=st.integers(1, 4), minute=st.integers(0, 9)
    ),
    max_size=12,
)


@given(TOLD)
def test_each_message_stands_there_or_is_deleted_and_never_both(told: list[Told]) -> None:
    ticket = after(told)
    standing, gone = [one.id for one in ticket.messages], [one.id for one in ticket.deleted]
    assert len({*standing, *gone}) == len(standing) + len(gone)
    assert Ticket.model_validate_json(ticket.model_dump_json()) == ticket


@given(TOLD, st.integers(1, 4))
def test_a_deletion_stands_whatever_older_comes_after_it(told: list[Told], number: int) -> None:
    last = Told("deleted", number, 10)
    ticket = after([last, *told])
    assert f"m{number}" not in [one.id for one in ticket.messages]
    assert after([*told, last, last]).message(f"m{number}") is None


@given(TOLD)
def test_the_same_told_again_at_once_changes_nothing(told: list[Told]) -> None:
    twice = [one for one in told for _ in range(2)]
    assert after(twice) == after(told)


def test_what_comes_back_after_it_was_deleted_is_read_as_it_is_now() -> None:
    ticket = after([Told("deleted", 1, 1), Told("edited", 1, 2)])
    assert [one.text for one in ticket.messages] == ["edited at 2"]
    assert ticket.deleted == ()


def test_words_that_were_read_in_a_file_and_who_wrote_it_outlive_an_edit() -> None:
    shown = a_message("See this").model_dump() | {
        "written_by": {"email": "bo@example.com"},
        "attachments": [{"id": "f", "name": "a.png", "media_type": "image/png", "size_bytes": 1, "url": "/f"}],
    }
    message = Message.model_validate(shown)
    ticket = a_ticket().model_copy(update={"messages": (message,)}).with_words("f", "Error 17")
    edited = message.model_copy(update={"text": "See that", "written_by": None})
    (now,) = ticket.with_edited(edited, NOW).messages
    assert (now.text, now.attachments[0].words, now.written_by) == ("See that", "Error 17", message.written_by)


def test_what_was_said_before_a_ticket_was_given_away_is_not_the_new_customers() -> None:
    ticket = a_ticket().of_another(EVE)
    assert ticket.customer == EVE
    assert ticket.messages[0].written_by == Writer(name="Ada Lovelace", email="ada@example.com")


def test_a_ticket_without_a_message_is_none_unless_all_were_deleted() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Ticket.model_validate({**a_ticket().model_dump(), "messages": ()})
    assert a_ticket().without_message("m1", NOW).messages == ()
