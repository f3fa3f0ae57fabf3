"""The bars of splitting: what is new is kept, and what is not is left out, in every language."""

import pytest

from bench.mail_set import Mail, by, mails
from bench.new_words import KEPT_BAR, THROUGH_BAR, measured, ours, packs
from routing.forwards import forwarded_from
from routing.ticket_parts import parted
from tests.samples import NOW, a_message, a_ticket

ALL = mails()
PACKS = packs()
HELD_OUT = tuple(mail for mail in ALL if mail.held_out)


def test_the_set_is_large_and_a_third_of_it_is_held_out() -> None:
    assert len(ALL) >= 120
    assert len(HELD_OUT) >= len(ALL) / 3
    assert {mail.language for mail in HELD_OUT} == {"en", "de", "tr"}


@pytest.mark.parametrize("language", ["en", "de", "tr"])
@pytest.mark.parametrize("some", [ALL, HELD_OUT], ids=["all", "held out"])
def test_new_words_are_kept_and_others_are_not_let_through(language: str, some: tuple[Mail, ...]) -> None:
    found = measured(by(some, "language")[language], ours(PACKS))
    assert found.kept_share >= KEPT_BAR
    assert found.through_share <= THROUGH_BAR


def test_a_splitter_that_does_nothing_misses_the_bar() -> None:
    found = measured(ALL, lambda mail: mail.text)
    assert found.kept_share == 1
    assert found.through_share > THROUGH_BAR


def test_the_writer_of_each_forwarded_mail_is_read() -> None:
    for mail in ALL:
        message = a_message(mail.text).model_copy(update={"parts": mail.marked, "sent_at": NOW})
        ticket = a_ticket().model_copy(update={"messages": (message,), "subject": mail.subject})
        writer = forwarded_from(parted(ticket, PACKS), PACKS)
        assert (writer.email if writer else None) == mail.forwarded_from, mail.name
