"""How a helpdesk's API is called, the same for all of them: one request, one answer or one typed failure.

It retries nothing: Temporal does. What a failure of a write means:

| what happened | raised |
|---|---|
| 401, 403 | ToolLocked: nothing was written, and nothing will be until we are given another key |
| no connection; 408, 409, 423, 425, 429, 503 | ToolUnavailable: nothing was written |
| any other 4xx | ToolRefused: nothing was written, and the same request never will be |
| no or a broken answer, any other status | ToolOutcomeUnknown: look it up before a second try |

A read that fails is ToolLocked after 401 and 403, and else ToolUnavailable, whatever happened.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from cases.errors import ToolFailure, ToolLocked, ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.helpdesk_write import EarlierTry, WriteIntent
from integrations.retry_after import retry_after_seconds

Answer = TypeVar("Answer")

Judge = Callable[[httpx.Response], ToolFailure | None]
"""Reads a helpdesk's own words for a failure; None: its status says all there is to say."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
NOT_LET_IN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""A key that was changed, or may no more: ops mend it, and what waits goes on by itself."""

NOTHING_DONE = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,  # somebody else was writing at that moment
        HTTPStatus.LOCKED,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
REASON_CHARACTERS = 200


class HelpdeskCalls:
    """Calls one helpdesk. The client given brings address, credentials and timeouts, and is closed by its owner."""

    def __init__(self, client: httpx.AsyncClient, nothing_done: frozenset[HTTPStatus] = NOTHING_DONE) -> None:
        """`nothing_done`: the statuses after which this helpdesk has surely written nothing and may be tried again."""
        self._client = client
        self._nothing_done = nothing_done

    async def read(
        self, asked: str, path: str, answer: TypeAdapter[Answer], query: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Get what stands under a path; None where there is nothing. `asked` says in sentences what was wanted.

        Raises ToolUnavailable.
        """
        try:
            response = await self._client.get(path, params=dict(query or {}))
            if response.status_code in GONE:
                return None
            response.raise_for_status()
            return answer.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise _unread(asked, error) from error

    async def read_text(self, asked: str, path: str) -> str | None:
        """Get a text that stands under a path; None where there is none, or none for us. Raises ToolUnavailable."""
        try:
            response = await self._client.get(path)
            if response.status_code in GONE | NOT_LET_IN:
                return None
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise _unread(asked, error) from error
        return response.content.decode(errors="replace")

    async def is_let_in(self, asked: str, path: str) -> bool:
        """Whether the helpdesk gives us what stands under a path; what does not stand there is kept from nobody.

        Raises ToolUnavailable.
        """
        try:
            response = await self._client.get(path)
            if response.status_code in NOT_LET_IN:
                return False
            if response.status_code not in GONE:
                response.raise_for_status()
        except httpx.HTTPError as error:
            raise _unread(asked, error) from error
        return True

    async def write(
        self,
        asked: str,
        method: str,
        path: str,
        body: Mapping[str, object],
        answer: TypeAdapter[Answer],
        judge: Judge | None = None,
    ) -> Answer:
        """Send a JSON body once. Raises ToolUnavailable, ToolRefused or ToolOutcomeUnknown."""
        return await self._sent(asked, self._client.build_request(method, path, json=dict(body)), answer, judge)

    async def tell(self, asked: str, url: str, body: Mapping[str, object], headers: Mapping[str, str]) -> bytes:
        """Post a JSON body once to somebody whose answer may be any or none; gives it. Raises what `write` raises."""
        request = self._client.build_request("POST", url, json=dict(body), headers=dict(headers))
        return (await self._answered(asked, request)).content

    async def _sent(
        self, asked: str, request: httpx.Request, answer: TypeAdapter[Answer], judge: Judge | None = None
    ) -> Answer:
        response = await self._answered(asked, request, judge)
        try:
            return answer.validate_json(response.content)
        except ValidationError as error:
            raise _lost(asked, _cause(error)) from error

    async def _answered(self, asked: str, request: httpx.Request, judge: Judge | None = None) -> httpx.Response:
        try:
            response = await self._client.send(request)
        except NEVER_SENT as error:
            raise ToolUnavailable(
                f"The helpdesk could not be reached for {asked}: {_cause(error)}. Nothing was written; try again."
            ) from error
        except httpx.HTTPError as error:
            raise _lost(asked, _cause(error)) from error
        failure = self._failure(asked, response, judge)
        if failure is not None:
            raise failure
        return response

    def _failure(self, asked: str, response: httpx.Response, judge: Judge | None) -> ToolFailure | None:
        if response.is_success:
            return None
        judged = judge(response) if judge is not None else None
        if judged is not None:
            return judged
        if response.status_code in NOT_LET_IN:
            return ToolLocked(
                f"The helpdesk no longer lets us in for {asked}: {_status(response)}. Nothing was written.",
                _pause(response),
            )
        if response.status_code in self._nothing_done:
            return ToolUnavailable(
                f"The helpdesk was out of order for {asked}: {_status(response)}. Nothing was written; try again.",
                _pause(response),
            )
        if response.is_client_error:
            return ToolRefused(f"The helpdesk refused {asked}: {_reason(response)}")
        return _lost(asked, _status(response))


def see_that_nothing_is_under_way(intent: WriteIntent) -> None:
    """Make sure that what does not stand there will not appear by itself, where a write is bound to nothing.

    Raises ToolOutcomeUnknown.
    """
    if intent.earlier is EarlierTry.UNDER_WAY:
        raise ToolOutcomeUnknown(
            f"The {intent.kind} {intent.reference} was not found, but an earlier try may still be under way: "
            "look again before a second try."
        )


def _unread(asked: str, error: Exception) -> ToolUnavailable:
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in NOT_LET_IN:
        return ToolLocked(f"The helpdesk no longer lets us in while {asked}: {_cause(error)}.", _pause_of(error))
    return ToolUnavailable(f"The helpdesk failed while {asked}: {_cause(error)}. Ask again.", _pause_of(error))


def _lost(asked: str, cause: str) -> ToolOutcomeUnknown:
    return ToolOutcomeUnknown(
        f"The helpdesk's answer was lost while {asked}: {cause}. "
        "It may be there already: look it up before a second try."
    )


def _pause(response: httpx.Response) -> float | None:
    return retry_after_seconds(response.headers, datetime.now(UTC))


def _pause_of(error: Exception) -> float | None:
    return _pause(error.response) if isinstance(error, httpx.HTTPStatusError) else None


def _reason(response: httpx.Response) -> str:
    """What its body says, or its status where that says nothing a person reads."""
    said = " ".join(response.text[: 2 * REASON_CHARACTERS].split())[:REASON_CHARACTERS]
    if not said or said.startswith("<"):
        return f"status {response.status_code}. Compare the request with the helpdesk's API."
    return f"status {response.status_code}, “{said}”."


def _status(response: httpx.Response) -> str:
    """The status, and where to look where it is about who we are."""
    said = f"status {response.status_code}"
    return f"{said}, so see that the source's user and token are right" if response.status_code in NOT_LET_IN else said


def _cause(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return _status(error.response)
    if isinstance(error, ValidationError):
        return "an answer of another shape"
    return type(error).__name__
