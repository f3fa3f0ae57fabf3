"""Changing one's own password. Where an identity provider signs people in, there is none here to change."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from cases.errors import InvalidInput, SignInRefused, TooManyAttempts
from cases.person import Person
from ledger.passwords import MINIMUM_CHARACTERS, hash_password, is_password
from ledger.sign_in_attempts import Attempt
from starter.desk.connections import DeskConnections, Held
from starter.desk.pages import page
from starter.desk.sign_in import HASHING, FormText, begin_session, provider_of
from starter.desk.who import SignedIn

PATH = "/password"
DONE = f"{PATH}?done=1"

router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def password_page(request: Request, person: SignedIn, *, done: bool = False) -> Response:
    """The form; or, after it, that it is done."""
    del person
    _refuse_beside(provider_of(request))
    return _form(request, done=done)


@router.post(PATH)
async def change_password(
    request: Request, held: Held, person: SignedIn, current: FormText = "", new: FormText = "", again: FormText = ""
) -> Response:
    """Change it, end every other session of this person, and go on in a new one here.

    Tries with a wrong current password count as failed sign-ins.
    """
    _refuse_beside(provider_of(request))
    attempt = Attempt(name=person.name, address=request.client.host if request.client else "unknown")
    try:
        password_hash = await _hashed(new, again)
        await held.attempts.count(attempt, datetime.now(UTC))
        await _refuse_another(held, person, current)
    except TooManyAttempts as error:
        answer = _form(request, str(error), status=HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
        return answer
    except (InvalidInput, SignInRefused) as error:
        return _form(request, str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    await held.attempts.succeeded(attempt)
    await held.people.set_password(person.name, password_hash)
    return await begin_session(request, held, person, DONE)


async def _hashed(new: str, again: str) -> str:
    """What is kept of the new password. Raises InvalidInput where the two differ, or it is too short or too long."""
    if new != again:
        raise InvalidInput("New password", "is not the same twice.", "Type it once more in both fields.")
    async with HASHING:
        return await asyncio.to_thread(hash_password, new)


async def _refuse_another(held: DeskConnections, person: Person, current: str) -> None:
    """Raise SignInRefused where this is not the person's password."""
    account = await held.people.account(person.name)
    async with HASHING:
        matches = await asyncio.to_thread(is_password, current, account.password_hash if account else None)
    if not matches:
        raise SignInRefused("That is not your current password, so nothing was changed. Type it as you sign in.")


def _refuse_beside(provider: str | None) -> None:
    if provider is not None:
        raise InvalidInput("Password", f"is kept by {provider}, not here.", f"Change it there, at {provider}.")


def _form(request: Request, problem: str = "", *, done: bool = False, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return page(request, "password.html", status=status, problem=problem, done=done, fewest=MINIMUM_CHARACTERS)
