"""Whether a machine wrote a mail: headers first, then the helpdesk's word, then the text, and never against a wish."""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import pytest
import yaml
from pydantic import Field, TypeAdapter

from cases.machine_mail import MachineMailKind, MailHeaders
from cases.policy.packs.machine_mail import MachineMailWords
from cases.record import Document
from cases.ticket import Author, Channel, Customer, Message, Ticket
from demo.tickets.load import load_tickets
from routing.machine_mail import machine_mail, nothing_to_answer, sorted_out
from starter.policy_files import read_policy
from tests.samples import NOW, a_message, a_ticket

TEXTS = Path(__file__).parent / "machine_mail"
POLICY = Path(__file__).parents[2] / "policies" / "local.yaml"
PUBLIC = Path(os.environ.get("SIGNALBOX_DATA_SETS", "no-data-sets"))
"""Where the public sets are, laid out as `bench/README.md` says; where they are not, nothing is asked of them."""
NO_WORDS = MachineMailWords()


class Written(Document):
    """One mail of the sets."""

    text: str
    subject: str | None = None
    sender: Annotated[str, Field(alias="from")] = "person@example.com"
    kind: MachineMailKind | None = None

    def found(self) -> MachineMailKind | None:
        """What our rules take it for. Without a subject it stands in an existing ticket."""
        mail = Message(id="m9", text=self.text, sent_at=NOW)
        earlier = () if self.subject is not None else (a_message("Hello"),)
        ticket = a_ticket().model_copy(
            update={
                "customer": Customer(email=self.sender),
                "subject": self.subject or "Hello",
                "messages": (*earlier, mail),
            }
        )
        found = machine_mail(mail, ticket, words())
        return found.kind if found else None


@lru_cache
def words() -> MachineMailWords:
    """The words of the shipped language packs."""
    return read_policy(POLICY).machine_mail


def texts(name: str) -> tuple[Written, ...]:
    """A set, as written down before the rules."""
    written = yaml.safe_load((TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Written, ...]).validate_python(written)


def machines() -> tuple[Written, ...]:
    """What machines wrote, of all sets."""
    return tuple(mail for name in ("automatic", "second", "offers") for mail in texts(name) if mail.kind is not None)


def people() -> tuple[Written, ...]:
    """What people wrote, of all sets."""
    return tuple(mail for name in ("people", "second", "offers") for mail in texts(name) if mail.kind is None)


def kind_of(text: str = "Hello", **headers: str) -> MachineMailKind | None:
    """What a mail with these headers is, where no words are known."""
    mail = a_message(text).model_copy(update={"headers": MailHeaders.model_validate(headers)})
    found = machine_mail(mail, a_ticket().model_copy(update={"messages": (mail,)}), NO_WORDS)
    return found.kind if found else None


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"auto_submitted": "auto-replied"}, MachineMailKind.AUTO_REPLY),
        ({"Auto-Submitted": "auto-generated (vacation)"}, MachineMailKind.AUTO_REPLY),
        ({"auto_submitted": "Auto-Notified; owner=x"}, MachineMailKind.AUTO_REPLY),
        ({"auto_submitted": "no"}, None),
        ({"auto_submitted": "No"}, None),
        ({"precedence": "bulk"}, MachineMailKind.BULK),
        ({"precedence": "List"}, MachineMailKind.BULK),
        ({"precedence": "junk"}, MachineMailKind.BULK),
        ({"precedence": "auto_reply"}, MachineMailKind.AUTO_REPLY),
        ({"precedence": "first-class"}, None),
        ({"list_id": "<news.example.com>"}, MachineMailKind.BULK),
        ({"List-Unsubscribe": "<mailto:off@example.com>"}, MachineMailKind.BULK),
        ({"feedback_id": "1:2:3:esp"}, MachineMailKind.BULK),
        ({"list_id": " "}, None),
        ({"return_path": "<>"}, MachineMailKind.AUTO_REPLY),
        ({"return_path": ""}, MachineMailKind.AUTO_REPLY),
        ({"return_path": "<ada@example.com>"}, None),
        ({"return_path": "<>", "from": "Mail Delivery <mailer-daemon@mx.example>"}, MachineMailKind.BOUNCE),
        ({"content_type": "multipart/report; report-type=delivery-status"}, MachineMailKind.BOUNCE),
        ({"content_type": 'Multipart/Report; boundary=x; report-type="delivery-status"'}, MachineMailKind.BOUNCE),
        ({"content_type": "multipart/report; report-type=disposition-notification"}, MachineMailKind.AUTO_REPLY),
        ({"content_type": "multipart/alternative"}, None),
        ({"x_autoreply": "yes"}, MachineMailKind.AUTO_REPLY),
        ({"x_autorespond": "Re: hello"}, MachineMailKind.AUTO_REPLY),
        ({"x_auto_reply_from": "ada@example.com"}, MachineMailKind.AUTO_REPLY),
        ({"x_autoreply": "no"}, None),
        ({"x_failed_recipients": "ada@example.com"}, MachineMailKind.BOUNCE),
        ({"x_auto_response_suppress": "All"}, None),
        ({"x_auto_response_suppress": "None"}, None),
        ({}, None),
    ],
)
def test_a_header_says_what_a_mail_is(headers: dict[str, str], kind: MachineMailKind | None) -> None:
    assert kind_of(**headers) is kind


def test_a_report_that_a_mail_is_only_delayed_is_no_bounce() -> None:
    report = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ada@example.com\nAction: delayed\nStatus: 4.4.1"
    )
    assert kind_of(report, content_type="multipart/report; report-type=delivery-status") is (MachineMailKind.AUTO_REPLY)


def test_the_reason_names_the_header_and_its_value() -> None:
    mail = a_message("x").model_copy(update={"headers": MailHeaders(auto_submitted="auto-replied")})
    found = machine_mail(mail, a_ticket(), NO_WORDS)
    assert found is not None
    assert found.why == "its header Auto-Submitted says “auto-replied”"


@pytest.mark.parametrize(("told", "expected"), [("true", MachineMailKind.AUTO_REPLY), ("false", None), ("null", None)])
def test_the_helpdesks_word_counts_where_it_says_yes(told: str, expected: MachineMailKind | None) -> None:
    written = f'{{"id": "m1", "text": "Where is it?", "sent_at": "2026-01-05T09:00:00Z", "automatic": {told}}}'
    found = machine_mail(Message.model_validate_json(written), a_ticket(), NO_WORDS)
    assert (found.kind if found else None) is expected


def test_a_hint_not_to_answer_counts_beside_another_sign() -> None:
    text = "Back on Monday."
    ticket = a_ticket(text).model_copy(update={"subject": "Out of office: Your order"})
    hinted = a_message(text).model_copy(update={"headers": MailHeaders(x_auto_response_suppress="OOF")})
    assert machine_mail(a_message(text), ticket, words()) is None
    found = machine_mail(hinted, ticket.model_copy(update={"messages": (hinted,)}), words())
    assert found is not None


@pytest.mark.parametrize("mail", machines(), ids=lambda mail: mail.text[:40])
def test_what_a_machine_wrote_is_known_by_its_text_as_the_last_resort(mail: Written) -> None:
    assert mail.found() is mail.kind


@pytest.mark.parametrize("mail", people(), ids=lambda mail: mail.text[:40])
def test_what_a_person_wrote_is_never_taken_for_a_machines(mail: Written) -> None:
    assert mail.found() is None
    assert mail.model_copy(update={"subject": mail.subject or ""}).found() is None


def test_the_sets_are_large_enough_to_say_something() -> None:
    assert min(len(machines()), len(people())) >= 80


def test_no_ticket_of_the_demo_is_taken_for_a_machines() -> None:
    stories = load_tickets(datetime.now(UTC))
    taken = [story.ticket.id for story in stories if sorted_out(story.ticket, words()) is not story.ticket]
    assert len(stories) >= 51
    assert taken == []


@pytest.mark.parametrize(
    "file",
    ["banking77/train.csv", "hint3/curekart_train.csv", "hint3/sofmattress_train.csv", "clinc150/oos_train.csv"],
)
def test_no_question_of_a_public_set_is_taken_for_a_machines(file: str) -> None:
    if not (PUBLIC / file).exists():
        pytest.skip(f"{file} is not here")
    taken = [text for text in first_column(PUBLIC / file) if Written.model_validate({"text": text}).found()]
    assert taken == []


def first_column(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from (row[0] for row in csv.reader(opened) if row and row[0].strip())


def found_in(channel: Channel, text: str) -> MachineMailKind | None:
    """What a message is taken for that opens a conversation there."""
    written = a_message(text)
    found = machine_mail(written, a_ticket().model_copy(update={"channel": channel, "messages": (written,)}), words())
    return found.kind if found else None


def test_a_call_is_a_persons_whatever_is_said() -> None:
    assert found_in(Channel.VOICE, "This is an automatic reply. I am out of the office until Monday.") is None


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.WHATSAPP])
@pytest.mark.parametrize("written", texts("chats"), ids=lambda written: written.text[:40])
def test_in_a_chat_only_a_business_that_nobody_attends_answers_by_itself(channel: Channel, written: Written) -> None:
    assert found_in(channel, written.text) is written.kind


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.WHATSAPP])
def test_an_offer_is_one_in_a_chat_too(channel: Channel) -> None:
    offer = "We are a web design company from Pune and redesign your online shop. May I share our portfolio?"
    assert found_in(channel, offer) is MachineMailKind.SALES
    assert found_in(channel, "We are a web design company. Do you have tents? May I share our portfolio?") is None


def test_quoted_automatic_mail_under_a_persons_words_is_theirs_no_more() -> None:
    quoted = "Thanks, that is all.\n\n> This is an automatic reply. I am out of the office until Monday."
    assert Written.model_validate({"text": quoted}).found() is None


def sorted_ticket(*who: str) -> Ticket:
    """A ticket whose messages are a person's (p), a machine's (m) or an agent's (a), in this order."""
    made = {
        "p": a_message("Where is my order?"),
        "m": a_message("Away.").model_copy(update={"headers": MailHeaders(auto_submitted="auto-replied")}),
        "a": a_message("On its way.").model_copy(update={"author": Author.AGENT}),
    }
    messages = tuple(made[one].model_copy(update={"id": f"m{number}"}) for number, one in enumerate(who))
    return sorted_out(a_ticket().model_copy(update={"messages": messages}), NO_WORDS)


@pytest.mark.parametrize("who", ["m", "mm", "pam", "pamm"])
def test_a_ticket_has_nothing_to_answer_where_no_person_wrote_since_our_side_did(who: str) -> None:
    assert nothing_to_answer(sorted_ticket(*who)) is not None


@pytest.mark.parametrize("who", ["p", "pm", "mp", "pamp", "pa", "ma"])
def test_a_ticket_in_which_a_person_waits_is_to_be_answered(who: str) -> None:
    assert nothing_to_answer(sorted_ticket(*who)) is None


def test_what_machines_wrote_is_not_read_as_the_customers_words() -> None:
    ticket = sorted_ticket("p", "m")
    assert ticket.customer_text == "Where is my order?"
    assert ticket.own_words == "Where is my order?"
