"""A shop that speaks our small HTTP contract and keeps no idempotency keys, as Medusa, Vendure and WooCommerce do.

Of a refund the shop keeps a note, which is read back: our key stands in it. What changes a state is seen in the state.
Of a reset link nothing is seen afterwards.

| what happened | raised |
|---|---|
| no connection, 429 | ToolUnavailable: nothing was done |
| any other 4xx but 408 | ToolRefused: nothing was done, for the reason the shop gives |
| anything else | ToolOutcomeUnknown: it may have been done, or still be done |
"""

from http import HTTPStatus

import httpx
from pydantic import TypeAdapter

from cases.action import ActionArguments, ActionKind, Refund, RefundOnCancel
from cases.money import Money
from cases.record import Record
from integrations.commerce.http_records import HttpRecords, path_of
from integrations.commerce.http_sending import sent
from integrations.commerce.protocol import Operation, Proof, Receipt

NOTHING_DONE = frozenset({HTTPStatus.TOO_MANY_REQUESTS})
"""A 503 may come from somebody on the way who gave up waiting for the shop: it proves nothing."""


class _Refunded(Record):
    reference: str
    amount: Money
    note: str


_REFUNDS = TypeAdapter(tuple[_Refunded, ...])


class HttpShopWithoutKeys(HttpRecords):
    """A `Commerce` behind HTTP that does what it is asked as often as it is asked.

    `server_seconds` is how long the shop may still carry out a request whose caller has hung up.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        server_seconds: float,
        refund_on_cancel: RefundOnCancel = RefundOnCancel.NOTHING,
    ) -> None:
        super().__init__(client)
        self._refund = Operation(proof=Proof.MARKER, server_seconds=server_seconds)
        self._state = Operation(proof=Proof.NATURAL, refund_on_cancel=refund_on_cancel)
        self._unseen = Operation(proof=Proof.NOTHING)

    def operation(self, kind: ActionKind) -> Operation:
        """How each kind is proven."""
        match kind:
            case ActionKind.REFUND:
                return self._refund
            case ActionKind.RESET_ACCESS:
                return self._unseen
            case _:
                return self._state

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        """Do an action, every time it is called. Raises ToolRefused, ToolUnavailable or ToolOutcomeUnknown."""
        if isinstance(arguments, Refund):
            path = path_of("payments", arguments.payment_id, "refunds")
            body = {"amount": arguments.amount.model_dump(mode="json"), "note": key}
        else:
            path, body = "/changes", {"change": arguments.model_dump(mode="json"), "note": key}
        # The shop does not look at the header; whoever reads its access log does.
        headers = {b"Idempotency-Key": key.encode()}
        request = self._client.build_request("POST", path, json=body, headers=headers)
        return await sent(self._client, request, f"{arguments.kind} of {arguments.target}", NOTHING_DONE)

    async def receipt(self, key: str, arguments: ActionArguments) -> Receipt | None:
        """The refund whose note is our key, or None where none is seen. Raises ToolUnavailable."""
        if not isinstance(arguments, Refund):
            return None
        path = path_of("payments", arguments.payment_id, "refunds")
        refunds = await self.read(f"the refunds of {arguments.payment_id}", path, _REFUNDS) or ()
        marked = next((one for one in refunds if one.note == key and one.amount == arguments.amount), None)
        return None if marked is None else Receipt(reference=marked.reference, replayed=True)
