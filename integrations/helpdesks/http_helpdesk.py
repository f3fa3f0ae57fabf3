"""The client of the built-in helpdesk, and of any other that speaks its small HTTP contract.

It retries nothing: Temporal does. What a failure means for a write:

| what happened | raised |
|---|---|
| no connection, 429, 503 | ToolUnavailable: nothing was written |
| any other 4xx | ToolRefused: nothing was written, and the same request never will be |
| no or a broken answer, any other status | ToolOutcomeUnknown: look it up by its reference |
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.record import Record

Answer = TypeVar("Answer")

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
NOTHING_DONE = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,  # a key that was changed: ops mend it, and what waits goes on by itself
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)


class _Message(Record):
    id: str


class _Ticket(Record):
    id: str


class _Refusal(Record):
    detail: str


_MESSAGE = TypeAdapter(_Message)
_MESSAGES = TypeAdapter(tuple[_Message, ...])
_TICKET = TypeAdapter(_Ticket)


class HttpHelpdesk:
    """A `Helpdesk` behind HTTP. The client given brings the address and the timeouts, and is closed by its owner."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def find(self, ticket_id: str, reference: str) -> str | None:
        """The id of the message under this reference; None where there is none, or no such ticket.

        Raises ToolUnavailable.
        """
        asked = f"looking for the message {reference} of ticket {ticket_id}"
        messages = await self._read(asked, _path(ticket_id, "messages"), {"reference": reference})
        return messages[0].id if messages else None

    async def reply(self, ticket_id: str, reference: str, text: CustomerText) -> str:
        """Write to the customer. Raises ToolUnavailable, ToolRefused or ToolOutcomeUnknown."""
        asked = f"writing the reply {reference} to ticket {ticket_id}"
        body = {"text": text.text, "reference": reference}
        return (await self._write(asked, "POST", _path(ticket_id, "replies"), body, _MESSAGE)).id

    async def note(self, ticket_id: str, reference: str, note: InternalNote) -> str:
        """Write for colleagues. Raises ToolUnavailable, ToolRefused or ToolOutcomeUnknown."""
        asked = f"writing the note {reference} to ticket {ticket_id}"
        body = {"text": note.text, "reference": reference}
        return (await self._write(asked, "POST", _path(ticket_id, "notes"), body, _MESSAGE)).id

    async def assign(self, ticket_id: str, team: Team) -> None:
        """Give the ticket to a team. Raises ToolUnavailable, ToolRefused or ToolOutcomeUnknown."""
        asked = f"assigning ticket {ticket_id} to {team}"
        await self._write(asked, "PUT", _path(ticket_id, "assignment"), {"team": team.value}, _TICKET)

    async def _read(self, asked: str, path: str, query: Mapping[str, str]) -> tuple[_Message, ...]:
        try:
            response = await self._client.get(path, params=query)
            if response.status_code == HTTPStatus.NOT_FOUND:
                return ()
            response.raise_for_status()
            return _MESSAGES.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise ToolUnavailable(f"The helpdesk failed while {asked}: {_cause(error)}. Ask again.") from error

    async def _write(
        self, asked: str, method: str, path: str, body: Mapping[str, str], answer: TypeAdapter[Answer]
    ) -> Answer:
        try:
            response = await self._client.request(method, path, json=body)
            _require_success(asked, response)
            return answer.validate_json(response.content)
        except NEVER_SENT as error:
            raise ToolUnavailable(
                f"The helpdesk could not be reached for {asked}: {_cause(error)}. Nothing was written; try again."
            ) from error
        except (httpx.HTTPError, ValidationError) as error:
            raise ToolOutcomeUnknown(
                f"The helpdesk's answer was lost while {asked}: {_cause(error)}. "
                "It may stand there: look it up before a second try."
            ) from error


def _require_success(asked: str, response: httpx.Response) -> None:
    if response.status_code in NOTHING_DONE:
        raise ToolUnavailable(
            f"The helpdesk was out of order for {asked}: status {response.status_code}. Nothing was written; try again."
        )
    if response.is_client_error:
        raise ToolRefused(f"The helpdesk refused {asked}: {_reason(response)}")
    response.raise_for_status()


def _reason(response: httpx.Response) -> str:
    try:
        return _Refusal.model_validate_json(response.content).detail
    except ValidationError:
        return f"status {response.status_code}. Compare the request with the helpdesk's API."


def _cause(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    if isinstance(error, ValidationError):
        return "an answer of another shape"
    return type(error).__name__


def _path(ticket_id: str, part: str) -> str:
    return f"/tickets/{quote(ticket_id, safe='')}/{part}"
