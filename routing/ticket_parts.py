"""A ticket with its messages split: what the customer says now, and whether its subject is theirs."""

from collections.abc import Sequence

from cases.message_part import PartKind
from cases.policy.packs.pack import LanguagePack
from cases.ticket import Author, Message, Ticket
from routing.mail_lines import marks_of
from routing.new_words import HISTORY, split


def parted(ticket: Ticket, packs: Sequence[LanguagePack]) -> Ticket:
    """The ticket with each of the customer's messages split. To split it again changes nothing."""
    theirs = [message for message in ticket.messages if message.author is Author.CUSTOMER]
    first = theirs[0].id if theirs else None
    parts = {
        message.id: split(message.text, message.parts, packs, ticket.subject if message.id == first else "")
        for message in theirs
    }
    whole = ticket.with_parts(parts, PartKind.NEW)
    return whole.model_copy(update={"subject_kind": _kind_of_subject(whole, packs)})


def _kind_of_subject(ticket: Ticket, packs: Sequence[LanguagePack]) -> PartKind:
    """A prefix alone proves nothing: people type "Re:" before what they have to say."""
    marks = marks_of(packs)
    theirs = [message for message in ticket.messages if message.author is Author.CUSTOMER]
    prefixed = marks.is_forward(ticket.subject) or marks.is_reply(ticket.subject)
    if not theirs or not prefixed or (len(theirs) == 1 and not _has_history(theirs[0])):
        return PartKind.NEW
    return PartKind.FORWARDED if marks.is_forward(ticket.subject) else PartKind.QUOTED


def _has_history(message: Message) -> bool:
    return any(part.kind in HISTORY for part in message.parts)
