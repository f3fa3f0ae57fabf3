"""What is still to be read of a ticket, once some of its messages were answered."""

from cases.ticket import Author
from tests.samples import a_message, a_ticket


def test_what_was_answered_is_history() -> None:
    first, second = a_message("Where is W53301?", 1), a_message("I sent it back, please refund it.", 2)
    ticket = a_ticket().model_copy(update={"subject": "W53301", "messages": (first, second)})
    to_read = ticket.without([first.id])
    assert to_read.customer_text == second.text


def test_our_own_messages_stay() -> None:
    ours = a_message("It is on its way.", 2).model_copy(update={"author": Author.SIGNALBOX})
    first, last = a_message("Where is it?", 1), a_message("Thanks!", 3)
    ticket = a_ticket().model_copy(update={"messages": (first, ours, last)})
    assert ticket.without([first.id]).messages == (ours, last)


def test_a_ticket_in_which_everything_was_answered_is_read_whole() -> None:
    ticket = a_ticket()
    assert ticket.without([message.id for message in ticket.messages]) == ticket
    assert ticket.without([]) == ticket
