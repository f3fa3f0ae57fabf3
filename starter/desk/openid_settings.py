"""How people sign in with OpenID Connect: from the environment alone, because it holds a secret."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from cases.errors import InvalidInput
from cases.person import Role
from cases.record import Record

PREFIX = "SIGNALBOX_OIDC_"
ISSUER = f"{PREFIX}ISSUER"
CLIENT_ID = f"{PREFIX}CLIENT_ID"
CLIENT_SECRET = f"{PREFIX}CLIENT_SECRET"
ROLES = f"{PREFIX}ROLES"
ROLES_CLAIM = f"{PREFIX}ROLES_CLAIM"
NAME_CLAIM = f"{PREFIX}NAME_CLAIM"

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class OpenIdSettings(Record):
    """One identity provider, and what its words mean here."""

    issuer: str
    client_id: str
    client_secret: str
    roles: dict[str, frozenset[Role]]
    """What each value of the roles claim makes of a person; others make nothing."""
    roles_claim: str = "roles"
    """Where the token names roles or groups; dots lead inside, as in `realm_access.roles`."""
    name_claim: str = "preferred_username"
    """Where it names the person; what stands before an @ becomes the name on the desk."""

    @property
    def host(self) -> str:
        """The provider, as people know it."""
        return urlsplit(self.issuer).hostname or self.issuer


def load_openid_settings(environment: Mapping[str, str] = os.environ) -> OpenIdSettings | None:
    """Read the settings; None where no issuer is named and people sign in with passwords of ours.

    Raises InvalidInput for what is missing or cannot be read.
    """
    issuer = environment.get(ISSUER, "")
    if not issuer:
        return None
    address = urlsplit(issuer)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise InvalidInput(ISSUER, f"{issuer} is not an https address.", "Give the provider's issuer address.")
    return OpenIdSettings(
        issuer=issuer,
        client_id=_required(environment, CLIENT_ID, "Register the desk at the provider."),
        client_secret=_required(environment, CLIENT_SECRET, "Register the desk at the provider."),
        roles=_roles(_required(environment, ROLES, "Write it as support=agent,support-leads=lead.")),
        roles_claim=environment.get(ROLES_CLAIM) or "roles",
        name_claim=environment.get(NAME_CLAIM) or "preferred_username",
    )


def _required(environment: Mapping[str, str], variable: str, way_out: str) -> str:
    value = environment.get(variable, "")
    if not value:
        raise InvalidInput(variable, f"is not set, but {ISSUER} is.", way_out)
    return value


def _roles(written: str) -> dict[str, frozenset[Role]]:
    """Read `support=agent,support-leads=lead`; a value that is named twice has both roles."""
    found: dict[str, frozenset[Role]] = {}
    for pair in written.split(","):
        value, _, role = (part.strip() for part in pair.rpartition("="))
        if not value or role not in set(Role):
            known = ", ".join(Role)
            raise InvalidInput(
                ROLES, f"{pair!r} is not a value and a role.", f"Write support=agent; the roles are {known}."
            )
        found[value] = found.get(value, frozenset()) | {Role(role)}
    return found
