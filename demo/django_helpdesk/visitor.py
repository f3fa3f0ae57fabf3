"""A customer of the helpdesk: somebody who fills in its form in a browser, without being known there."""

import re
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx

FORM = "/tickets/submit/"
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT_SECONDS = 30.0
"""It answers only after its webhooks have."""


class Visitor:
    """Opens tickets at one helpdesk, in one browser session."""

    def __init__(self, address: str) -> None:
        self._browser = httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._browser.close()

    def write(self, subject: str, text: str, email: str) -> str:
        """Open a ticket; gives its id.

        Raises httpx.HTTPStatusError with status 500 where the helpdesk could not reach its webhook's address: the
        ticket stands there all the same.
        """
        page = self._browser.get(FORM).raise_for_status().text
        hidden = HIDDEN.search(page)
        if hidden is None:
            raise RuntimeError(f"{self._browser.base_url} shows no form for a ticket at {FORM}.")
        fields = {"title": subject, "body": text, "submitter_email": email, "csrfmiddlewaretoken": hidden[1]}
        answer = self._browser.post(
            FORM, data={"queue": "1", "priority": "3", **fields}, headers={"Referer": str(self._browser.base_url)}
        )
        if not answer.has_redirect_location:
            answer.raise_for_status()
            raise RuntimeError(f"The helpdesk did not take the ticket {subject!r}: its form was shown again.")
        shown = parse_qs(urlsplit(answer.headers["Location"]).query)
        return shown["ticket"][0].rpartition("-")[2]
