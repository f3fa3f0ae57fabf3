"""Files over HTTP, from the helpdesk itself or from where the policy allows.

An address in a ticket may have been written by anybody. It is followed only to known places, a redirect once and to
those alone, and no more is read than may be shown to a model. What lets us in is shown to the helpdesk and nobody else.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
from pydantic import TypeAdapter, ValidationError

from cases.errors import AttachmentIllegible, ToolRefused, ToolUnavailable
from cases.policy.attachments import AttachmentRules
from cases.record import Record
from cases.ticket import Attachment, Medium

WHATSAPP_MEDIA = "https://lookaside.fbsbx.com"
"""Where WhatsApp keeps what was sent; it wants to see the same token as the API [Meta's documentation]."""

LONGEST_DESCRIPTION = 100_000
"""Bytes. A description of a medium has some hundred."""


class _Medium(Record):
    url: str


_MEDIUM = TypeAdapter(_Medium)

LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class HttpFiles:
    """An `AttachmentStore` behind HTTP. The client brings the timeouts; its base address is the helpdesk's own."""

    def __init__(
        self, client: httpx.AsyncClient, credentials: Mapping[str, str] | None = None, own: tuple[str, ...] = ()
    ) -> None:
        """`credentials`: the headers that let us in; `own`: other places of the helpdesk's that may see them."""
        self._client = client
        self._credentials = dict(credentials or {})
        self._own = {_origin(client.base_url), *(_origin(httpx.URL(place)) for place in own)}

    async def fetch(self, attachment: Attachment, rules: AttachmentRules) -> bytes:
        """The file, as `AttachmentStore` says."""
        limit = rules.picture_bytes if attachment.medium is Medium.PICTURE else rules.recording_bytes
        if attachment.size_bytes > limit:
            raise _too_large(limit)
        content = await self._content(await self.located(attachment, rules), rules, limit)
        if not content:
            raise AttachmentIllegible("it is empty")
        if len(content) < attachment.size_bytes:
            raise AttachmentIllegible(f"it is cut off after {len(content)} of {attachment.size_bytes} bytes")
        return content

    async def located(self, attachment: Attachment, rules: AttachmentRules) -> httpx.URL:
        """Where the file is. Raises ToolRefused for a place that is not known, and ToolUnavailable."""
        return self._known(self._client.base_url, attachment.url, rules)

    def _known(self, seen_from: httpx.URL, written: str, rules: AttachmentRules) -> httpx.URL:
        try:
            address = seen_from.join(written)
        except httpx.InvalidURL:
            raise ToolRefused("it has no address that can be fetched; the helpdesk must send one") from None
        if _origin(address) not in {*self._own, *(_origin(httpx.URL(origin)) for origin in rules.origins)}:
            raise ToolRefused(f"{address.host[:60] or 'its server'} is not under `attachments.origins` of the policy")
        return address

    async def _content(self, address: httpx.URL, rules: AttachmentRules, limit: int) -> bytes:
        """What stands there, or where one redirect leads."""
        async with self._answer(address) as response:
            if not response.is_redirect:
                return await _read(response, limit)
            onward = self._known(address, response.headers.get("location", ""), rules)
        async with self._answer(onward) as response:
            if response.is_redirect:
                raise ToolRefused("its server redirects more than once")
            return await _read(response, limit)

    @asynccontextmanager
    async def _answer(self, address: httpx.URL) -> AsyncGenerator[httpx.Response]:
        shown = self._credentials if _origin(address) in self._own else {}
        try:
            async with self._client.stream("GET", address, headers=shown, follow_redirects=False) as response:
                status = response.status_code
                if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise ToolUnavailable(f"its server answers {status}")
                if status != HTTPStatus.OK and not response.is_redirect:
                    raise ToolRefused(f"it is not at its address ({status})")
                yield response
        except httpx.RemoteProtocolError as error:
            raise ToolUnavailable("the download broke off") from error
        except httpx.HTTPError as error:
            raise ToolUnavailable("its server does not answer") from error


class WhatsAppFiles(HttpFiles):
    """The media of the WhatsApp Cloud API: an id is asked for the address, which counts for some minutes."""

    def __init__(self, client: httpx.AsyncClient, credentials: Mapping[str, str]) -> None:
        super().__init__(client, credentials, own=(WHATSAPP_MEDIA,))

    async def located(self, attachment: Attachment, rules: AttachmentRules) -> httpx.URL:
        """Where the file is now."""
        graph = await super().located(attachment, rules)
        try:
            described = _MEDIUM.validate_json(await self._content(graph, rules, LONGEST_DESCRIPTION))
        except ValidationError:
            raise ToolUnavailable("WhatsApp did not say where it is") from None
        return self._known(graph, described.url, rules)


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
