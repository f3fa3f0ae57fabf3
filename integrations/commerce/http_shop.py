"""A shop that speaks our small HTTP contract, with idempotency keys like Stripe's.

It retries nothing: Temporal does. What a failure means for an action:

| what happened | raised |
|---|---|
| no connection, 408, 429, 503 | ToolUnavailable: nothing was done |
| any other 4xx | ToolRefused: nothing was done, for the reason the shop gives |
| no or a broken answer, any other status | ToolOutcomeUnknown: look it up by its key |
"""

from http import HTTPStatus

import httpx

from cases.action import ActionArguments, ActionKind, RefundOnCancel
from integrations.commerce.http_records import HttpRecords, path_of
from integrations.commerce.http_sending import EXECUTED, sent
from integrations.commerce.protocol import Operation, Proof, Receipt

NOTHING_DONE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""By the contract, a shop that answers so has not begun."""


class HttpShop(HttpRecords):
    """A `Commerce` behind HTTP that knows each action by its key, for ever."""

    def __init__(self, client: httpx.AsyncClient, refund_on_cancel: RefundOnCancel = RefundOnCancel.NOTHING) -> None:
        super().__init__(client)
        self._operation = Operation(proof=Proof.KEY, refund_on_cancel=refund_on_cancel)

    def operation(self, kind: ActionKind) -> Operation:
        """Every kind is proven by its key."""
        return self._operation

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do an action under an idempotency key, once however often it is called.

        Raises ToolRefused, ToolUnavailable or ToolOutcomeUnknown.
        """
        # As bytes: a character outside ASCII is the shop's to refuse, not the client's to stumble over.
        headers = {b"Idempotency-Key": key.encode(), b"Content-Type": b"application/json"}
        request = self._client.build_request("POST", "/actions", content=arguments.model_dump_json(), headers=headers)
        return await sent(self._client, request, f"{arguments.kind} of {arguments.target}", NOTHING_DONE)

    async def receipt(self, key: str, arguments: ActionArguments) -> Receipt | None:
        """What was done under this key, always as replayed, or None if nothing was. Raises ToolUnavailable."""
        executed = await self.read(f"the action under the key {key}", path_of("actions", key), EXECUTED)
        return None if executed is None else Receipt(reference=executed.reference, replayed=True)
