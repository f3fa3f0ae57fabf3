"""Signing in with OpenID Connect, against a provider over HTTP."""

import time
from collections.abc import Generator
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from cases.errors import InvalidInput
from cases.person import Role
from demo.embedded.ports import LOOPBACK, free_ports
from ledger.people import PeopleLedger
from starter.desk.application import desk
from starter.desk.openid_settings import OpenIdSettings, load_openid_settings
from starter.settings import Settings
from tests.desk.desk_door import browser, csrf_on, served
from tests.desk.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, running_provider
from tests.desk.staff import PASSWORD

SESSION = "signalbox-session"
ENVIRONMENT = {
    "SIGNALBOX_OIDC_ISSUER": "https://id.example.com/realms/acme",
    "SIGNALBOX_OIDC_CLIENT_ID": "desk",
    "SIGNALBOX_OIDC_CLIENT_SECRET": "secret",
    "SIGNALBOX_OIDC_ROLES": "support=agent, support-leads=lead,support-leads=reviewer",
}


@pytest.fixture(scope="module")
def running() -> Generator[IdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider) -> IdentityProvider:
    """A provider that signs Mia in, honestly."""
    running.claims = {"sub": "248289761001", "preferred_username": "Mia.Wolf@acme.example", "name": "Mia Wolf"}
    running.claims["groups"] = ["everybody", "support-leads"]
    running.bent = {}
    running.shown_key = None
    running.algorithm = "RS256"
    return running


@pytest.fixture(scope="module")
def openid_desk(settings: Settings, people: PeopleLedger, running: IdentityProvider) -> Generator[str]:
    """A desk whose people sign in at the provider."""
    openid = OpenIdSettings(
        issuer=running.address,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        roles={"support": frozenset({Role.AGENT}), "support-leads": frozenset({Role.LEAD})},
        roles_claim="groups",
    )
    port = free_ports(1)[0]
    known_as = settings.model_copy(update={"desk_url": f"http://{LOOPBACK}:{port}"})
    with served(desk(known_as, openid), port) as address:
        yield address


@pytest.fixture
def mia(openid_desk: str) -> Generator[httpx.Client]:
    with browser(openid_desk) as client:
        yield client


def at_the_provider(client: httpx.Client, next_page: str = "/") -> str:
    """Go to the provider and be signed in there; the address it sends the browser back to."""
    away = client.get("/sign-in/openid", params={"next": next_page}).headers["Location"]
    return httpx.get(away, trust_env=False).headers["Location"]


def sign_in_there(client: httpx.Client) -> httpx.Response:
    """The whole way."""
    return client.get(at_the_provider(client))


async def test_whom_the_provider_vouches_for_is_signed_in_with_the_roles_it_says(
    mia: httpx.Client, provider: IdentityProvider, people: PeopleLedger
) -> None:
    answer = sign_in_there(mia)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert SESSION in mia.cookies
    account = await people.account("mia-wolf")
    assert account is not None
    assert (account.person.display_name, account.person.roles) == ("Mia Wolf", {Role.LEAD})
    assert account.password_hash is None


def test_the_page_that_was_wanted_is_where_it_goes_on(mia: httpx.Client, provider: IdentityProvider) -> None:
    assert mia.get(at_the_provider(mia, "/cases/1")).headers["Location"] == "/cases/1"
    assert mia.get(at_the_provider(mia, "https://evil.example")).headers["Location"] == "/"


async def test_roles_follow_the_provider_at_the_next_sign_in_and_limits_stay_ours(
    mia: httpx.Client, provider: IdentityProvider, people: PeopleLedger
) -> None:
    sign_in_there(mia)
    account = await people.account("mia-wolf")
    assert account is not None
    await people.change(account.person.model_copy(update={"approval_limits": {"EUR": Decimal(700)}}))
    provider.claims["groups"] = "support"
    sign_in_there(mia)
    account = await people.account("mia-wolf")
    assert account is not None
    assert account.person.roles == {Role.AGENT}
    assert account.person.approval_limits == {"EUR": Decimal(700)}


def test_the_sign_in_page_leads_to_the_provider_and_takes_no_password(
    mia: httpx.Client, provider: IdentityProvider
) -> None:
    page = mia.get("/sign-in?next=/cases/1")
    assert f'href="/sign-in/openid?next=/cases/1">Sign in with {LOOPBACK}</a>' in page.text
    assert 'type="password"' not in page.text
    answer = mia.post("/sign-in", data={"name": "rosa", "password": PASSWORD, "csrf": csrf_on(page)})
    assert answer.status_code == 401
    assert SESSION not in mia.cookies


@pytest.mark.parametrize(
    ("bent", "sentence"),
    [
        ({"nonce": "of another sign-in"}, "belongs to another sign-in"),
        ({"nonce": None}, "belongs to another sign-in"),
        ({"iss": "https://evil.example"}, "comes from another identity provider"),
        ({"iss": None}, "comes from another identity provider"),
        ({"aud": "another-application"}, "meant for another application"),
        ({"aud": None}, "meant for another application"),
        ({"aud": [CLIENT_ID, "other"], "azp": "other"}, "meant for another application"),
        ({"exp": int(time.time()) - 3600}, "is too old"),
        ({"exp": None}, "has no exp that can be used"),
        ({"sub": None}, "has no sub that can be used"),
    ],
)
def test_an_answer_that_is_not_for_this_sign_in_is_refused_with_a_sentence(
    mia: httpx.Client, provider: IdentityProvider, bent: dict[str, object], sentence: str
) -> None:
    provider.bent = bent
    answer = sign_in_there(mia)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert "Try to sign in once more." in answer.text
    assert SESSION not in mia.cookies


def test_an_answer_signed_with_another_key_is_refused(mia: httpx.Client, provider: IdentityProvider) -> None:
    provider.shown_key = RSAKey.generate_key(2048, {"kid": "first"})
    answer = sign_in_there(mia)
    assert answer.status_code == 403
    assert "is not signed by it" in answer.text


@pytest.mark.parametrize("algorithm", ["none", "PS256"])
def test_an_answer_signed_in_a_way_the_provider_does_not_sign_is_refused(
    mia: httpx.Client, provider: IdentityProvider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    answer = sign_in_there(mia)
    assert answer.status_code == 403
    assert "is not signed by it" in answer.text


def test_somebody_without_a_role_is_told_whom_to_ask(mia: httpx.Client, provider: IdentityProvider) -> None:
    provider.claims["groups"] = ["everybody"]
    answer = sign_in_there(mia)
    assert answer.status_code == 403
    assert "gives you no role on the desk" in answer.text


def test_somebody_elses_name_is_not_given_to_a_newcomer(mia: httpx.Client, provider: IdentityProvider) -> None:
    provider.claims |= {"sub": "another person", "preferred_username": "rosa"}
    answer = sign_in_there(mia)
    assert answer.status_code == 403
    assert "The name rosa is somebody else" in answer.text


async def test_whoever_was_removed_here_stays_out(
    mia: httpx.Client, provider: IdentityProvider, people: PeopleLedger
) -> None:
    provider.claims |= {"sub": "somebody who leaves", "preferred_username": "leo"}
    assert sign_in_there(mia).status_code == 303
    await people.remove("leo")
    assert sign_in_there(mia).status_code == 403


def test_an_answer_that_another_browser_asked_for_is_refused(
    mia: httpx.Client, provider: IdentityProvider, openid_desk: str
) -> None:
    with browser(openid_desk) as attacker:
        back = at_the_provider(attacker)
    at_the_provider(mia)
    answer = mia.get(back)
    assert answer.status_code == 403
    assert "was not begun in this browser" in answer.text


def test_an_answer_counts_once(mia: httpx.Client, provider: IdentityProvider) -> None:
    back = at_the_provider(mia)
    flow = mia.cookies["signalbox-flow"]
    assert mia.get(back).status_code == 303
    mia.cookies.set("signalbox-flow", flow, domain=LOOPBACK)
    assert mia.get(back).status_code == 403


def test_a_code_that_the_provider_does_not_take_is_told(mia: httpx.Client, provider: IdentityProvider) -> None:
    back = at_the_provider(mia)
    provider.codes.clear()
    answer = mia.get(back)
    assert answer.status_code == 403
    assert "(invalid_grant)" in answer.text


def test_whoever_declines_at_the_provider_is_back_at_the_sign_in(mia: httpx.Client, provider: IdentityProvider) -> None:
    state = parse_qs(urlsplit(at_the_provider(mia)).query)["state"][0]
    answer = mia.get("/sign-in/openid/back", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 403
    assert "(access_denied)" in answer.text
    assert "Sign in with" in answer.text


def test_a_provider_that_is_away_is_told_with_when_to_come_back(settings: Settings, people: PeopleLedger) -> None:
    openid = OpenIdSettings(
        issuer=f"http://{LOOPBACK}:{free_ports(1)[0]}", client_id="desk", client_secret="secret", roles={}
    )
    with served(desk(settings, openid)) as address, browser(address) as client:
        answer = client.get("/sign-in/openid")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "nobody can sign in" in answer.text


def test_without_a_provider_its_pages_are_not_there(visitor: httpx.Client) -> None:
    assert visitor.get("/sign-in/openid").status_code == 404


def test_the_settings_come_from_the_environment() -> None:
    settings = load_openid_settings(ENVIRONMENT)
    assert settings is not None
    assert settings.host == "id.example.com"
    assert settings.roles == {
        "support": frozenset({Role.AGENT}),
        "support-leads": frozenset({Role.LEAD, Role.REVIEWER}),
    }
    assert load_openid_settings({}) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SIGNALBOX_OIDC_ISSUER", "http://id.example.com"),
        ("SIGNALBOX_OIDC_CLIENT_ID", ""),
        ("SIGNALBOX_OIDC_CLIENT_SECRET", ""),
        ("SIGNALBOX_OIDC_ROLES", ""),
        ("SIGNALBOX_OIDC_ROLES", "support=boss"),
        ("SIGNALBOX_OIDC_ROLES", "agent"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_the_way_out(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load_openid_settings({**ENVIRONMENT, variable: value})
    assert refused.value.field == variable


def test_there_is_no_password_of_ours_to_change(mia: httpx.Client, provider: IdentityProvider) -> None:
    sign_in_there(mia)
    assert "/password" not in mia.get("/").text
    answer = mia.get("/password")
    assert answer.status_code == 422
    assert f"is kept by {LOOPBACK}" in answer.text
