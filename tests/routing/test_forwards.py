"""A forwarded mail: who wrote it is read for people, and proves nothing."""

import pytest

from cases.facts import Facts, IdentityStrength
from cases.policy.records import RecordRules
from cases.reason import ReasonCode
from cases.ticket import Message, Ticket, Writer
from routing.forwards import forwarded_from, only_forwarded, original_sender
from routing.ticket_parts import parted
from routing.writers import identity_of_who_asks
from tests.routing.test_new_words import PACKS
from tests.samples import NOW, a_ticket
from tests.small_rulebook import rulebook

PATRICK = Writer(name="Patrick Doyle", email="patrick.doyle@example.org")
HEAD = "---------- Forwarded message ---------\nFrom: Patrick Doyle <patrick.doyle@example.org>\nSubject: Refund\n\n"


@pytest.mark.parametrize(
    ("head", "writer"),
    [
        ("From: Patrick Doyle <patrick.doyle@example.org>", PATRICK),
        ('Von: "Patrick Doyle" <patrick.doyle@example.org>', PATRICK),
        ("Von: Patrick Doyle [mailto:patrick.doyle@example.org]", PATRICK),
        ("*Kimden:* Patrick Doyle <mailto:patrick.doyle@example.org>", PATRICK),
        ("> Gönderen: Patrick Doyle <patrick.doyle@example.org>", PATRICK),
        ("From: Patrick Doyle (patrick.doyle@example.org)", PATRICK),
        ("From:\nPatrick Doyle <patrick.doyle@example.org>", PATRICK),
        ("From: patrick.doyle@example.org", Writer(email="patrick.doyle@example.org")),
        ("Von: Patrick Doyle", Writer(name="Patrick Doyle")),
        ("From: Patrick Doyle <not an address>", Writer(name="Patrick Doyle <not an address")),
        ("Subject: nobody is named", None),
        ("", None),
    ],
)
def test_the_writer_stands_in_the_head(head: str, writer: Writer | None) -> None:
    assert original_sender(f"Begin forwarded message:\n\n{head}\nSubject: x\n\nFrom: Eve <eve@example.com>", PACKS) == (
        writer or Writer(name="Eve", email="eve@example.com")
    )


def forward(*texts: str, subject: str = "Fwd: Refund") -> Ticket:
    messages = tuple(Message(id=f"m{number}", text=text, sent_at=NOW) for number, text in enumerate(texts))
    return parted(a_ticket().model_copy(update={"messages": messages, "subject": subject}), PACKS)


def test_the_newest_message_tells_whether_a_mail_is_passed_on() -> None:
    assert forwarded_from(forward(f"Please handle.\n\n{HEAD}I want it."), PACKS) == PATRICK
    assert forwarded_from(forward(f"Please handle.\n\n{HEAD}I want it.", "And my own order?"), PACKS) is None


def test_a_forward_whose_writer_cannot_be_read_is_of_somebody() -> None:
    assert forwarded_from(forward("See:\n\nBegin forwarded message:\n\nI want it."), PACKS) == Writer()


def test_a_forward_inside_a_quoted_reply_is_history() -> None:
    head = "From: Acme <s@acme.example>\nSent: Monday\nTo: x@y.example\nSubject: AW: WG: x"
    text = f"Yes.\n\n{head}\n\nNo.\n\n{HEAD}I want it."
    assert forwarded_from(forward(text, subject="AW: WG: x"), PACKS) is None


def test_a_mail_passed_on_without_a_word_is_read_by_a_person() -> None:
    ticket = forward(f"{HEAD}I want my money back for W10410.")
    why = only_forwarded(ticket, forwarded_from(ticket, PACKS))
    assert why is not None
    assert why.code is ReasonCode.ONLY_FORWARDED
    assert ticket.customer_text == ""


def test_a_forward_with_a_word_of_its_own_is_read_by_that_word() -> None:
    ticket = forward(f"Please refund this.\n\n{HEAD}I want my money back for W10410.")
    assert ticket.customer_text == "Please refund this."
    assert only_forwarded(ticket, PATRICK) is None


@pytest.mark.parametrize("identity", list(IdentityStrength))
@pytest.mark.parametrize("others", [(), (Writer(email="eve@example.com"),)])
def test_whoever_passes_a_mail_on_is_at_most_claimed(identity: IdentityStrength, others: tuple[Writer, ...]) -> None:
    among_colleagues = rulebook(records=RecordRules(others_count_as=IdentityStrength.MATCHED))
    known = identity_of_who_asks(among_colleagues, Facts(identity=identity), others, PATRICK)
    assert IdentityStrength.CLAIMED.at_least(known)
    assert identity.at_least(known)
