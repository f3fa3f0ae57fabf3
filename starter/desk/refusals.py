"""How each error becomes a page with a sentence and a way out, or a part of a page that leaves alone what was typed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from cases.errors import (
    AccessRefused,
    CaseRefusal,
    ForgedRequest,
    InvalidInput,
    NotSignedIn,
    TooManyAttempts,
    Unavailable,
    UnknownCase,
)
from starter.desk.forgery import SAFE_METHODS, SIGN_IN_PATH
from starter.desk.pages import page
from starter.desk.protection import HEADERS, NOT_KEPT
from starter.problems import problems_in

RETRY_AFTER_SECONDS = 5
"""When a part of ours is away: it starts in about that time."""

SIGNED_OUT = "You are signed out, so nothing was done. Sign in, then do it once more: what you typed stays here."

FAULT = (
    "The desk has met a fault of its own and stopped halfway. Look at the case again before you do it once more, and "
    "tell whoever runs Signalbox for you when this was: its log says what happened."
)

BESIDE_THE_PAGE = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
"""Where an error is shown to a page that is open: in its notice, so that nothing that was typed is swapped away."""

ANSWERED = (RequestValidationError, InvalidInput, CaseRefusal, AccessRefused, Unavailable, HTTPException)


class Refusal(NamedTuple):
    """What somebody is told: the status for software, the sentence for them, and where to go from here."""

    status: HTTPStatus
    title: str
    sentence: str
    way_out: str = "Back to the queue"
    way_out_url: str = "/"
    headers: Mapping[str, str] = {}


def install_refusals(app: FastAPI) -> None:
    """Let the application answer with pages."""
    for kind in ANSWERED:
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(Exception, _own_fault)


def is_part_of_a_page(request: Request) -> bool:
    """Whether htmx asks, for a page that stays open."""
    return request.headers.get("HX-Request") == "true"


def refused(request: Request, refusal: Refusal) -> Response:
    """Tell somebody, beside the open page or on one of its own."""
    if is_part_of_a_page(request):
        headers = {**refusal.headers, **BESIDE_THE_PAGE}
        return page(request, "refusal_notice.html", status=refusal.status, headers=headers, refusal=refusal)
    return page(request, "refusal.html", status=refusal.status, headers=refusal.headers, refusal=refusal)


def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn) and request.method in SAFE_METHODS and not is_part_of_a_page(request):
        return RedirectResponse(f"{SIGN_IN_PATH}?next={quote(_path(request), safe='/')}", HTTPStatus.SEE_OTHER)
    return refused(request, _refusal(request, error))


def _own_fault(request: Request, _: Exception) -> Response:
    """Tell of what nobody foresaw; the server logs it. Such an answer passes outside of `Protection`."""
    refusal = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "A fault of the desk", FAULT)
    answer = refused(request, refusal)
    # The server ends the connection after such an answer: the browser must not send the next request on it.
    answer.headers.update({**HEADERS, "Cache-Control": NOT_KEPT, "Connection": "close"})
    return answer


def _refusal(request: Request, error: Exception) -> Refusal:
    match error:
        case RequestValidationError():
            sentence = " ".join(str(problem) for problem in problems_in(error.errors()))
            return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "That cannot be taken", sentence)
        case InvalidInput():
            return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "That cannot be taken", str(error))
        case UnknownCase():
            sentence = "There is no such case. Its link may be cut off, or it was never started."
            return Refusal(HTTPStatus.NOT_FOUND, "No such case", sentence)
        case CaseRefusal():
            return Refusal(HTTPStatus.CONFLICT, "Not as the case stands", str(error))
        case AccessRefused():
            return _access_refusal(request, error)
        case Unavailable():
            wait = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "A part is away", str(error), "Try again", _path(request), wait
            )
        case HTTPException():
            return _unroutable(request, error)
        case _:
            raise error


def _access_refusal(request: Request, error: AccessRefused) -> Refusal:
    match error:
        case NotSignedIn():
            return Refusal(HTTPStatus.UNAUTHORIZED, "Signed out", SIGNED_OUT, "Sign in", SIGN_IN_PATH)
        case ForgedRequest():
            return Refusal(HTTPStatus.FORBIDDEN, "Not from this page", str(error))
        case TooManyAttempts():
            wait = {"Retry-After": str(error.retry_after_seconds)}
            return Refusal(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many tries", str(error), "Back to the sign-in", SIGN_IN_PATH, wait
            )
        case _:
            return Refusal(HTTPStatus.FORBIDDEN, "Not yours to do", str(error))


def _unroutable(request: Request, error: HTTPException) -> Refusal:
    """An address that is not there, or a method it does not have."""
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND:
        return Refusal(status, "No such page", f"There is nothing at {request.url.path}. Its link may be cut off.")
    sentence = f"{request.method} {request.url.path} cannot be done: {status.description or status.phrase}."
    return Refusal(status, status.phrase, sentence, headers=error.headers or {})


def _path(request: Request) -> str:
    """Where the person was, with what they had filtered by; only a page can be gone back to."""
    if request.method not in SAFE_METHODS:
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
