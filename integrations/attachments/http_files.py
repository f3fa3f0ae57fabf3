"""Files over HTTP, from the helpdesk itself or from where the policy allows.

An address in a ticket may have been written by anybody. It is followed only to known places, no redirect leads
elsewhere, and no more is read than may be shown to a model.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx

from cases.errors import AttachmentIllegible, ToolRefused, ToolUnavailable
from cases.policy.attachments import AttachmentRules
from cases.ticket import Attachment, Medium

LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class HttpFiles:
    """An `AttachmentStore` behind HTTP. The client brings the timeouts; its base address is the helpdesk's own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def fetch(self, attachment: Attachment, rules: AttachmentRules) -> bytes:
        """The file, as `AttachmentStore` says."""
        limit = rules.picture_bytes if attachment.medium is Medium.PICTURE else rules.recording_bytes
        if attachment.size_bytes > limit:
            raise _too_large(limit)
        async with self._answer(self._address(attachment, rules)) as response:
            content = await _read(response, limit)
        if not content:
            raise AttachmentIllegible("it is empty")
        if len(content) < attachment.size_bytes:
            raise AttachmentIllegible(f"it is cut off after {len(content)} of {attachment.size_bytes} bytes")
        return content

    def _address(self, attachment: Attachment, rules: AttachmentRules) -> httpx.URL:
        try:
            address = self._client.base_url.join(attachment.url)
        except httpx.InvalidURL:
            raise ToolRefused("its address is none; the helpdesk must send one that can be fetched") from None
        known = {_origin(self._client.base_url), *(_origin(httpx.URL(origin)) for origin in rules.origins)}
        if _origin(address) not in known:
            raise ToolRefused(f"{address.host[:60] or 'its place'} is not under `attachments.origins` of the policy")
        return address

    @asynccontextmanager
    async def _answer(self, address: httpx.URL) -> AsyncGenerator[httpx.Response]:
        try:
            async with self._client.stream("GET", address, follow_redirects=False) as response:
                status = response.status_code
                if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise ToolUnavailable(f"its place answers {status}")
                if status != HTTPStatus.OK:
                    raise ToolRefused(f"it is not at its address ({status})")
                yield response
        except httpx.RemoteProtocolError as error:
            raise ToolUnavailable("it broke off on the way") from error
        except httpx.HTTPError as error:
            raise ToolUnavailable("its place does not answer") from error


async def _read(response: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > limit:
            raise _too_large(limit)
    return bytes(content)


def _too_large(limit: int) -> AttachmentIllegible:
    return AttachmentIllegible(f"it has more than {limit:,} bytes")


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    return address.scheme, address.host, port
