"""Signing in with OpenID Connect: off to the provider, and back with its answer."""

import hmac
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from cases.errors import SignInRefused
from ledger.sign_in_flows import SignInFlow
from ledger.tokens import new_token
from starter.desk.connections import DeskConnections, Held
from starter.desk.cookies import Cookie, delete_cookie, read_cookie, set_cookie
from starter.desk.openid import WAY_OUT, OpenIdClient
from starter.desk.sign_in import begin_session, form, own_page

BEGIN_PATH = "/sign-in/openid"
CALLBACK_PATH = "/sign-in/openid/back"

NOT_BEGUN = f"This sign-in was not begun in this browser, or has taken longer than ten minutes. {WAY_OUT}"
DECLINED = "The identity provider did not sign you in ({error}). {way_out}"

router = APIRouter(include_in_schema=False)


@router.get(BEGIN_PATH)
async def begin(request: Request, held: Held, next: str = "/") -> Response:  # noqa: A002  # as it stands in the address
    """Send the browser to the provider. A link and no form: `form-action` of our own pages allows no other site."""
    flow = SignInFlow(state=new_token(), nonce=new_token(), verifier=new_token(), next_page=own_page(next))
    answer = RedirectResponse(await _client(request).where_to_send(flow), HTTPStatus.SEE_OTHER)
    set_cookie(request, answer, Cookie.FLOW, await held.flows.begin(flow, datetime.now(UTC)))
    return answer


@router.get(CALLBACK_PATH)
async def come_back(request: Request, held: Held, state: str = "", code: str = "", error: str = "") -> Response:
    """Begin a session for whom the provider vouches for."""
    client = _client(request)
    try:
        flow = await _flow_of(request, held, state)
        _refuse_without_code(code, error)
        vouched = await client.whom_it_vouches_for(code, flow)
        person = await held.people.provided(vouched.person, vouched.identity)
    except SignInRefused as refusal:
        return form(request, str(refusal), status=HTTPStatus.FORBIDDEN)
    answer = await begin_session(request, held, person, flow.next_page)
    delete_cookie(request, answer, Cookie.FLOW)
    return answer


async def _flow_of(request: Request, held: DeskConnections, state: str) -> SignInFlow:
    """What this browser was sent away with, to be used once. Raises SignInRefused where it was not."""
    token = read_cookie(request, Cookie.FLOW)
    flow = await held.flows.finish(token, datetime.now(UTC)) if token else None
    if flow is None or not hmac.compare_digest(flow.state.encode(), state.encode()):
        raise SignInRefused(NOT_BEGUN)
    return flow


def _refuse_without_code(code: str, error: str) -> None:
    if error or not code:
        raise SignInRefused(DECLINED.format(error=error or "no code", way_out=WAY_OUT))


def _client(request: Request) -> OpenIdClient:
    client: OpenIdClient | None = request.app.state.openid
    if client is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return client
