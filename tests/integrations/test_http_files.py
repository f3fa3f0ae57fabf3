"""Files of helpdesks over HTTP: what lets us in is shown to the helpdesk alone, and nobody is followed anywhere."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cases.errors import ToolRefused, ToolUnavailable
from cases.policy.attachments import AttachmentRules
from cases.ticket import Attachment
from integrations.attachments import http_files
from integrations.attachments.http_files import HttpFiles, WhatsAppFiles
from tests.helpdesks.serving import served

TOKEN = {"Authorization": "Bearer ours"}
CONTENT = b"a picture"


class Place:
    """A server that keeps one file, and remembers who showed it what."""

    def __init__(self, answers: Mapping[str, Callable[[], Response]]) -> None:
        self.shown: list[str | None] = []
        self._answers = answers

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            self.shown.append(request.headers.get("authorization"))
            return self._answers[request.url.path]()

        return Starlette(routes=[Route(path, answer) for path in self._answers])


def rules(*origins: str) -> AttachmentRules:
    return AttachmentRules.model_validate(
        {
            "at_most": 5,
            "picture_bytes": 1_000,
            "recording_bytes": 1_000,
            "fetch_seconds": 2,
            "job_seconds": 5,
            "origins": origins,
        }
    )


def a_picture(url: str) -> Attachment:
    return Attachment(id="a1", name="shot.png", media_type="image/png", size_bytes=0, url=url)


@asynccontextmanager
async def files(address: str, kind: type[HttpFiles] = HttpFiles) -> AsyncGenerator[HttpFiles]:
    async with httpx.AsyncClient(base_url=address, timeout=2) as client:
        yield kind(client, TOKEN)


async def test_the_helpdesk_sees_what_lets_us_in() -> None:
    helpdesk = Place({"/a": lambda: Response(CONTENT)})
    with served(helpdesk.app()) as address:
        async with files(address) as store:
            assert await store.fetch(a_picture("/a"), rules()) == CONTENT
    assert helpdesk.shown == ["Bearer ours"]


async def test_another_place_that_the_policy_allows_does_not_see_it() -> None:
    elsewhere = Place({"/b": lambda: Response(CONTENT)})
    with served(elsewhere.app()) as there, served(Place({}).app()) as address:
        async with files(address) as store:
            assert await store.fetch(a_picture(f"{there}/b"), rules(there)) == CONTENT
    assert elsewhere.shown == [None]


async def test_a_redirect_is_followed_once_to_a_place_the_policy_allows_and_shows_it_nothing() -> None:
    elsewhere = Place({"/b": lambda: Response(CONTENT)})
    with served(elsewhere.app()) as there:
        helpdesk = Place({"/a": lambda: RedirectResponse(f"{there}/b")})
        with served(helpdesk.app()) as address:
            async with files(address) as store:
                assert await store.fetch(a_picture("/a"), rules(there)) == CONTENT
                with pytest.raises(ToolRefused, match=r"attachments\.origins"):
                    await store.fetch(a_picture("/a"), rules())
    assert elsewhere.shown == [None]


async def test_a_redirect_to_a_redirect_is_refused() -> None:
    helpdesk = Place({"/a": lambda: RedirectResponse("/b"), "/b": lambda: RedirectResponse("/a")})
    with served(helpdesk.app()) as address:
        async with files(address) as store:
            with pytest.raises(ToolRefused, match="redirects more than once"):
                await store.fetch(a_picture("/a"), rules())


async def test_whatsapp_is_asked_where_a_medium_is_and_shown_the_token_both_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    media = Place({"/media": lambda: Response(CONTENT)})
    with served(media.app()) as there:
        monkeypatch.setattr(http_files, "WHATSAPP_MEDIA", there)
        graph = Place({"/77": lambda: JSONResponse({"url": f"{there}/media", "mime_type": "image/png"})})
        with served(graph.app()) as address:
            async with files(address, WhatsAppFiles) as store:
                assert await store.fetch(a_picture(f"{address}/77"), rules()) == CONTENT
    assert (graph.shown, media.shown) == (["Bearer ours"], ["Bearer ours"])


async def test_an_answer_of_whatsapp_that_names_no_place_may_be_better_later() -> None:
    graph = Place({"/77": lambda: JSONResponse({"error": {"message": "expired"}})})
    with served(graph.app()) as address:
        async with files(address, WhatsAppFiles) as store:
            with pytest.raises(ToolUnavailable, match="did not say where"):
                await store.fetch(a_picture(f"{address}/77"), rules())


async def test_a_place_that_whatsapp_names_and_nobody_knows_is_not_followed() -> None:
    graph = Place({"/77": lambda: JSONResponse({"url": "http://169.254.169.254/latest"})})
    with served(graph.app()) as address:
        async with files(address, WhatsAppFiles) as store:
            with pytest.raises(ToolRefused, match=r"169\.254"):
                await store.fetch(a_picture(f"{address}/77"), rules())
