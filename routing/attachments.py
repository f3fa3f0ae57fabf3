"""What customers send besides words: who reads it, and what it means where nobody could."""

import re

from cases.attachment import UnreadAttachment, UnreadState
from cases.classification import IntentName
from cases.facts import Facts
from cases.ladder import Ladder, LastRung, Stop
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from cases.ticket import Attachment, Medium, Ticket
from routing.messages import reason
from routing.needs import rules_of

NAME_CHARACTERS = 40
"""As much of a file's name as a line for colleagues has room for."""

_DECORATION = re.compile(r"(?:image\d{3}|outlook-[\w-]+|spacer|pixel|logo)\.(?:png|gif|jpe?g)", re.IGNORECASE)
"""Outlook numbers the pictures of a signature: image001.png. A phone's photo is IMG_2041.jpg."""


def called(file: Attachment) -> str:
    """What a sentence calls a file: on one line, whatever its sender named it."""
    return " ".join(file.name.split())[:NAME_CHARACTERS]


def is_decoration(file: Attachment) -> bool:
    """Whether it is a picture that a mail program names by itself: a logo in a signature, and nothing to look at."""
    return file.medium is Medium.PICTURE and _DECORATION.fullmatch(file.name.strip()) is not None


def files_to_read(ticket: Ticket, facts: Facts) -> tuple[Attachment, ...]:
    """What nobody has read or tried to read, oldest first."""
    tried = {file.attachment_id for file in facts.unread}
    return tuple(file for file in ticket.files if file.words is None and file.id not in tried)


def ladder_for(rulebook: Rulebook, ticket: Ticket, file: Attachment) -> Ladder | Stop:
    """The models that read a file, or why none does."""
    ladder = {Medium.PICTURE: rulebook.see, Medium.RECORDING: rulebook.transcribe}.get(file.medium)
    if ladder is None:
        return _for_a_person(file, f"no model of this policy reads a {file.medium}")
    limit = rulebook.attachments.at_most
    newest = ticket.files[-limit:] if limit else ()
    if file.id not in {known.id for known in newest}:
        return _for_a_person(file, f"only the newest {limit} files are read")
    return ladder


def unread_after(file: Attachment, stop: Stop) -> UnreadAttachment:
    """A file that nobody could read. Whose voice was not understood is not asked to speak again: a person listens."""
    by_customer = stop.last is LastRung.CUSTOMER and file.medium is Medium.PICTURE
    known = stop.reason.code in (ReasonCode.ATTACHMENT_UNREAD, ReasonCode.ATTACHMENT_ILLEGIBLE)
    why = stop.reason if known else _for_a_person(file, stop.reason.sentence).reason
    return UnreadAttachment(
        attachment_id=file.id,
        medium=file.medium,
        state=UnreadState.CLEARER_WANTED if by_customer else UnreadState.FOR_A_PERSON,
        why=why,
    )


def illegible(file: Attachment, what: str) -> Stop:
    """A file that a model looked at and could not read."""
    return Stop(last=LastRung.CUSTOMER, reason=reason(ReasonCode.ATTACHMENT_ILLEGIBLE, file=called(file), what=what))


def with_unread(facts: Facts, unread: UnreadAttachment) -> Facts:
    """The same facts, and a file nobody could read."""
    return facts.model_copy(update={"unread": (*facts.unread, unread)})


def with_clearer(facts: Facts) -> Facts:
    """The same facts once the customer has sent a picture that can be read, or told us what it says."""
    settled = {"state": UnreadState.SUPERSEDED}
    unread = (
        known.model_copy(update=settled) if known.state is UnreadState.CLEARER_WANTED else known
        for known in facts.unread
    )
    return facts.model_copy(update={"unread": tuple(unread)})


def unheard(facts: Facts) -> Reason | None:
    """Why a person must listen first: a recording is the customer's own words, and nothing is done without them."""
    return next((file.why for file in facts.unread if file.medium is Medium.RECORDING), None)


def unread_and_alone(ticket: Ticket, facts: Facts) -> Reason | None:
    """Why a person must look first: the customer sent files and no words, and nobody could read one of them.

    A subject such as “Invoice” says what a file is, and not what is wanted of it.
    """
    return _sent_alone(ticket, facts, UnreadState.FOR_A_PERSON)


def illegible_and_alone(ticket: Ticket, facts: Facts) -> Reason | None:
    """Why the customer is asked first: all they sent is a picture that nobody can make out."""
    return _sent_alone(ticket, facts, UnreadState.CLEARER_WANTED)


def _sent_alone(ticket: Ticket, facts: Facts, state: UnreadState) -> Reason | None:
    newest = ticket.newest_of_customer
    if newest is None or newest.has_words:
        return None
    # What came with the ticket itself came with its first message.
    files = (*newest.attachments, *(ticket.attachments if newest.id == ticket.messages[0].id else ()))
    sent = {file.id for file in files}
    return next((file.why for file in facts.unread if file.attachment_id in sent and file.state is state), None)


def unread_and_needed(rulebook: Rulebook, intents: tuple[IntentName, ...], facts: Facts) -> Reason | None:
    """Why a person must look: what was not read belongs to one of the intents."""
    needed = any(rules.needs_attachments for rules in rules_of(rulebook, intents))
    return facts.unseen.why if facts.unseen and needed else None


def _for_a_person(file: Attachment, what: str) -> Stop:
    return Stop(last=LastRung.PERSON, reason=reason(ReasonCode.ATTACHMENT_UNREAD, file=called(file), what=what))
