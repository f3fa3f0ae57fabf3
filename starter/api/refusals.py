"""How each error of ours, and each of FastAPI's, becomes a problem in an answer."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import JsonValue
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from cases.errors import CaseRefusal, InvalidInput, SignatureRefused, Unavailable, UnknownCase, UnknownSource
from starter.api.problem import ProblemType, problem_response, unavailable_response
from starter.problems import FieldProblem, problems_in

NOT_JSON = "The body is not JSON. Send one JSON object, as Content-Type: application/json."


ANSWERED = (
    RequestValidationError,
    InvalidInput,
    CaseRefusal,
    SignatureRefused,
    UnknownSource,
    Unavailable,
    HTTPException,
)


def install_refusals(app: FastAPI) -> None:
    """Let the application answer with problems."""
    for kind in ANSWERED:
        app.add_exception_handler(kind, _answer)


def _answer(request: Request, error: Exception) -> Response:
    match error:
        case RequestValidationError():
            return _invalid(error)
        case InvalidInput():
            return _unprocessable(FieldProblem(field=error.field, problem=error.problem, way_out=error.way_out))
        case UnknownCase():
            return problem_response(ProblemType.UNKNOWN_CASE, HTTPStatus.NOT_FOUND, str(error))
        case CaseRefusal():
            return problem_response(ProblemType.REFUSED, HTTPStatus.CONFLICT, str(error))
        case SignatureRefused():
            return problem_response(ProblemType.UNAUTHORISED, HTTPStatus.UNAUTHORIZED, str(error))
        case UnknownSource():
            return problem_response(ProblemType.UNKNOWN_SOURCE, HTTPStatus.NOT_FOUND, str(error))
        case Unavailable():
            return unavailable_response(str(error))
        case HTTPException():
            return _unroutable(request, error)
        case _:
            raise error


def _invalid(error: RequestValidationError) -> Response:
    found: list[ErrorDetails] = [_as_the_caller_wrote(detail, error.body) for detail in error.errors()]
    if any(detail["type"] == "json_invalid" for detail in found):
        return problem_response(ProblemType.NOT_JSON, HTTPStatus.BAD_REQUEST, NOT_JSON)
    return _unprocessable(*problems_in(found))


def _unprocessable(*problems: FieldProblem) -> Response:
    detail = " ".join(str(problem) for problem in problems)
    return problem_response(ProblemType.INVALID, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=problems)


def _unroutable(request: Request, error: HTTPException) -> Response:
    """Answer for an address that is not there, a method it does not have, or a body nested too deep to parse."""
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        return problem_response(ProblemType.NOT_JSON, status, NOT_JSON)
    detail = f"{request.method} {request.url.path}: {status.description or status.phrase}. See /docs."
    return problem_response(ProblemType.NOT_FOUND, status, detail, headers=error.headers)


def _as_the_caller_wrote(detail: ErrorDetails, body: JsonValue) -> ErrorDetails:
    """Name the field as it stands in the caller's document, without where FastAPI found it (`body`, `query`)."""
    place, *path = detail["loc"]
    return {**detail, "loc": tuple(_without_kinds(path, body) if place == "body" else path)}


def _without_kinds(path: Sequence[int | str], written: JsonValue) -> Iterator[int | str]:
    """Leave out the steps that are no field: Pydantic puts the kind of a decision or an action before its fields."""
    for number, step in enumerate(path, start=1):
        match written, step:
            case dict(), str() if step in written:
                written = written[step]
            case list(), int() if step < len(written):
                written = written[step]
            case dict(), _ if number < len(path):
                continue
            case _:
                written = None
        yield step
