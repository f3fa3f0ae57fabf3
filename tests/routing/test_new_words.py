"""What is new in a message: never less than its writer says, and nothing of what only stands around it."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cases.message_part import MessagePart, PartKind
from cases.policy.packs.pack import LanguagePack
from cases.record import Record
from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS
from routing.new_words import split
from starter.policy_files import read_policy

PACKS: tuple[LanguagePack, ...] = tuple(
    read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document.language_packs.values()
)


def new_words(text: str, subject: str = "", marked: tuple[MessagePart, ...] = ()) -> str:
    parts = split(text, marked, PACKS, subject)
    return "\n".join(text[part.start : part.end].strip() for part in parts if part.kind is PartKind.NEW)


def kinds(text: str, subject: str = "") -> list[PartKind]:
    return [part.kind for part in split(text, (), PACKS, subject)]


class HardMail(Record):
    """A mail that is easily split wrongly."""

    what: str
    text: str
    new: str | None = None
    """None: all of it."""


class HardMails(Record):
    """As `hard_mails.yaml` holds them."""

    kept_whole: tuple[HardMail, ...]
    cut_down: tuple[HardMail, ...]


HARD = HardMails.model_validate(yaml.safe_load((Path(__file__).parent / "hard_mails.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("mail", HARD.kept_whole, ids=lambda mail: mail.what)
def test_nothing_that_is_said_is_lost(mail: HardMail) -> None:
    assert new_words(mail.text).split() == mail.text.split()


@pytest.mark.parametrize("mail", HARD.cut_down, ids=lambda mail: mail.what)
def test_what_stands_around_it_is_not_read(mail: HardMail) -> None:
    assert new_words(mail.text).split() == (mail.new or "").split()


def test_a_forwarded_mail_without_a_word_says_nothing_new() -> None:
    text = "---------- Forwarded message ---------\nFrom: P <p@x.example>\nSubject: Refund\n\nI want my money back."
    assert kinds(text) == [PartKind.FORWARDED]


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("WG: Ihr Paket", PartKind.FORWARDED),
        ("Fwd: Re: Parcel", PartKind.FORWARDED),
        ("İlt: Kargo", PartKind.FORWARDED),
        ("AW: WG: Ihr Paket", PartKind.QUOTED),
        ("Parcel", PartKind.QUOTED),
    ],
)
def test_the_outermost_prefix_tells_whether_a_bare_head_stands_above_a_forwarded_mail(
    subject: str, kind: PartKind
) -> None:
    text = "See below.\n\nFrom: P <p@x.example>\nSent: Monday\nTo: d@x.example\nSubject: Parcel\n\nIt is late."
    assert kinds(text, subject) == [PartKind.NEW, kind]


def test_new_words_below_a_forwarded_mail_with_marks_are_new() -> None:
    text = (
        "Hello\n\n> Begin forwarded message:\n>\n> From: P <p@x.example>\n> Subject: A\n>\n> Old text\n\nText below\n"
    )
    assert kinds(text) == [PartKind.NEW, PartKind.FORWARDED, PartKind.NEW]


def test_what_is_marked_is_not_read_and_what_is_not_marked_is_told_apart_by_its_words() -> None:
    text = "Yes.\n\nSent from my iPhone\n\nold words"
    marked = (MessagePart(kind=PartKind.QUOTED, start=text.index("old"), end=len(text)),)
    assert new_words(text, marked=marked) == "Yes."


@pytest.mark.parametrize("line", ["--\n", "the confidential?\n", "From: a\n", "\n", "On 10:10 a@b.example\n"])
def test_the_time_it_takes_grows_with_the_length_and_no_faster(line: str) -> None:
    """Half a second here; before each line was looked at once, up to two minutes."""
    began = time.process_time()
    split(line * (MAXIMUM_MESSAGE_CHARACTERS // len(line)), (), PACKS)
    assert time.process_time() - began < 8


PIECES = st.sampled_from(
    [
        "Please cancel it.", "> quoted", ">", "", "--", "-- ", "Best regards", "Dan", "Tel. +49 89 123456",
        "On Tue, Dec 1, 2026 at 9:14 AM A <a@b.example> wrote:", "From: A <a@b.example>", "Subject: x", "To: b",
        "Sent from my iPhone", "-----Original Message-----", "---------- Forwarded message ---------", "Is it?",
        "This e-mail is confidential. If you are not the intended recipient, delete it.", "\t", "\x0b", "_______",
    ]
)  # fmt: skip
MAILS = st.lists(PIECES, max_size=14).map("\n".join) | st.text(max_size=200)


@given(MAILS, st.sampled_from(["", "Fwd: x", "Re: x"]))
def test_the_parts_are_the_whole_text_in_order(text: str, subject: str) -> None:
    parts = split(text, (), PACKS, subject)
    assert "".join(text[part.start : part.end] for part in parts) == text


@given(MAILS, st.sampled_from(["", "Fwd: x", "Re: x"]))
def test_something_is_always_new_but_in_a_mail_that_is_only_passed_on(text: str, subject: str) -> None:
    parts = split(text, (), PACKS, subject)
    said = any(part.kind is PartKind.NEW and text[part.start : part.end].strip() for part in parts)
    assert said or not text.strip() or any(part.kind is PartKind.FORWARDED for part in parts)


@given(MAILS, st.sampled_from(["", "Fwd: x", "Re: x"]))
def test_to_split_again_changes_nothing(text: str, subject: str) -> None:
    once = split(text, (), PACKS, subject)
    assert split(text, once, PACKS, subject) == once
