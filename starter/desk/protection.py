"""What every answer of the desk carries, and what is refused before anything reads it."""

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""What customers wrote is shown as text; should any of it ever become markup, the browser loads and runs nothing."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""`Referrer-Policy` keeps case numbers from other sites."""

NOT_KEPT = "no-store"
"""Pages hold what customers wrote: no browser and no proxy keeps a copy."""

ENCRYPTED_FOR = "max-age=31536000"

MAXIMUM_BODY_BYTES = 1_000_000
"""As much as the HTTP door takes."""


class Protection:
    """Middleware without a buffer: live streams pass through as they come."""

    def __init__(self, app: ASGIApp, *, encrypted: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": ENCRYPTED_FOR} if encrypted else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers; refuse a body that is too large, or that does not say how large it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", NOT_KEPT)
            await send(message)

        refused = _refused(dict(scope["headers"]))
        await (refused or self._app)(scope, receive, sending)


def _refused(headers: dict[bytes, bytes]) -> PlainTextResponse | None:
    if b"transfer-encoding" in headers:
        return PlainTextResponse("Say how long the body is, with Content-Length.", HTTPStatus.LENGTH_REQUIRED)
    if int(headers.get(b"content-length", b"0")) > MAXIMUM_BODY_BYTES:
        return PlainTextResponse(
            f"That is more than {MAXIMUM_BODY_BYTES:,} bytes. Go back, shorten it and send it again.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )
    return None
