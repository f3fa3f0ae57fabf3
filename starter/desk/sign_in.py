"""Signing in with a name and a password, and signing out."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from cases.errors import SignInRefused, TooManyAttempts
from cases.person import Person
from ledger.passwords import is_password
from ledger.sign_in_attempts import Attempt
from ledger.tokens import new_token
from starter.desk.connections import DeskConnections, Held
from starter.desk.cookies import Cookie, delete_cookie, read_cookie, set_cookie
from starter.desk.forgery import SIGN_IN_PATH, visitor_csrf_token, visitor_token
from starter.desk.pages import page
from starter.desk.who import who_is_signed_in

WRONG = "That name and password do not belong together. Check both; the password is written exactly as it was given."

HASHING = asyncio.Semaphore(2)
"""Each comparison takes 64 MiB and a core for 50 ms: more at once would only starve the rest."""

FormText = Annotated[str, Form(max_length=300)]

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN_PATH)
async def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002  # as it stands in the address
    """The form; whoever is signed in already goes on."""
    if await who_is_signed_in(request) is not None:
        return RedirectResponse(own_page(next), HTTPStatus.SEE_OTHER)
    return form(request, next_page=own_page(next))


@router.post(SIGN_IN_PATH)
async def sign_in(
    request: Request,
    held: Held,
    name: FormText = "",
    password: FormText = "",
    next: FormText = "/",  # noqa: A002  # as it stands in the form
) -> Response:
    """Begin a session, and go on to where the person wanted to be."""
    attempt = Attempt(name=name.strip().lower(), address=request.client.host if request.client else "unknown")
    try:
        _refuse_passwords_beside(provider_of(request))
        await held.attempts.count(attempt, datetime.now(UTC))
        person = await _known(held, attempt.name, password)
    except TooManyAttempts as error:
        wait = {"Retry-After": str(error.retry_after_seconds)}
        answer = form(request, str(error), name=name, next_page=next, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers.update(wait)
        return answer
    except SignInRefused as error:
        return form(request, str(error), name=name, next_page=next, status=HTTPStatus.UNAUTHORIZED)
    await held.attempts.succeeded(attempt)
    return await begin_session(request, held, person, own_page(next))


@router.post("/sign-out")
async def sign_out(request: Request, held: Held) -> Response:
    """End this session, here and in every other tab."""
    token = read_cookie(request, Cookie.SESSION)
    if token is not None:
        await held.sessions.end(token)
    answer = RedirectResponse(SIGN_IN_PATH, HTTPStatus.SEE_OTHER)
    delete_cookie(request, answer, Cookie.SESSION)
    return answer


def form(
    request: Request, problem: str = "", *, name: str = "", next_page: str = "/", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The sign-in page, with what is wrong and what was typed, but never the password."""
    visitor = visitor_token(request) or new_token()
    answer = page(
        request,
        "sign_in.html",
        status=status,
        problem=problem,
        name=name,
        next_page=next_page,
        csrf=visitor_csrf_token(visitor),
    )
    set_cookie(request, answer, Cookie.VISITOR, visitor)
    return answer


async def begin_session(request: Request, held: DeskConnections, person: Person, next_page: str) -> Response:
    """Sign somebody in with a new token; what this browser held before counts no more."""
    earlier = read_cookie(request, Cookie.SESSION)
    if earlier is not None:
        await held.sessions.end(earlier)
    answer = RedirectResponse(next_page, HTTPStatus.SEE_OTHER)
    set_cookie(request, answer, Cookie.SESSION, await held.sessions.begin(person.name, datetime.now(UTC)))
    delete_cookie(request, answer, Cookie.VISITOR)
    return answer


def own_page(wanted: str) -> str:
    """The page that was wanted, if it is one of ours; else the first."""
    # Browsers read a backslash as a slash and skip what cannot be printed, and two slashes name another host.
    ours = wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable() and "\\" not in wanted
    return wanted if ours else "/"


def provider_of(request: Request) -> str | None:
    """Who signs people in here, by host; None where passwords of ours do."""
    provider: str | None = request.app.state.provider
    return provider


def _refuse_passwords_beside(provider: str | None) -> None:
    if provider is not None:
        raise SignInRefused(f"People sign in with {provider} here, and with no password of Signalbox.")


async def _known(held: DeskConnections, name: str, password: str) -> Person:
    """The person of this name and password. Raises SignInRefused, after as long, for anybody else."""
    account = await held.people.account(name)
    async with HASHING:
        matches = await asyncio.to_thread(is_password, password, account.password_hash if account else None)
    if account is None or not matches:
        raise SignInRefused(WRONG)
    return account.person
