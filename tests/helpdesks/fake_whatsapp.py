"""The Cloud API's one path that we use, as Meta documents it: it sends, and cannot be asked what it sent."""

from itertools import count

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.helpdesks.fake_server import Answering, FakeServer

TOKEN = "system-users-token"
NUMBER = "106540352242922"


def error_of(code: int, title: str) -> dict[str, JsonValue]:
    """The body of a refusal."""
    return {"error": {"message": f"(#{code}) {title}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}}


class FakeWhatsApp(FakeServer):
    """One number."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, JsonValue]] = []
        self._numbers = count(1)

    def routes(self) -> dict[tuple[str, str], Answering]:
        return {("POST", "/{version}/{number}/messages"): self._send}

    async def _send(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse(error_of(190, "Invalid OAuth access token"), 401)
        if request.path_params["number"] != NUMBER:
            return JSONResponse(error_of(100, "Unsupported post request"), 400)
        said = await request.json()
        if said.get("messaging_product") != "whatsapp" or not said.get("to"):
            return JSONResponse(error_of(100, "Invalid parameter"), 400)
        self.sent.append(said)
        contact = {"input": said["to"], "wa_id": said["to"]}
        answer = {"messaging_product": "whatsapp", "contacts": [contact]}
        return JSONResponse({**answer, "messages": [{"id": f"wamid.{next(self._numbers)}=="}]})
