"""The demo's helpdesk and shop, as the demo itself uses them: to put tickets in, and to see what really happened."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from pydantic import TypeAdapter

from cases.errors import ToolUnavailable
from cases.ticket import Ticket
from demo.helpdesk.conversation import StoredMessage
from demo.shop.effects import Effect

EFFECTS = TypeAdapter(tuple[Effect, ...])
MESSAGES = TypeAdapter(tuple[StoredMessage, ...])

ANSWER_SECONDS = 20.0


class DemoServices:
    """Both services over HTTP. Every method raises ToolUnavailable."""

    def __init__(self, client: httpx.AsyncClient, helpdesk_url: str, shop_url: str) -> None:
        self._client = client
        self._helpdesk_url = helpdesk_url
        self._shop_url = shop_url

    async def put_ticket(self, ticket: Ticket) -> None:
        """Keep a ticket in the helpdesk, and what the customer wrote since; the same again changes nothing."""
        body = ticket.model_dump_json()
        await self._ask("PUT", f"{self._helpdesk_url}/tickets/{ticket.id}", body)

    async def messages(self, ticket_id: str) -> tuple[StoredMessage, ...]:
        """Everything that stands in a ticket, oldest first."""
        return MESSAGES.validate_json(await self._ask("GET", f"{self._helpdesk_url}/tickets/{ticket_id}/messages"))

    async def effects(self) -> tuple[Effect, ...]:
        """Everything the shop really did, oldest first."""
        return EFFECTS.validate_json(await self._ask("GET", f"{self._shop_url}/effects"))

    async def _ask(self, method: str, url: str, body: str | None = None) -> bytes:
        try:
            answer = await self._client.request(method, url, content=body, headers={"Content-Type": "application/json"})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ToolUnavailable(
                f"{method} {url} did not work: {error}. Look at its log in the data directory."
            ) from error
        return answer.content


@asynccontextmanager
async def demo_services(helpdesk_url: str, shop_url: str) -> AsyncGenerator[DemoServices]:
    """Reach both services for the block, straight over loopback, whatever proxy the environment names."""
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
        yield DemoServices(client, helpdesk_url, shop_url)
