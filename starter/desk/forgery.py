"""Requests that change something come from our own pages, in the session they were shown in.

Each page carries a token that only its session's own browser can have been given: in `<meta name="csrf">`, from which
scripts send it as `X-CSRF-Token`, and in the field `csrf` of each form.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from cases.errors import ForgedRequest
from starter.desk.connections import settings_of
from starter.desk.cookies import Cookie, read_cookie

HEADER = "X-CSRF-Token"
FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_FETCHES = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of our own pages, and of what the person typed or chose."""

SIGN_IN_PATH = "/sign-in"

ELSEWHERE = (
    "This came from a page that is not the desk's, so nothing was done. Open the desk at {desk_url} and do it there."
)
STALE_FORM = (
    "This sign-in page is an old one, or this browser keeps no cookies for the desk, so you are not signed in by it. "
    "Allow them, and open the sign-in page again."
)
EARLIER = (
    "You have signed in again since this page was opened, so nothing was done. "
    "What you typed is still here: do it once more."
)


def csrf_token(request: Request) -> str:
    """The token for the pages of this browser's session; of its visit, where it is not signed in."""
    holder = read_cookie(request, Cookie.SESSION) or visitor_token(request)
    return "" if holder is None else _token(holder)


def visitor_csrf_token(visitor: str) -> str:
    """The token for the sign-in form of a browser."""
    return _token(visitor)


def visitor_token(request: Request) -> str | None:
    """What ties the sign-in form to this browser."""
    return read_cookie(request, Cookie.VISITOR)


async def refuse_forgery(request: Request) -> None:
    """Raise ForgedRequest for a change that was not asked for on a page of this session.

    Without a session nothing can be forged in its name; whoever needs one says so.
    """
    if request.method in SAFE_METHODS:
        return
    if not _is_from_here(request):
        raise ForgedRequest(ELSEWHERE.format(desk_url=settings_of(request).desk_url))
    signing_in = request.url.path == SIGN_IN_PATH
    holder = visitor_token(request) if signing_in else read_cookie(request, Cookie.SESSION)
    if holder is None and not signing_in:
        return
    if holder is None or not await _carries(request, _token(holder)):
        raise ForgedRequest(STALE_FORM if signing_in else EARLIER)


async def _carries(request: Request, token: str) -> bool:
    in_header = request.headers.get(HEADER)
    given = in_header if in_header is not None else (await request.form()).get(FIELD)
    return isinstance(given, str) and hmac.compare_digest(given.encode(), token.encode())


def _is_from_here(request: Request) -> bool:
    """What the browser itself says; one too old to say anything has the token alone to show."""
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_FETCHES:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = urlsplit(settings_of(request).desk_url)
    given = urlsplit(origin)
    return given.netloc == request.headers.get("Host") or (given.scheme, given.netloc) == (own.scheme, own.netloc)


def _token(holder: str) -> str:
    """Made from the secret of the cookie, which it does not give away."""
    return hmac.new(holder.encode(), b"signalbox csrf", hashlib.sha256).hexdigest()
