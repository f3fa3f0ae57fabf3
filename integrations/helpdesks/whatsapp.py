"""The client of the WhatsApp Cloud API: it sends messages, and cannot be asked which ones it sent.

A message has no headers: nothing marks ours as automatic, and nothing tells of one that a machine wrote.

What became of a message comes back by webhook, under our reference. Paths, bodies and numbers of errors are those of
Meta's documentation.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx
from pydantic import Field, TypeAdapter, ValidationError

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolFailure, ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import Conversation, EarlierTry, WriteIntent, WriteKind
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import TicketGone
from cases.ticket import Customer, Locale
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.retry_after import retry_after_seconds
from integrations.sources.whatsapp_shapes import GRAPH, Problem, graph_of

__all__ = ["GRAPH", "WhatsAppHelpdesk", "headers"]

VERSION = "v23.0"

WINDOW = timedelta(hours=24)
"""After the customer's last message, in which free text is taken."""

MAXIMUM_CHARACTERS = 4096
"""Of one text message."""

NO_SUCH_TEMPLATE = 132001
OUT_OF_WINDOW = 131047
TOO_FAST = frozenset({80007, 130429, 131056})
"""Limits of the account, of the number, and of one customer's chat: nothing was sent."""

TOO_LATE = (
    "The customer last wrote more than 24 hours ago, and WhatsApp takes only an approved template then. Register one "
    "with the source (template), or reach the customer another way."
)


class _Accepted(Record):
    id: str


class _Answer(Record):
    messages: Annotated[tuple[_Accepted, ...], Field(min_length=1)]


class _Failed(Record):
    error: Problem


_ANSWER = TypeAdapter(_Answer)
_FAILED = TypeAdapter(_Failed)


def headers(source: Source, secrets: SourceSecrets) -> dict[str, str]:
    """What every request carries."""
    return {"Authorization": f"Bearer {secrets.token.get_secret_value()}"}


class WhatsAppHelpdesk:
    """A `Helpdesk`. It has neither notes, nor teams, nor tags: those live at the desk."""

    def __init__(self, calls: HelpdeskCalls, source: Source) -> None:
        self._calls = calls
        self._source = source

    async def mark(self, conversation: Conversation) -> str:
        """WhatsApp names no state."""
        return ""

    async def find(self, intent: WriteIntent) -> str | None:
        """The id, once WhatsApp has told what became of it. Raises ToolOutcomeUnknown before. Notes are never there."""
        if intent.message_id is not None or intent.kind is WriteKind.NOTE or intent.earlier is EarlierTry.NONE:
            return intent.message_id
        raise ToolOutcomeUnknown(
            f"WhatsApp cannot be asked whether {intent.reference} was sent; it tells by itself when it has news. "
            "Look at the chat before sending it again."
        )

    async def standing(self, conversation: Conversation) -> Customer | TicketGone | None:
        """None: a chat is always its number's, and WhatsApp cannot be asked about it."""
        return None

    async def reply(self, intent: WriteIntent, text: CustomerText) -> str:
        """Write to the customer: free text within the window, and the template after it."""
        place = intent.conversation
        if not place.customer.contact_id:
            raise ToolRefused(f"Ticket {place.ticket_id} has no number to write to. Reach the customer another way.")
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": place.customer.contact_id,
            "biz_opaque_callback_data": intent.reference,
            **self._said(place, text.text),
        }
        asked = f"sending the reply {intent.reference} to ticket {place.ticket_id}"
        url = f"{graph_of(self._source)}/{VERSION}/{self._source.account}/messages"
        return (await self._calls.write(asked, "POST", url, body, _ANSWER, _judged)).messages[0].id

    async def note(self, intent: WriteIntent, note: InternalNote) -> str | None:
        """None: there is no place for one."""
        return None

    async def assign(self, conversation: Conversation, team: Team) -> None:
        """Nothing: there are no teams."""

    async def tag(self, conversation: Conversation, tags: tuple[str, ...]) -> None:
        """Nothing: there are no tags."""

    def _said(self, place: Conversation, text: str) -> Mapping[str, object]:
        wrote_at = place.customer_wrote_at
        if wrote_at is None or datetime.now(UTC) - wrote_at <= WINDOW:
            return _free(text)
        if self._source.template is None:
            raise ToolRefused(TOO_LATE)
        return _templated(self._source.template, template_language(self._source, place.locale), text)


def _free(text: str) -> Mapping[str, object]:
    if len(text) > MAXIMUM_CHARACTERS:
        raise ToolRefused(
            f"The reply has {len(text)} characters, and a WhatsApp message at most {MAXIMUM_CHARACTERS}. Shorten it; "
            "in two messages, one could get lost."
        )
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def template_language(source: Source, locale: Locale | None) -> str:
    """Under which of the languages a source names the template is asked for: the customer's own, as nearly as can be.

    It holds our text and next to nothing else: where there is no other, the first will do.
    """
    wanted = (locale or "").replace("-", "_")
    language = wanted.partition("_")[0]
    named = source.template_languages
    alike = (one for one in named if one.partition("_")[0] == language)
    return next((one for one in (wanted, language) if one in named), None) or next(alike, named[0])


def _templated(name: str, language: str, text: str) -> Mapping[str, object]:
    # A parameter takes neither line breaks and tabs nor more than four spaces in a row.
    parameter = {"type": "text", "text": " ".join(text.split())}
    template = {
        "name": name,
        "language": {"code": language},
        "components": [{"type": "body", "parameters": [parameter]}],
    }
    return {"type": "template", "template": template}


def _judged(response: httpx.Response) -> ToolFailure | None:
    """By the number of the error: WhatsApp answers most of them with 400."""
    try:
        problem = _FAILED.validate_json(response.content).error
    except ValidationError:
        return None
    if problem.code == OUT_OF_WINDOW:
        return ToolRefused(TOO_LATE)
    if problem.code == NO_SUCH_TEMPLATE:
        return ToolRefused(
            f"WhatsApp keeps the template under another name or language: {problem.words}. Add the source again, with "
            "--template and --template-language as WhatsApp shows them."
        )
    if problem.code in TOO_FAST:
        pause = retry_after_seconds(response.headers, datetime.now(UTC))
        return ToolUnavailable(f"WhatsApp asks for patience: {problem.words}. Nothing was sent; try again.", pause)
    return None
