"""What the OpenAPI document says about answers that are not a success."""

from http import HTTPStatus
from typing import Any

from cases.delivery import Receipt
from starter.api.problem import MEDIA_TYPE, Problem, ProblemType
from starter.problems import FieldProblem

Answers = dict[int | str, dict[str, Any]]
"""Descriptions by status, as FastAPI takes them."""


def described(status: HTTPStatus, kind: ProblemType, detail: str, *errors: FieldProblem) -> Answers:
    """Describe a problem by an example of it."""
    example = Problem(type=kind, title=status.phrase, status=status, detail=detail, errors=errors)
    return {
        status.value: {
            "model": Problem,
            "description": detail,
            "content": {MEDIA_TYPE: {"example": example.model_dump(mode="json")}},
        }
    }


MISSING_TEXT = FieldProblem(field="messages.0.text", problem="is missing.", way_out="Add it.")

EVERYWHERE: Answers = {
    **described(HTTPStatus.UNAUTHORIZED, ProblemType.UNAUTHORISED, "The bearer token is missing or wrong."),
    **described(HTTPStatus.SERVICE_UNAVAILABLE, ProblemType.UNAVAILABLE, "Temporal does not answer."),
}

WITH_BODY: Answers = {
    **described(HTTPStatus.BAD_REQUEST, ProblemType.NOT_JSON, "The body is not JSON."),
    **described(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ProblemType.TOO_LARGE, "The body is too large."),
    **described(HTTPStatus.UNPROCESSABLE_ENTITY, ProblemType.INVALID, str(MISSING_TEXT), MISSING_TEXT),
}

LATER = "The same as 503, for senders who send again after this status alone. Nothing was kept."
UNREADABLE = (
    "It is signed, and cannot be understood; it is kept for somebody to look at, and another try would not help."
)

FROM_SOURCES: Answers = {
    HTTPStatus.UNPROCESSABLE_ENTITY.value: {
        **described(HTTPStatus.UNPROCESSABLE_ENTITY, ProblemType.INVALID, UNREADABLE)[422],
        "model": Receipt,
    },
    **described(HTTPStatus.CONFLICT, ProblemType.UNAVAILABLE, LATER),
    **described(HTTPStatus.INTERNAL_SERVER_ERROR, ProblemType.UNAVAILABLE, LATER),
    **described(HTTPStatus.UNAUTHORIZED, ProblemType.UNAUTHORISED, "The delivery does not prove whose it is."),
    **described(HTTPStatus.NOT_FOUND, ProblemType.UNKNOWN_SOURCE, "There is no such source."),
    **described(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ProblemType.TOO_LARGE, "The body is too large."),
    **described(HTTPStatus.SERVICE_UNAVAILABLE, ProblemType.UNAVAILABLE, "Temporal does not answer."),
}

ABOUT_A_CASE: Answers = described(HTTPStatus.NOT_FOUND, ProblemType.UNKNOWN_CASE, "There is no such case.")

REFUSED: Answers = described(
    HTTPStatus.CONFLICT, ProblemType.REFUSED, "This case does not wait for a decision. Look at it again."
)
