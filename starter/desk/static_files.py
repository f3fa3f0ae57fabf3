"""Stylesheet and scripts, at addresses that change with what they hold, so that browsers keep them for good."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

STATIC = Path(__file__).parent / "static"

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
"""What is served; anything else in the directory is not."""


def _fingerprint() -> str:
    """One for all of them: scripts name each other by relative addresses."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


FINGERPRINT = _fingerprint()

router = APIRouter(include_in_schema=False)


def static(name: str) -> str:
    """The address of a file in `static/`, such as `desk.css`."""
    return f"/static/{FINGERPRINT}/{name}"


@router.get("/static/{fingerprint}/{name:path}")
async def static_file(request: Request, fingerprint: str, name: str) -> FileResponse:
    """One file. A page from before an update names an older fingerprint and gets what there is now."""
    file = (STATIC / name).resolve()
    kind = TYPES.get(file.suffix)
    if kind is None or not file.is_relative_to(STATIC) or not file.is_file():
        raise HTTPException(404)
    caching = FOR_GOOD if fingerprint == FINGERPRINT else ASK_AGAIN
    return FileResponse(file, media_type=kind, headers={"Cache-Control": caching})
