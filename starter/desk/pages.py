"""Pages from templates. Everything in them is text until a template says otherwise."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cases.words import in_words
from starter.desk.forgery import csrf_token
from starter.desk.static_files import static

TEMPLATES = Path(__file__).parent / "templates"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)

ENVIRONMENT.filters["words"] = in_words


def page(
    request: Request,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """A page, or a part of one.

    Each template also gets `person` (None: nobody), `provider` (who signs people in; None: passwords of ours), `csrf`,
    `path` and `static`.
    """
    values = {
        "person": getattr(request.state, "person", None),
        "csrf": csrf_token(request),
        "path": request.url.path,
        "static": static,
        "provider": request.app.state.provider,
        **context,
    }
    written = ENVIRONMENT.get_template(template).render(values)
    return HTMLResponse(written, status_code=status, headers=headers)
