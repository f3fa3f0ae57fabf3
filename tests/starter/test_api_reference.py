"""The OpenAPI document and the page that shows it: true, whole, and of use in a shell."""

import html
import re
import shlex
from typing import Any

import httpx
from fastapi.openapi.models import Example
from pydantic import TypeAdapter

from cases.outcome import Satisfaction
from cases.review import ClaimRequest, Decision, Reassign, ReleaseRequest, UndoRequest
from cases.ticket import Message, Ticket
from starter.api.examples import CLAIM, DECISION, MESSAGE, REASSIGN, RELEASE, SATISFACTION, TICKET, UNDO
from starter.api.problem import MEDIA_TYPE


def test_the_examples_of_the_openapi_document_can_be_sent() -> None:
    kinds: list[tuple[TypeAdapter[Any], dict[str, Example]]] = [
        (TypeAdapter(Ticket), TICKET),
        (TypeAdapter(Decision), DECISION),
        (TypeAdapter(Message), MESSAGE),
        (TypeAdapter(Satisfaction), SATISFACTION),
        (TypeAdapter(ClaimRequest), CLAIM),
        (TypeAdapter(ReleaseRequest), RELEASE),
        (TypeAdapter(UndoRequest), UNDO),
        (TypeAdapter(Reassign), REASSIGN),
    ]
    for adapter, examples in kinds:
        for example in examples.values():
            assert adapter.validate_python(example.get("value"))


def test_the_openapi_document_describes_every_operation_and_its_problems(door: httpx.Client) -> None:
    document = door.get("/openapi.json").json()

    assert set(document["paths"]) == {
        "/tickets",
        "/cases",
        "/cases/{case_id}",
        "/cases/{case_id}/decision",
        "/cases/{case_id}/claim",
        "/cases/{case_id}/release",
        "/cases/{case_id}/undo",
        "/cases/{case_id}/reassign",
        "/cases/{case_id}/messages",
        "/cases/{case_id}/satisfaction",
        "/sources/{tenant}/{name}",
        "/accounts/{kind}",
        "/healthz",
    }
    answers = document["paths"]["/tickets"]["post"]["responses"]
    assert set(answers) == {"200", "202", "400", "401", "413", "422", "503"}
    problems = [answers[status]["content"] for status in ("400", "401", "413", "422", "503")]
    assert [set(content) for content in problems] == [{MEDIA_TYPE}] * 5
    assert {content[MEDIA_TYPE]["schema"]["$ref"] for content in problems} == {"#/components/schemas/Problem"}


def test_the_openapi_document_says_nothing_of_answers_that_are_never_given(door: httpx.Client) -> None:
    assert "HTTPValidationError" not in door.get("/openapi.json").text


def test_the_reference_page_needs_nothing_from_elsewhere(door: httpx.Client) -> None:
    page = door.get("/docs")
    document = door.get("/openapi.json").json()

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', page.text)) == {"/docs/style.css", "/openapi.json"}
    assert door.get("/docs/style.css").headers["content-type"].startswith("text/css")
    for path, methods in document["paths"].items():
        assert all(f'id="{method.upper()}{path}"' in page.text for method in methods)


def test_the_reference_page_shows_every_type_that_it_leads_to(door: httpx.Client) -> None:
    page = door.get("/docs").text

    led_to = set(re.findall(r'href="#([^"]+)"', page))
    assert {"Ticket", "Message", "CaseView"} <= led_to
    assert led_to <= set(re.findall(r'id="([^"]+)"', page))


def test_the_reference_page_has_requests_that_a_shell_can_send(door: httpx.Client) -> None:
    page = html.unescape(door.get("/docs").text)

    sent = [shlex.split(command) for command in re.findall(r"<pre[^>]*>(curl [^<]*)</pre>", page)]
    bodies = [words[words.index("-d") + 1] for words in sent if "-d" in words]
    assert Ticket.model_validate_json(bodies[0])
    examples = (TICKET, DECISION, CLAIM, RELEASE, UNDO, REASSIGN, MESSAGE, SATISFACTION)
    assert len(bodies) == sum(map(len, examples))
