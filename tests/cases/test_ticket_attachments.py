"""What stands in the files of a ticket is part of what there is to read, and never more than there is room for."""

import pytest
from pydantic import ValidationError

from cases.ticket import (
    MAXIMUM_ATTACHMENT_WORDS,
    MAXIMUM_MESSAGE_CHARACTERS,
    MAXIMUM_TICKET_CHARACTERS,
    Attachment,
    Author,
    Medium,
    Ticket,
)
from tests.samples import a_message, a_ticket


def a_file(number: int = 1, media_type: str = "image/png", words: str | None = None) -> Attachment:
    url = f"/files/a{number}"
    return Attachment(id=f"a{number}", name="f", media_type=media_type, size_bytes=0, url=url, words=words)


def with_files(*files: Attachment, text: str = "See here.") -> Ticket:
    return a_ticket(text).model_copy(update={"attachments": files})


@pytest.mark.parametrize(
    ("media_type", "medium"),
    [("image/heic", Medium.PICTURE), ("audio/ogg", Medium.RECORDING), ("application/pdf", Medium.OTHER)],
)
def test_a_file_is_for_eyes_for_ears_or_for_a_person(media_type: str, medium: Medium) -> None:
    assert a_file(media_type=media_type).medium is medium


def test_words_of_a_picture_are_marked_and_words_said_are_the_customers_own() -> None:
    ticket = with_files(a_file(1, words="ERROR 17"), a_file(2, "audio/mpeg", "Where is it?"))
    assert ticket.customer_text == "[picture]\nERROR 17\n\nWhere is it?\n\nSee here."
    assert "ERROR 17" not in ticket.own_words
    assert "Where is it?" in ticket.own_words


def test_what_is_read_in_a_file_of_a_message_stands_after_it() -> None:
    shown = a_message("Here it is.", 2).model_copy(update={"attachments": (a_file(7),)})
    ticket = a_ticket("It broke.").with_message(shown).with_words("a7", "W10001")
    assert ticket.customer_text == "It broke.\n\nHere it is.\n\n[picture]\nW10001"
    assert [file.words for file in ticket.files] == ["W10001"]


def test_what_an_agent_attached_is_not_the_customers() -> None:
    ours = a_message("Here is how.", 2).model_copy(update={"author": Author.AGENT, "attachments": (a_file(7),)})
    assert a_ticket().with_message(ours).files == ()


def test_a_ticket_is_as_valid_after_its_files_were_read_as_before() -> None:
    ticket = with_files(*(a_file(number) for number in range(20)), text="x" * MAXIMUM_MESSAGE_CHARACTERS)
    for number in range(20):
        ticket = ticket.with_words(f"a{number}", "y" * MAXIMUM_TICKET_CHARACTERS)
    full = a_message("z" * MAXIMUM_MESSAGE_CHARACTERS, 2).model_copy(
        update={"attachments": tuple(a_file(50 + n, words="w" * MAXIMUM_ATTACHMENT_WORDS) for n in range(10))}
    )
    ticket = ticket.with_message(full)
    assert ticket.messages == (full,)
    assert Ticket.model_validate_json(ticket.model_dump_json()) == ticket


def test_words_with_no_room_left_are_left_out_and_the_file_counts_as_read() -> None:
    messages = tuple(a_message("x" * MAXIMUM_MESSAGE_CHARACTERS, number) for number in range(5))
    ticket = with_files(a_file()).model_copy(update={"messages": messages}).with_words("a1", "late")
    assert ticket.files[0].words == ""


def test_more_words_than_a_ticket_may_have_are_refused_at_the_door() -> None:
    messages = [
        {"id": f"m{n}", "text": "x" * MAXIMUM_MESSAGE_CHARACTERS, "sent_at": "2026-01-05T09:00:00Z"} for n in range(5)
    ]
    file = {"id": "a", "name": "f", "media_type": "image/png", "size_bytes": 1, "url": "/a", "words": "one more"}
    told = {"tenant": "acme", "source": "test", "id": "1", "messages": messages, "attachments": [file]}
    with pytest.raises(ValidationError, match="100008 characters together"):
        Ticket.model_validate(told)
