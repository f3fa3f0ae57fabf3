"""What the HTTP door answers when it cannot do what was asked: RFC 9457 problem details, typed.

`type` is for software, `detail` is a sentence for people, and `errors` names each field that cannot be taken.
"""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from fastapi.responses import JSONResponse

from cases.record import Record
from starter.problems import FieldProblem

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER_SECONDS = 5
"""When a part of ours is away: it starts in about that time."""


class ProblemType(StrEnum):
    """The kinds of problem; each keeps its name for good."""

    NOT_JSON = "urn:signalbox:problem:not-json"
    INVALID = "urn:signalbox:problem:invalid"
    TOO_LARGE = "urn:signalbox:problem:too-large"
    UNAUTHORISED = "urn:signalbox:problem:unauthorised"
    DOOR_SHUT = "urn:signalbox:problem:door-shut"
    UNKNOWN_CASE = "urn:signalbox:problem:unknown-case"
    UNKNOWN_SOURCE = "urn:signalbox:problem:unknown-source"
    REFUSED = "urn:signalbox:problem:refused"
    UNAVAILABLE = "urn:signalbox:problem:unavailable"
    NOT_FOUND = "about:blank"


class Problem(Record):
    """A problem, as it stands in the body of an answer."""

    type: ProblemType
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()


class ProblemResponse(JSONResponse):
    """An answer that carries a problem."""

    media_type = MEDIA_TYPE


def problem_response(
    kind: ProblemType,
    status: HTTPStatus,
    detail: str,
    *,
    errors: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """Answer with a problem."""
    problem = Problem(type=kind, title=status.phrase, status=status, detail=detail, errors=errors)
    return ProblemResponse(problem.model_dump(mode="json"), status_code=status, headers=headers)


def unavailable_response(detail: str) -> ProblemResponse:
    """Answer that a part of ours is away, and when to come back."""
    return problem_response(
        ProblemType.UNAVAILABLE,
        HTTPStatus.SERVICE_UNAVAILABLE,
        detail,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
