"""Mail that a machine wrote: the headers that say so, and what such a mail is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError, model_validator

from cases.record import Document, Record

MAXIMUM_HEADER_CHARACTERS = 1_000
"""Of one header; `References` of a long thread is the longest, and its end counts."""

HeaderValue = Annotated[str, StringConstraints(max_length=MAXIMUM_HEADER_CHARACTERS)]

AUTO_SUBMITTED = "Auto-Submitted"
AUTO_REPLIED = "auto-replied"
"""RFC 3834: what our own replies carry, wherever their way out lets us say so, so that no machine answers them."""

OURS: Mapping[str, str] = {AUTO_SUBMITTED: AUTO_REPLIED}
"""The headers of every text that we send to a customer."""

_BY_NAME = TypeAdapter(dict[str, object])


class MailHeaders(Document):
    """The headers of a mail that tell whether a machine wrote it, each as it stands there; None: it has none such.

    Names may be given as in a mail (`Auto-Submitted`) or as here (`auto_submitted`).
    """

    sender: HeaderValue | None = None
    """`From`, also taken under that name."""
    subject: HeaderValue | None = None
    """Of this very mail; the ticket's is that of its first."""
    auto_submitted: HeaderValue | None = None
    precedence: HeaderValue | None = None
    list_id: HeaderValue | None = None
    list_unsubscribe: HeaderValue | None = None
    feedback_id: HeaderValue | None = None
    return_path: HeaderValue | None = None
    """Empty or `<>` for mail that must not be answered, such as bounces; None where it is not known."""
    content_type: HeaderValue | None = None
    """With its parameters: a bounce is `multipart/report; report-type=delivery-status`."""
    x_auto_response_suppress: HeaderValue | None = None
    x_autoreply: HeaderValue | None = None
    x_autorespond: HeaderValue | None = None
    x_auto_reply_from: HeaderValue | None = None
    x_failed_recipients: HeaderValue | None = None
    """Whom a bounce is about, as some mail servers say it."""
    in_reply_to: HeaderValue | None = None
    references: HeaderValue | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_the_names_of_mails(cls, given: object) -> object:
        return with_our_names(given)


def with_our_names(given: object) -> object:
    """Headers by the names of our fields; what is no object of names stays as it is, for whoever validates it."""
    try:
        headers = _BY_NAME.validate_python(given, strict=True)
    except ValidationError:
        return given
    return {_field(name): value for name, value in headers.items()}


def _field(name: str) -> str:
    plain = name.strip().lower().replace("-", "_")
    return "sender" if plain == "from" else plain


class MachineMailKind(StrEnum):
    """What a machine wrote."""

    AUTO_REPLY = "auto_reply"
    """Somebody is away, or another helpdesk has our mail."""
    BOUNCE = "bounce"
    """A mail did not reach its recipient."""
    BULK = "bulk"
    """A newsletter, or mail of a list."""
    SALES = "sales"
    """A pitch that was sent to many."""


class MachineMail(Record):
    """That a machine wrote a mail, and how that is known."""

    kind: MachineMailKind
    why: str
    """Which header, which flag or which words, as a clause: `its header Auto-Submitted says “auto-replied”`."""
