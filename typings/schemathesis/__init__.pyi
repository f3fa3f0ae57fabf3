"""What we use of schemathesis, whose own types leave its generics open."""

from enum import StrEnum
from typing import Any

from hypothesis.strategies import SearchStrategy
from requests import Session
from schemathesis import openapi as openapi

class GenerationMode(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"

class Request:
    url: str | None

class Response:
    request: Request
    status_code: int
    content: bytes

class CheckFunction: ...

class Case:
    def call(self, base_url: str | None = ..., session: Session | None = ..., *, auth: Any = ...) -> Response: ...
    def validate_response(self, response: Response, checks: list[CheckFunction] | None = ...) -> None: ...

class APIOperation:
    def as_strategy(
        self, generation_mode: GenerationMode = ..., *, path_parameters: dict[str, Any] | None = ...
    ) -> SearchStrategy[Case]: ...
