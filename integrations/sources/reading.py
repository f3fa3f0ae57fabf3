"""A sender's body as values of ours: what cannot be read is named in the sender's words; length refuses nobody."""

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from cases.errors import InvalidDelivery
from cases.machine_mail import MAXIMUM_HEADER_CHARACTERS, MailHeaders, with_our_names
from cases.message_part import MessagePart
from cases.ticket import (
    MAXIMUM_HIDDEN_CHARACTERS,
    MAXIMUM_MESSAGE_CHARACTERS,
    MAXIMUM_MESSAGES,
    Attachment,
    Locale,
    Message,
    Ticket,
    TicketId,
    Writer,
)
from cases.unseen_characters import seen
from integrations.markup.mail import SentText

Shape = TypeVar("Shape")

MAXIMUM_FILES = 10
"""As many as a message of ours takes."""

MAXIMUM_NAME = 254
"""Characters of what somebody is called by."""

WHOLE = "(whole)"
"""The field of a problem that is about the whole body."""

CUT = "\n[… a part in the middle was left out: the text is too long …]\n"

NO_TEXT = "(no text)"

_FITS = TypeAdapter(TicketId)
_HEADERS = TypeAdapter(dict[str, object])
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LOCALE = re.compile(r"([A-Za-z]{2})(?:[-_]([A-Za-z]{2}))?(?![A-Za-z])")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_UNKNOWN = "application/octet-stream"

_PROBLEMS = {
    "missing": "is missing.",
    "json_invalid": "is not JSON.",
    "model_type": "is not a JSON object.",
    "model_attributes_type": "is not a JSON object.",
    "string_type": "is not a text.",
    "int_type": "is not a whole number.",
    "int_parsing": "is not a whole number.",
    "bool_type": "is neither true nor false.",
    "tuple_type": "is not a list.",
    "too_short": "is empty.",
    "string_too_short": "is empty.",
    "string_pattern_mismatch": "does not have the right form.",
    "timezone_aware": "has no time zone.",
    "enum": "is none of the known values.",
    "literal_error": "is none of the known values.",
}
_MEND = "Compare it with what this kind of source sends, as its manual shows it."


def read_body(shape: TypeAdapter[Shape], body: bytes, mend: str = _MEND) -> Shape:
    """The body as this shape; `mend` says where its sender finds the right form. Raises InvalidDelivery."""
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidDelivery(_field(first), _problem(first), mend) from error


def fitting_id(theirs: str) -> TicketId:
    """An id as ours may be written: the same where it fits, and else always the same other one."""
    try:
        return _FITS.validate_python(theirs)
    except ValidationError:
        return f"x-{hashlib.sha256(theirs.encode(errors='replace')).hexdigest()[:40]}"


def fitting_text(theirs: str, otherwise: str = NO_TEXT) -> str:
    """A message's text as ours may be: never empty, without NUL, and cut in the middle where it is too long."""
    return fitting_words(SentText(text=theirs), otherwise).text


def fitting_words(sent: SentText, otherwise: str = NO_TEXT) -> SentText:
    """What somebody sent as a message of ours may have it, with what nobody sees of it apart.

    The beginning and the end are kept: a question stands before a pasted log as often as after it.
    """
    if not sent.parts and not sent.hidden:
        # Characters that nobody sees are in plain text too; where they are is known for marked text already.
        plain = seen(sent.text.replace("\0", ""))
        sent = SentText(text=plain.text.strip(), hidden="\n".join(plain.hidden))
    cut = _cut(sent.text, MAXIMUM_MESSAGE_CHARACTERS)
    if not cut.strip():
        return SentText(text=otherwise, hidden=_cut(sent.hidden, MAXIMUM_HIDDEN_CHARACTERS))
    hidden = _cut(sent.hidden, MAXIMUM_HIDDEN_CHARACTERS)
    if len(sent.text) <= MAXIMUM_MESSAGE_CHARACTERS:
        return SentText(text=cut, parts=sent.parts, hidden=hidden)
    left_out = len(sent.text) - sum(_kept(MAXIMUM_MESSAGE_CHARACTERS))
    return SentText(text=cut, parts=_moved(sent.parts, len(sent.text)), hidden=hidden, left_out=left_out)


def fitting_subject(theirs: str) -> str:
    """A subject on one line, of at most 500 characters."""
    return " ".join(theirs.replace("\0", "").split())[:500]


def fitting_email(theirs: str | None) -> str | None:
    """An address, where it is one."""
    known = theirs is not None and len(theirs) <= 254 and _EMAIL.fullmatch(theirs) is not None
    return theirs if known else None


def fitting_writer(theirs: str | None, name: str | None, email: str | None) -> Writer | None:
    """Who wrote a message; None where nothing is known of them."""
    id_, called, address = (theirs or "").replace("\0", "") or None, _line(name), fitting_email(email)
    return Writer(id=id_, name=called, email=address) if id_ or called or address else None


def fitting_headers(theirs: Mapping[str, object]) -> MailHeaders | None:
    """The headers of a mail that we read, by their names in any spelling; None where none of them is there.

    What is no text is left out. Of a value that is too long the end is kept: that is where the newest reference stands.
    """
    named = _HEADERS.validate_python(with_our_names(theirs))
    known = {
        name: value.replace("\0", "")[-MAXIMUM_HEADER_CHARACTERS:]
        for name, value in named.items()
        if name in MailHeaders.model_fields and isinstance(value, str)
    }
    return MailHeaders.model_validate(known) if known else None


def fitting_locale(theirs: str | None) -> Locale | None:
    """A language, and a region where one is named: `de_AT` and `de-at` are `de-AT`. None for anything else."""
    named = _LOCALE.match(theirs or "")
    if named is None:
        return None
    language, region = named.groups()
    return f"{language.lower()}-{region.upper()}" if region else language.lower()


def file_sent(
    theirs: str, url: str, media_type: str | None = None, name: str | None = None, size_bytes: int | None = None
) -> Attachment:
    """A file that came with a message, by its address; what it is, is guessed from its name where nobody says."""
    called = (name or _last_part(url)).replace("\0", "").strip()[:255] or "file"
    said = (media_type or "").partition(";")[0].strip().lower()
    kind = said if _MEDIA_TYPE.fullmatch(said) else mimetypes.guess_type(called)[0] or _UNKNOWN
    return Attachment(
        id=fitting_id(theirs),
        name=called,
        media_type=kind,
        size_bytes=max(0, size_bytes or 0),
        url=url.replace("\0", ""),
    )


def with_room_for_all(ticket: Ticket, messages: Sequence[Message]) -> Ticket:
    """A ticket with these messages, oldest first; the oldest make room where they are too many or too long."""
    newest = messages[-MAXIMUM_MESSAGES:]
    whole = ticket.model_copy(update={"messages": tuple(newest[:1])})
    for message in newest[1:]:
        whole = whole.with_message(message)
    return whole


def _last_part(url: str) -> str:
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2])
    except ValueError:
        return ""


def _line(text: str | None) -> str | None:
    return " ".join((text or "").replace("\0", "").split())[:MAXIMUM_NAME] or None


def _cut(text: str, characters: int) -> str:
    if len(text) <= characters:
        return text
    head, tail = _kept(characters)
    return text[:head] + CUT + text[-tail:]


def _kept(characters: int) -> tuple[int, int]:
    """How much of a text that is cut stays before the cut, and how much behind it."""
    room = characters - len(CUT)
    return room - room // 2, room // 2


def _moved(parts: Sequence[MessagePart], length: int) -> tuple[MessagePart, ...]:
    """Where parts of a text of this length are once it is cut. The words of the cut belong to nobody's part."""
    head, tail = _kept(MAXIMUM_MESSAGE_CHARACTERS)
    begins, shift = length - tail, head + len(CUT) - (length - tail)
    moved: list[MessagePart] = []
    for part in parts:
        pieces = ((part.start, min(part.end, head)), (max(part.start, begins) + shift, part.end + shift))
        moved += [MessagePart(kind=part.kind, start=start, end=end) for start, end in pieces if start < end]
    return tuple(sorted(moved, key=lambda part: part.start))


def _field(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"]) or WHOLE


def _problem(error: ErrorDetails) -> str:
    return _PROBLEMS.get(error["type"], f"cannot be read: {error['msg']}.")
