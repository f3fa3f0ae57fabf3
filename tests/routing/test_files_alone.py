"""A mail with a file and no words: its subject alone is no request."""

import pytest

from cases.attachment import UnreadAttachment, UnreadState
from cases.facts import Facts
from cases.reason import ReasonCode
from cases.ticket import Attachment, Medium, Ticket
from routing.attachments import illegible_and_alone, unread_and_alone
from routing.messages import reason
from tests.samples import a_message, a_ticket

SCAN = Attachment(id="f1", name="scan0001.pdf", media_type="application/pdf", size_bytes=9, url="https://x/f1")
WHY = reason(ReasonCode.ATTACHMENT_UNREAD, file=SCAN.name, what="no model of this policy reads a file")


def sent(text: str, *earlier: str) -> Ticket:
    ticket = a_ticket(earlier[0]) if earlier else a_ticket()
    message = a_message(text, 2).model_copy(update={"attachments": (SCAN,)})
    messages = (*ticket.messages, message) if earlier else (message,)
    return ticket.model_copy(update={"subject": "Invoice", "messages": messages})


def unread(state: UnreadState = UnreadState.FOR_A_PERSON) -> Facts:
    file = UnreadAttachment(attachment_id="f1", medium=Medium.OTHER, state=state, why=WHY)
    return Facts(unread=(file,))


@pytest.mark.parametrize("text", ["[scan0001.pdf]", "(no text)", "(document)", " [scan0001.pdf] \n", "(image)"])
def test_a_file_without_words_is_a_persons_and_is_named(text: str) -> None:
    why = unread_and_alone(sent(text), unread())
    assert why is not None
    assert "scan0001.pdf" in why.sentence


@pytest.mark.parametrize("text", ["Is this right? [scan0001.pdf]", "bitte prüfen", "W10001", "(please refund it)"])
def test_a_file_with_words_is_not(text: str) -> None:
    assert unread_and_alone(sent(text), unread()) is None


def test_a_file_that_was_read_holds_up_nothing() -> None:
    assert unread_and_alone(sent("[scan0001.pdf]"), Facts()) is None


def test_a_file_of_an_earlier_message_holds_up_nothing() -> None:
    later = sent("[scan0001.pdf]").with_message(a_message("How long can I return a tent?", 3))
    assert unread_and_alone(later, unread()) is None


def test_a_picture_that_nobody_can_make_out_is_asked_for_again() -> None:
    facts = unread(UnreadState.CLEARER_WANTED)
    assert unread_and_alone(sent("[scan0001.pdf]"), facts) is None
    assert illegible_and_alone(sent("[scan0001.pdf]"), facts) == WHY
