"""Whether a text was written by a machine, where no header and no helpdesk says so.

```
auto-reply   its subject is a responder's; or it begins as one, says that it is one, or says that somebody is away and
             what becomes of our mail; or says twice that our mail came in, and that it will be answered
bounce       a mail server sends it, or its subject begins as one, and its text says what mail servers say
newsletter   two of: read it in a browser, why you get it, unsubscribe, preferences
sales pitch  three of: how they begin, what they offer (twice at most), what they would send us, a call, whom they look
             for, how to say no; and nothing that a buyer writes
in a chat    a sales pitch; or an answer that says it is automatic, with another sign; or all three of a greeting, that
             nobody is there or when somebody is, and that we will be answered. No question, and nothing that customers
             write about
```
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cases.machine_mail import MachineMail, MachineMailKind
from cases.message_part import PartKind
from cases.policy.packs.machine_mail import MachineMailWords
from cases.ticket import MAIL, Channel, Message, Ticket
from routing.machine_phrases import begins, found_in
from routing.normal_text import folded, normal

BEGINNING = 400
"""Characters within which a mail server has said what it is."""

PITCH_SIGNS = 3
CHAT_SIGNS = 3

READ_AT_FIRST, READ_AT_LAST = 4_000, 1_500
"""Characters of a long text that are read: footers stand at its end."""

MAIL_SERVERS = re.compile(r"(?<![\w.-])mailer-?daemon(?![\w-])", re.IGNORECASE)
POSTMASTERS = re.compile(r"(?<![\w.-])postmaster@", re.IGNORECASE)
NOBODY = re.compile(r"(?<![\w.])(?:no-?_?reply|do-?not-?reply|bounces?)(?:[+_.-][\w.+-]*)?@", re.IGNORECASE)

STATUS = re.compile(
    r"(?<![\w.])[45]\.\d{1,3}\.\d{1,3}(?![\w.])|^(?:final-recipient|diagnostic-code|reporting-mta):", re.M
)
"""RFC 3463 and 3464: the status of a delivery, and the fields of a report. The same in every language."""
REPLY_CODE = re.compile(r"(?<!\d)5[0-7]\d[ :-]")
"""RFC 5321: a refusal for good."""
NUMBER = re.compile(r"#\s?\d{3,}|\(\d{4,}\)")
"""Of somebody else's ticket."""
NOT_FAILED = re.compile(r"^action:\s*(?:delayed|delivered|relayed|expanded)\b", re.M)

_PASSED_ON = re.compile(r"^\s*-{2,}.*[^\W\d_].*-{2,}\s*$", re.MULTILINE)
"""The line that stands before a mail that is passed on or copied."""

_WORD_ENDS = re.compile(r"(?!\w)")
_HEADING_ENDS = re.compile(r"\s*(?:$|[:;,()\[\]|–—-]|(?:re|aw|fwd?|wg|ynt|ilt)\s*:)")
"""A heading is over: "Out of office: …", "OOO Re: …", and not "Out of office delivery"."""
_COLON = re.compile(r"\s*:")

_TAGS = re.compile(r"^(?:\[[^\]]{0,40}\]\s*)+")


class Sender(NamedTuple):
    """What the sender's address tells."""

    is_a_mail_server: bool
    is_a_postmaster: bool
    reads_nothing: bool


def sender_of(message: Message, ticket: Ticket | None) -> Sender:
    """By the mail's header, else by who wrote it as the helpdesk knows them, else by the ticket's customer."""
    named = (
        message.headers.sender if message.headers else None,
        message.written_by.email or message.written_by.name if message.written_by else None,
        ticket.customer.email if ticket else None,
    )
    address = next((one for one in named if one), "")
    return Sender(bool(MAIL_SERVERS.search(address)), bool(POSTMASTERS.search(address)), bool(NOBODY.search(address)))


def is_only_delayed(message: Message, words: MachineMailWords) -> bool:
    """Whether a report says that a mail may still arrive, or has."""
    text = own_text(message)
    return bool(found_in(words.not_yet, folded(text)) or NOT_FAILED.search(text.casefold()))


def machine_text(message: Message, ticket: Ticket, words: MachineMailWords) -> MachineMail | None:
    """What the text says of itself. Calls are people's, whatever they say."""
    if ticket.channel is Channel.VOICE:
        return None
    seen = _Mail(message, ticket, words)
    if ticket.channel not in MAIL:
        return None if seen.is_wished() else seen.auto_reply_in_chat() or seen.sales()
    return seen.bounce() or (None if seen.is_wished() else seen.auto_reply() or seen.sales() or seen.bulk())


class _Mail:
    """One mail, and what can be seen in it. A ticket's subject is that of its first message, and of no other."""

    def __init__(self, message: Message, ticket: Ticket, words: MachineMailWords) -> None:
        self._words = words
        self._written = own_text(message)
        self._text = folded(self._written)
        first = not ticket.messages or ticket.messages[0].id == message.id
        subject = (message.headers.subject if message.headers else None) or (ticket.subject if first else "")
        self._subject = _TAGS.sub("", folded(subject))
        self._message = message
        self._sender = sender_of(message, ticket)

    def is_wished(self) -> bool:
        """Whether somebody wants something of us."""
        return self._has(self._words.wishes) is not None

    def bounce(self) -> MachineMail | None:
        subject = begins(self._words.bounce_subjects, self._subject, _WORD_ENDS)
        text = found_in(self._words.bounce_texts, self._text[:BEGINNING])
        code = STATUS.search(self._written.casefold()) or REPLY_CODE.search(self._text)
        known = self._sender.is_a_mail_server or (self._sender.is_a_postmaster and subject is not None)
        if not known:
            by_sender_or_subject = self._sender.is_a_postmaster or subject is not None
            of_a_server = (by_sender_or_subject and (text or code)) or (text and code)
            if not of_a_server or self.is_wished() or "?" in self._text[:BEGINNING]:
                return None
        if is_only_delayed(self._message, self._words):
            return MachineMail(
                kind=MachineMailKind.AUTO_REPLY, why="a mail server says that a mail is delayed, or has arrived"
            )
        said = [f"the subject begins “{subject}”"] if subject else []
        said += [f"the text says “{text}”"] if text else []
        return MachineMail(
            kind=MachineMailKind.BOUNCE, why=" and ".join(said) or "a mail server sent it, with a status of delivery"
        )

    def auto_reply(self) -> MachineMail | None:
        words = self._words
        subject = begins(words.auto_subjects, self._subject, _HEADING_ENDS)
        opening = subject or begins(words.auto_subjects, self._text, _COLON)
        declared = self._has(words.declared)
        absence, reader = self._has(words.absence), self._has(words.absent_reader)
        receipt, later = self._has(words.receipts), self._has(words.answer_later)
        signs = [sign for sign in (opening, declared, absence, reader, receipt, later) if sign is not None]
        headers = self._message.headers
        hints = self._sender.reads_nothing + bool(headers and _suppresses(headers.x_auto_response_suppress))
        heading = begins(words.auto_headings, self._subject, _COLON)
        if heading:
            return _says(MachineMailKind.AUTO_REPLY, (heading,))
        if len(signs) + hints < 2:
            return None
        if opening or declared:
            return _says(MachineMailKind.AUTO_REPLY, signs)
        away = absence and reader and not self._has(words.business)
        received = receipt and (later or self._sender.reads_nothing) and self._is_a_receipt()
        return _says(MachineMailKind.AUTO_REPLY, signs) if (away or received) and "?" not in self._text else None

    def auto_reply_in_chat(self) -> MachineMail | None:
        words = self._words
        if "?" in self._text or self._has(words.business):
            return None
        declared = self._has(words.declared) or begins(words.auto_headings, self._text, _COLON)
        greeted = self._has((*words.chat_receipts, *words.receipts))
        away = self._has((*words.chat_absence, *words.absence, *words.office_hours))
        later = self._has((*words.chat_later, *words.answer_later, *words.absent_reader))
        others = [sign for sign in (greeted, away, later) if sign is not None]
        if declared is None:
            return _says(MachineMailKind.AUTO_REPLY, others) if len(others) == CHAT_SIGNS else None
        return _says(MachineMailKind.AUTO_REPLY, (declared, *others)) if others else None

    def _is_a_receipt(self) -> bool:
        """Whether it says twice that our mail came in, or under which number: people say once that they have it."""
        said = [phrase for phrase in self._words.receipts if self._has((phrase,))]
        numbered = NUMBER.search(self._text) or NUMBER.search(self._subject)
        return len(said) > 1 or numbered is not None or self._sender.reads_nothing

    def bulk(self) -> MachineMail | None:
        words = self._words
        groups = (words.in_browser, words.why_received, words.opt_out, words.preferences)
        signs = [sign for group in groups if (sign := self._has(group))]
        return _says(MachineMailKind.BULK, signs) if len(signs) >= 2 else None

    def sales(self) -> MachineMail | None:
        words = self._words
        offers = tuple(dict.fromkeys(offer for offer in words.pitch_offers if self._has((offer,))))[:2]
        other = (
            words.pitch_openings,
            words.pitch_proposals,
            words.pitch_meetings,
            words.pitch_people,
            (*words.pitch_declines, *words.opt_out),
        )
        signs = [*offers, *(sign for group in other if (sign := self._has(group)))]
        if not offers or len(signs) < PITCH_SIGNS or self._has(words.purchases):
            return None
        return _says(MachineMailKind.SALES, signs)

    def _has(self, phrases: tuple[str, ...]) -> str | None:
        return found_in(phrases, self._text)


def own_text(message: Message) -> str:
    """What stands in a mail and is quoted from no other. A footer belongs to it: newsletters are known by theirs."""
    if message.parts:
        others = (PartKind.QUOTED, PartKind.FORWARDED)
        kept = (message.text[part.start : part.end] for part in message.parts if part.kind not in others)
        text = "\n".join(kept)
    else:
        lines = (line for line in message.text.splitlines() if not line.lstrip().startswith(">"))
        text = "\n".join(lines)
        passed_on = _PASSED_ON.search(text)
        text = text[: passed_on.start()] if passed_on and text[: passed_on.start()].strip() else text
    text = normal(text)
    long = len(text) > READ_AT_FIRST + READ_AT_LAST
    return f"{text[:READ_AT_FIRST]}\n{text[-READ_AT_LAST:]}" if long else text


def _suppresses(value: str | None) -> bool:
    """A hint, and no proof: some servers put it on ordinary mail."""
    return (value or "").strip().lower() not in {"", "none"}


def _says(kind: MachineMailKind, signs: Iterable[str]) -> MachineMail:
    return MachineMail(kind=kind, why=f"its words: {', '.join(f'“{sign}”' for sign in signs)}")
