"""An identity provider as OpenID Connect has it on the wire: discovery, code with PKCE, signed tokens, keys.

It signs in whoever `subject` says, without asking; `bent` bends the token it gives, as a forger or a misconfigured
provider would.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.desk.desk_door import served

CLIENT_ID = "signalbox-desk"
CLIENT_SECRET = "a secret between the desk and its provider"


@dataclass
class IdentityProvider:
    """What it knows, and what it was asked."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    shown_key: RSAKey | None = None
    """The key it shows, where that is not the one it signs with."""
    address: str = ""
    claims: dict[str, object] = field(default_factory=dict[str, object])
    """Who signs in, as the token says it."""
    bent: dict[str, object] = field(default_factory=dict[str, object])
    """Claims of the next tokens that are not as they should be; None leaves one out."""
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """What each code that was not used yet was asked for with."""

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorise(self, asked: dict[str, str]) -> str:
        """The address a browser is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, code: str, verifier: str, redirect_uri: str, authorization: str) -> dict[str, object] | None:
        """What a code is worth; None where it is not this client's, was used, or comes without its verifier."""
        asked = self.codes.pop(code, None)
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != redirect_uri
            or authorization != f"Basic {expected}"
        ):
            return None
        return {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._id_token(asked["nonce"]),
        }

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        right = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        claims = {name: value for name, value in {**right, **self.bent}.items() if value is not None}
        if self.algorithm == "none":
            header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
            return f"{header}.{payload}."
        return jwt.encode({"alg": self.algorithm, "kid": "first"}, claims, self.key, algorithms=[self.algorithm])


def application(provider: IdentityProvider) -> FastAPI:
    """The provider as an application."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, object]:
        return provider.discovery()

    @app.get("/authorize")
    async def authorise(request: Request) -> Response:
        return RedirectResponse(provider.authorise(dict(request.query_params)), 303)

    @app.post("/token")
    async def token(
        request: Request,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
    ) -> Response:
        given = provider.redeem(code, code_verifier, redirect_uri, request.headers.get("Authorization", ""))
        if given is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(given, headers={"Cache-Control": "no-store"})

    @app.get("/keys")
    async def keys() -> dict[str, object]:
        shown = provider.shown_key or provider.key
        return {"keys": [shown.as_dict(private=False)]}

    for made in (discovery, authorise, token, keys):
        assert made
    return app


@contextmanager
def running_provider() -> Generator[IdentityProvider]:
    """Run a provider while the block lasts."""
    provider = IdentityProvider()
    with served(application(provider)) as address:
        provider.address = address
        yield provider
