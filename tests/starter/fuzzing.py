"""Requests that schemathesis makes up from an OpenAPI document, sent to a real door and held against the document."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest, Session
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CHECKS, load_all_checks

EXAMPLES = 5
"""Of each operation in each mode; with these all take less than a minute on two cores."""

load_all_checks()
CONFORMITY = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
"""That what is accepted is what the document allows is not held against it: our types take a number for its digits,
and refuse what no schema says, such as a message older than its ticket."""

Headers = Callable[[bytes], Mapping[str, str]]
"""The headers that go with a body: a token, or a signature of it."""


class Sent(NamedTuple):
    """A request that was answered."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    status: int
    answer: bytes

    @property
    def accepted(self) -> bool:
        return self.status < 300

    @property
    def taken(self) -> bool:
        """Accepted; no delivery that was known before, as signed deliveries of one id are, and no automatic mail."""
        if not self.accepted:
            return False
        answer: dict[str, Any] = json.loads(self.answer)
        return not answer.get("repeated", False) and answer.get("ignored") is None


class Fuzzer:
    """Sends what is made up, and remembers what became of it."""

    def __init__(self, address: str, document: dict[str, Any]) -> None:
        self.sent: list[Sent] = []
        self._address = address
        self._schema = schemathesis.openapi.from_dict(document)
        self._session = Session()
        self._session.trust_env = False

    def fuzz(
        self,
        method: str,
        path: str,
        mode: GenerationMode,
        headers: Headers,
        path_parameters: dict[str, Any] | None = None,
    ) -> None:
        """Send requests of one operation; raises where an answer is not as the document says."""

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=bool(os.environ.get("CI")),
            phases=(Phase.generate,),
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
        )
        @given(case=self._schema[path][method].as_strategy(mode, path_parameters=path_parameters))
        def send(case: Case) -> None:
            case.validate_response(self._answer(case, headers), checks=CONFORMITY)

        send()

    def _answer(self, case: Case, headers: Headers) -> Response:
        told: dict[str, str] = {}
        bodies: list[bytes] = []

        def sign(request: PreparedRequest) -> PreparedRequest:
            bodies.append(_bytes(request.body))
            told.update(headers(bodies[-1]))
            request.headers.update(told)
            return request

        answer = case.call(base_url=self._address, session=self._session, auth=sign)
        path = (answer.request.url or "").removeprefix(self._address)
        self.sent.append(Sent(path, bodies[-1], told, answer.status_code, answer.content))
        return answer


def _bytes(body: object) -> bytes:
    match body:
        case None:
            return b""
        case str():
            return body.encode()
        case bytes():
            return body
        case _:
            raise AssertionError(f"a body of {type(body)}")
