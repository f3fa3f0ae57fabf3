"""A wire to another server over HTTP, on which faults can strike."""

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

OF_THE_CONNECTION = {"host", "connection", "content-length", "transfer-encoding"}


class Forwarder:
    """Passes each request on, and its answer back."""

    def __init__(self, to: str) -> None:
        self._to = to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_CONNECTION}
        async with httpx.AsyncClient(base_url=self._to, timeout=30, trust_env=False) as far:
            answer = await far.request(
                request.method,
                request.url.path,
                params=request.query_params,
                content=await request.body(),
                headers=headers,
            )
        passed = Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
        await passed(scope, receive, send)
