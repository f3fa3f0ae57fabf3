"""The OpenAPI document as the door really answers, and not as FastAPI would: refusals are in words of our own."""

from typing import Any

from starter.api.problem import MEDIA_TYPE, Problem

JSON = "application/json"
SCHEMAS = "#/components/schemas/"
PROBLEM = {"$ref": f"{SCHEMAS}{Problem.__name__}"}
FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")

OpenApi = dict[str, Any]
"""A document, or a part of it, as FastAPI makes it."""


def as_it_answers(document: OpenApi) -> OpenApi:
    """Describe each problem under its own media type, and leave out the answers that only FastAPI would give."""
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            operation["responses"] = {
                status: _own_type(answer) for status, answer in answers.items() if not _is_the_frameworks(answer)
            }
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name: schemas[name] for name in schemas if name not in FRAMEWORKS_OWN}
    return document


def _own_type(answer: OpenApi) -> OpenApi:
    content = answer.get("content", {})
    if MEDIA_TYPE not in content or content.get(JSON, {}).get("schema") != PROBLEM:
        return answer
    others = {name: described for name, described in content.items() if name != JSON}
    return {**answer, "content": {**others, MEDIA_TYPE: {**content[MEDIA_TYPE], "schema": PROBLEM}}}


def _is_the_frameworks(answer: OpenApi) -> bool:
    schema = answer.get("content", {}).get(JSON, {}).get("schema", {})
    return schema == {"$ref": f"{SCHEMAS}{FRAMEWORKS_OWN[0]}"}
