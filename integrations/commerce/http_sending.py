"""Sending an action over HTTP once, and what its answer means."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Annotated

import httpx
from pydantic import StringConstraints, TypeAdapter, ValidationError

from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.record import Record
from integrations.commerce.http_records import cause_of, problem_in
from integrations.commerce.protocol import Receipt

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Executed(Record):
    """The shop's word that something was done."""

    reference: Annotated[str, StringConstraints(min_length=1)]


EXECUTED = TypeAdapter(Executed)


async def sent(
    client: httpx.AsyncClient, request: httpx.Request, asked: str, nothing_done: Collection[HTTPStatus]
) -> Receipt:
    """Send a request that does something, once.

    `nothing_done` are the statuses by which this shop says that it has not begun. Raises ToolRefused, ToolUnavailable
    or ToolOutcomeUnknown.
    """
    try:
        response = await client.send(request)
        _require_done(asked, response, nothing_done)
        reference = EXECUTED.validate_json(response.content).reference
    except NEVER_SENT as error:
        raise ToolUnavailable(
            f"The shop could not be reached for {asked}: {cause_of(error)}. Nothing was done; try again."
        ) from error
    except (httpx.HTTPError, ValidationError) as error:
        raise ToolOutcomeUnknown(
            f"The shop's answer was lost for {asked}: {cause_of(error)}. "
            "It may have been done: look it up by its key before a second try."
        ) from error
    return Receipt(reference=reference, replayed=response.headers.get("Idempotent-Replayed") == "true")


def _require_done(asked: str, response: httpx.Response, nothing_done: Collection[HTTPStatus]) -> None:
    if response.status_code in nothing_done:
        raise ToolUnavailable(
            f"The shop was out of order for {asked}: status {response.status_code}. Nothing was done; try again."
        )
    if response.is_client_error and response.status_code != HTTPStatus.REQUEST_TIMEOUT:
        problem = problem_in(response)
        reason = problem.message if problem else f"status {response.status_code}. Compare it with the shop's API."
        raise ToolRefused(f"The shop refused {asked}: {reason}")
    response.raise_for_status()
