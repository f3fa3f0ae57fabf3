"""What is wrong with what somebody sent is said in words, with a way out that people can follow."""

import json
from collections.abc import Iterator

import pytest
from pydantic import JsonValue, ValidationError

from cases.money import Money
from cases.ticket import Ticket
from starter.problems import FORMS, FieldProblem, problems_of

TICKET: dict[str, JsonValue] = {
    "tenant": "acme",
    "source": "web",
    "id": "1",
    "messages": [{"id": "m1", "text": "Hi.", "sent_at": "2026-01-05T09:00:00Z"}],
}


def problem(written: str) -> FieldProblem:
    with pytest.raises(ValidationError) as refused:
        Ticket.model_validate_json(written)
    return problems_of(refused.value)[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"customer": {"email": "nobody"}},
            "customer.email: does not have the right form. Write it as name@example.com.",
        ),
        ({"tenant": "A C"}, "tenant: does not have the right form. Use small letters, digits and hyphens, at most 63"),
        ({"locale": "english"}, "locale: does not have the right form. Write it as en or de-AT."),
    ],
)
def test_a_form_is_told_by_an_example_and_not_by_a_pattern(change: dict[str, JsonValue], told: str) -> None:
    assert str(problem(json.dumps({**TICKET, **change}))).startswith(told)


def test_an_empty_text_is_called_empty() -> None:
    messages: JsonValue = [{"id": "m1", "text": "", "sent_at": "2026-01-05T09:00:00Z"}]

    assert str(problem(json.dumps({**TICKET, "messages": messages}))).startswith("messages.0.text: is empty.")


@pytest.mark.parametrize("written", ["", "{", '{"tenant": "ac'])
def test_a_document_that_breaks_off_is_told_so(written: str) -> None:
    assert str(problem(written)) == "(whole): breaks off before its end. Send one whole JSON object."


def test_too_many_decimals_are_counted() -> None:
    with pytest.raises(ValidationError) as refused:
        Money.model_validate({"amount": "20.005", "currency": "EUR"})

    assert str(problems_of(refused.value)[0]) == "amount: has more than 2 decimals. Write it as 20.00."


def test_every_pattern_of_a_ticket_has_its_words() -> None:
    patterns = set(patterns_in(Ticket.model_json_schema()))

    assert len(patterns) >= 5
    assert patterns <= set(FORMS)


def patterns_in(schema: JsonValue) -> Iterator[str]:
    match schema:
        case dict():
            if isinstance(found := schema.get("pattern"), str):
                yield found
            for part in schema.values():
                yield from patterns_in(part)
        case list():
            for part in schema:
                yield from patterns_in(part)
        case _:
            return
