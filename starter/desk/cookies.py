"""The cookies of the desk: all of them secrets that no script can read."""

from enum import StrEnum

from fastapi import Request, Response

from starter.desk.connections import settings_of


class Cookie(StrEnum):
    """What each is for."""

    SESSION = "signalbox-session"
    """The token of a session."""
    VISITOR = "signalbox-visitor"
    """A token for a browser that is not signed in, which ties the sign-in form to it."""
    FLOW = "signalbox-flow"
    """The token of a browser that was sent to the identity provider."""


def read_cookie(request: Request, cookie: Cookie) -> str | None:
    """The token, if the browser sent one."""
    return request.cookies.get(_name(request, cookie)) or None


def set_cookie(request: Request, response: Response, cookie: Cookie, token: str) -> None:
    """Give the browser a token, until it is closed. The ledger knows when it ends."""
    response.set_cookie(
        _name(request, cookie), token, path="/", httponly=True, samesite="lax", secure=is_encrypted(request)
    )


def delete_cookie(request: Request, response: Response, cookie: Cookie) -> None:
    """Let the browser forget a token."""
    response.delete_cookie(
        _name(request, cookie), path="/", httponly=True, samesite="lax", secure=is_encrypted(request)
    )


def is_encrypted(request: Request) -> bool:
    """Whether people open the desk with https. The address they open says so: a proxy may end TLS before us."""
    return settings_of(request).desk_url.startswith("https://")


def _name(request: Request, cookie: Cookie) -> str:
    # With this prefix, browsers let nobody but this very host set it.
    return f"__Host-{cookie}" if is_encrypted(request) else str(cookie)
