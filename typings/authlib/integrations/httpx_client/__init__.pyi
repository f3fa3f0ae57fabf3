from types import TracebackType
from typing import Self

import httpx2

class OAuthError(Exception):
    error: str

class AsyncOAuth2Client:
    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        scope: str,
        redirect_uri: str,
        code_challenge_method: str,
        timeout: float,
    ) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def create_authorization_url(self, url: str, *, state: str, code_verifier: str, nonce: str) -> tuple[str, str]: ...
    async def fetch_token(self, url: str, *, grant_type: str, code: str, code_verifier: str) -> dict[str, object]: ...
    async def request(self, method: str, url: str, *, withhold_token: bool) -> httpx2.Response: ...
