"""A receiver as `docs/standard-webhooks.md` asks for one: it checks the signature, and drops an id that it has seen."""

from collections.abc import Mapping

import svix.webhooks
from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpdesks.fake_server import Answering, FakeServer


class FakeReceiver(FakeServer):
    """Keeps what it was told."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.kept: dict[str, dict[str, JsonValue]] = {}
        self.answers: Mapping[str, JsonValue] | None = None
        """What it says when it has kept something; None: nothing at all."""
        self._webhook = svix.webhooks.Webhook(secret)

    def routes(self) -> dict[tuple[str, str], Answering]:
        return {("POST", "/hooks/signalbox"): self._take}

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        try:
            self._webhook.verify(body, {**request.headers})
        except svix.webhooks.WebhookVerificationError as error:
            return JSONResponse({"error": str(error)}, 400)
        self.kept.setdefault(request.headers["webhook-id"], await request.json())
        return Response(status_code=204) if self.answers is None else JSONResponse(self.answers)
