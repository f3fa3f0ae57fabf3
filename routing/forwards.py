"""Mail that somebody passes on: who wrote it, and whether they say anything about it themselves."""

import re
from collections.abc import Iterable
from email.utils import parseaddr

from pydantic import TypeAdapter, ValidationError

from cases.message_part import PartKind
from cases.policy.packs.pack import LanguagePack
from cases.reason import Reason, ReasonCode
from cases.ticket import Author, EmailAddress, Message, Ticket, Writer
from routing.mail_lines import lines_of, marks_of
from routing.messages import reason
from routing.new_words import HISTORY
from routing.quoted_mail import ADDRESS
from routing.writers import called

NAME_CHARACTERS = 254

_EMAIL = TypeAdapter(EmailAddress)
_AROUND = re.compile(r"[\[<(]\s*(?:mailto:)?\s*([^\s<>\[\]():]+@[^\s<>\[\]():]+?)\s*[\]>)]", re.IGNORECASE)


def original_sender(text: str, packs: Iterable[LanguagePack]) -> Writer | None:
    """Who wrote a forwarded mail, by the first head in it; None where none can be read. It proves nothing."""
    marks = marks_of(packs)
    lines = [line.unquoted for line in lines_of(text, 0, len(text))]
    names = {name.casefold() for name in marks.header_names.sender}
    for at, line in enumerate(lines):
        named = marks.header.match(line)
        if named is not None and named[1].casefold() in names:
            value = named[2].strip() or (lines[at + 1] if at + 1 < len(lines) else "")
            return _writer(value)
    return None


def forwarded_from(ticket: Ticket, packs: Iterable[LanguagePack]) -> Writer | None:
    """Who wrote the mail that the customer's newest message passes on; None where it passes none on.

    Where one is passed on and its writer cannot be read, a writer of whom nothing is known.
    """
    newest = _newest(ticket)
    history = [(kind, words) for kind, words in newest.pieces if kind in HISTORY] if newest else []
    if not history or history[0][0] is not PartKind.FORWARDED:
        return None
    return original_sender(history[0][1], packs) or Writer()


def only_forwarded(ticket: Ticket, writer: Writer | None) -> Reason | None:
    """Why a person reads a mail that was passed on without a word: nobody has asked us for anything."""
    newest = _newest(ticket)
    if writer is None or newest is None or newest.new_words:
        return None
    return reason(ReasonCode.ONLY_FORWARDED, who=called(writer))


def _newest(ticket: Ticket) -> Message | None:
    return next((message for message in reversed(ticket.messages) if message.author is Author.CUSTOMER), None)


def _writer(value: str) -> Writer | None:
    around = _AROUND.search(value)
    found = around[1] if around else next(iter(ADDRESS.findall(value)), None)
    name = value[: around.start()] if around else (value.replace(found, " ") if found else value)
    called_ = " ".join(name.strip(" *\"'“”„<>[](),;").split())[:NAME_CHARACTERS] or None
    address = _address(found or parseaddr(value)[1])
    return Writer(name=called_, email=address) if called_ or address else None


def _address(found: str) -> str | None:
    try:
        return _EMAIL.validate_python(found)
    except ValidationError:
        return None
