"""The page at `/docs`: the OpenAPI document for people to read, whole in itself, without a script or another server."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import JsonValue

from starter.api.openapi_document import Content, OpenApiDocument, Operation, Schema

TEMPLATES = Path(__file__).parent / "templates"

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
"""The page needs nothing but its own stylesheet, and a browser is told to load nothing else."""

router = APIRouter(include_in_schema=False)
_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@router.get("/docs")
async def reference_page(request: Request) -> HTMLResponse:
    """Every operation, what it takes and answers, and every type."""
    document = OpenApiDocument.model_validate(request.app.openapi())
    page = _ENVIRONMENT.get_template("reference.html").render(
        about=document.info,
        operations=[
            (method.upper(), path, operation)
            for path, methods in document.paths.items()
            for method, operation in methods.items()
        ],
        types=_reached(document),
        address=str(request.base_url).rstrip("/"),
        pieces=_pieces,
        quoted=_quoted,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


@router.get("/docs/style.css")
async def style() -> FileResponse:
    """The page's stylesheet."""
    return FileResponse(TEMPLATES / "reference.css", media_type="text/css")


def written_type(schema: Schema) -> str:
    """A type in a few words, such as `list of Message`, `text, at most 500 characters` or `Stage or nothing`."""
    if schema.named is not None:
        return schema.named
    choices = schema.any_of or schema.one_of
    if choices:
        return " or ".join(dict.fromkeys(written_type(choice) for choice in choices))
    if schema.const is not None:
        return json.dumps(schema.const)
    if schema.enum:
        return " or ".join(json.dumps(value) for value in schema.enum)
    if schema.type == "array":
        each = written_type(schema.items) if schema.items else "anything"
        return ", ".join((f"list of {each}", *_limits(schema.min_items, schema.max_items, "items")))
    plain = {"string": "text", "integer": "whole number", "null": "nothing", "boolean": "true or false"}
    kind = "time" if schema.format == "date-time" else plain.get(schema.type or "", schema.type or "anything")
    lengths = _limits(schema.min_length, schema.max_length, "characters")
    return ", ".join((kind, *lengths, *_limits(schema.minimum, schema.maximum, "")))


def _limits(least: float | None, most: float | None, of: str) -> Iterator[str]:
    if least:
        yield f"at least {least:g} {of}".rstrip()
    if most is not None:
        yield f"at most {most:,g} {of}".rstrip()


def types_in(schema: Schema) -> Iterator[str]:
    """The names of the types that one mentions, in its order."""
    if schema.named is not None:
        yield schema.named
    for part in (*schema.any_of, *schema.one_of, *schema.properties.values()):
        yield from types_in(part)
    if schema.items is not None:
        yield from types_in(schema.items)


def _reached(document: OpenApiDocument) -> dict[str, Schema]:
    """The types that operations mention, and those that these mention, in the order in which a reader meets them."""
    named = document.components.schemas
    found: dict[str, Schema] = {}
    to_follow = [name for methods in document.paths.values() for one in methods.values() for name in _mentioned(one)]
    while to_follow:
        name = to_follow.pop(0)
        if name not in found and name in named:
            found[name] = named[name]
            to_follow = [*types_in(named[name]), *to_follow]
    return found


def _mentioned(operation: Operation) -> Iterator[str]:
    bodies: list[Content] = list(operation.body.content.values()) if operation.body else []
    bodies += [content for answer in operation.responses.values() for content in answer.content.values()]
    for schema in (*(parameter.schema_ for parameter in operation.parameters), *(body.schema_ for body in bodies)):
        yield from types_in(schema)


class _Piece(NamedTuple):
    """A part of a written type; `name` is the type it leads to."""

    text: str
    name: str | None


def _pieces(schema: Schema) -> list[_Piece]:
    """A written type, cut where it mentions another."""
    names = set(types_in(schema))
    return [_Piece(text, text if text in names else None) for text in re.split(r"([\w-]+)", written_type(schema))]


def _quoted(value: JsonValue) -> str:
    """JSON as a shell takes it."""
    return shlex.quote(json.dumps(value, indent=2, ensure_ascii=False))
