"""Talking to the identity provider: where to send a browser, and whom its answer speaks of.

The code flow with PKCE: the browser brings a code, we exchange it for a signed token over a connection of our own.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from pydantic import Field, TypeAdapter, ValidationError

from cases.errors import ProviderUnavailable, SignInRefused
from cases.person import Person, Role
from cases.record import Record
from ledger.people import Identity
from ledger.sign_in_flows import SignInFlow
from starter.desk.openid_settings import ROLES, OpenIdSettings

SCOPE = "openid profile email"

ANSWER_SECONDS = 10.0
"""How long the provider may take for one answer; a person waits for it."""

CLOCK_SECONDS = 60
"""How far the provider's clock and ours may be apart."""

SIGNED_BY_THE_PROVIDER = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
"""Signatures that only the holder of a private key can make; never `none`, and none made with a shared secret."""

WAY_OUT = "Try to sign in once more. If it stays so, tell whoever runs Signalbox for you."

WRONG_CLAIMS = {
    "nonce": "The identity provider's answer belongs to another sign-in.",
    "iss": "The answer comes from another identity provider than the desk's.",
    "aud": "The identity provider's answer was meant for another application.",
    "azp": "The identity provider's answer was meant for another application.",
}

CLAIMS: TypeAdapter[dict[str, object]] = TypeAdapter(dict[str, object])


class Provider(Record):
    """What the provider says of itself at its well-known address."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    id_token_signing_alg_values_supported: tuple[str, ...] = Field(default=("RS256",))


class Vouched(Record):
    """Somebody whom the provider has signed in."""

    identity: Identity
    person: Person


class OpenIdClient:
    """Our side of OpenID Connect. What the provider says of itself is asked once and kept while the desk runs."""

    def __init__(self, settings: OpenIdSettings, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._provider: Provider | None = None

    async def where_to_send(self, flow: SignInFlow) -> str:
        """The provider's page for this browser. Raises ProviderUnavailable."""
        provider = await self._known_provider()
        async with self._session() as session:
            address, _ = session.create_authorization_url(
                provider.authorization_endpoint, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
            )
        return address

    async def whom_it_vouches_for(self, code: str, flow: SignInFlow) -> Vouched:
        """Exchange the code and read the token that comes for it.

        Raises SignInRefused where it cannot be believed or its person has no role here, and ProviderUnavailable.
        """
        provider = await self._known_provider()
        token = await self._token(provider, code, flow)
        claims = self._believed(token, flow, provider, await self._keys(provider))
        return Vouched(
            identity=Identity(issuer=provider.issuer, subject=str(claims["sub"])), person=self._person(claims)
        )

    async def _known_provider(self) -> Provider:
        if self._provider is None:
            told = await self._fetched(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            try:
                provider = Provider.model_validate(told)
            except ValidationError as error:
                raise self._away("does not say where to sign in") from error
            if provider.issuer != self._settings.issuer:
                raise self._away(f"calls itself {provider.issuer}")
            self._provider = provider
        return self._provider

    async def _keys(self, provider: Provider) -> KeySet:
        """The provider's keys as they are now: it changes them when it likes."""
        told = await self._fetched(provider.jwks_uri)
        try:
            return KeySet.import_key_set(cast("KeySetSerialization", told))
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise self._away("does not show keys that can be read") from error

    async def _token(self, provider: Provider, code: str, flow: SignInFlow) -> Mapping[str, object]:
        try:
            async with self._session() as session:
                return await session.fetch_token(
                    provider.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=flow.verifier,
                )
        except OAuthError as error:
            refused = f"The identity provider did not take the code of this sign-in ({error.error})."
            raise SignInRefused(f"{refused} {WAY_OUT}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise self._away("does not answer") from error

    def _believed(
        self, token: Mapping[str, object], flow: SignInFlow, provider: Provider, keys: KeySet
    ) -> Mapping[str, object]:
        """The claims of a token that the provider signed for us, for this sign-in, now. Raises SignInRefused."""
        algorithms = SIGNED_BY_THE_PROVIDER & set(provider.id_token_signing_alg_values_supported)
        try:
            signed = jwt.decode(str(token.get("id_token", "")), keys, algorithms=sorted(algorithms))
            expected = {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": self._settings.client_id},
            }
            parameters = {
                "nonce": flow.nonce,
                "client_id": self._settings.client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(signed.claims, signed.header, expected, parameters)
            claims.validate(leeway=CLOCK_SECONDS)
        except (JoseError, ValueError) as error:
            raise SignInRefused(f"{_why_not(error)} {WAY_OUT}") from error
        return claims

    def _person(self, claims: Mapping[str, object]) -> Person:
        values = _texts(_at(claims, self._settings.roles_claim))
        roles = frozenset(role for value in values for role in self._settings.roles.get(value, frozenset[Role]()))
        if not roles:
            raise SignInRefused(
                f"{self._settings.host} knows you, but gives you no role on the desk. Ask whoever runs Signalbox for "
                f"you to put you in one of its groups ({ROLES})."
            )
        called = str(claims.get(self._settings.name_claim) or claims.get("email") or claims["sub"])
        try:
            return Person(name=_slug(called), display_name=str(claims.get("name") or called)[:100], roles=roles)
        except ValidationError as error:
            raise SignInRefused(
                f"{self._settings.host} calls you {called!r}, which cannot be made into a name here. {WAY_OUT}"
            ) from error

    async def _fetched(self, address: str) -> dict[str, object]:
        try:
            async with self._session() as session:
                answer = await session.request("GET", address, withhold_token=True)
            if answer.status_code != HTTPStatus.OK:
                raise self._away(f"answers {answer.status_code}")
            return CLAIMS.validate_json(answer.content)
        except (httpx2.HTTPError, ValidationError) as error:
            raise self._away("does not answer") from error

    def _session(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=ANSWER_SECONDS,
        )

    def _away(self, what: str) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"The identity provider {self._settings.host} {what}, so nobody can sign in. Try again in a minute; "
            "whoever is signed in stays so."
        )


def _why_not(error: Exception) -> str:
    match error:
        case ExpiredTokenError():
            return "The identity provider's answer is too old."
        case ClaimError():
            return WRONG_CLAIMS.get(
                error.claim, f"The identity provider's answer has no {error.claim} that can be used."
            )
        case _:
            return "The identity provider's answer is not signed by it."


def _at(claims: Mapping[str, object], path: str) -> object:
    """What stands at `realm_access.roles`; a claim whose own name has dots, as addresses do, counts first."""
    return claims[path] if path in claims else _inside(dict(claims), path.split("."))


def _inside(found: object, steps: list[str]) -> object:
    if not steps:
        return found
    if not isinstance(found, dict):
        return None
    return _inside(cast("dict[str, object]", found).get(steps[0]), steps[1:])


def _texts(named: object) -> tuple[str, ...]:
    """Several values, or one that stands by itself."""
    several = cast("list[object]", named) if isinstance(named, list) else [named]
    return tuple(value for value in several if isinstance(value, str))


def _slug(called: str) -> str:
    """A name of ours: what stands before an @, in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", called.partition("@")[0].lower()).strip("-")
