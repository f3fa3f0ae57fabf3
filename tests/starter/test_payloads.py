"""What stands in histories is read by newer and older workers alike."""

import json

import pytest
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload

from cases.case import CaseStart
from cases.review import Approve
from cases.ticket import Message, Ticket
from cases.work import AnswerReport
from starter.payloads import DATA_CONVERTER
from tests.samples import a_ticket

CONVERTER = DATA_CONVERTER.payload_converter


def stored(value: object) -> dict[str, object]:
    return json.loads(CONVERTER.to_payloads([value])[0].data)


def read(content: dict[str, object], wanted: type) -> object:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(content).encode())
    return CONVERTER.from_payloads([payload], [wanted])[0]


def test_a_case_is_read_as_it_was_written() -> None:
    start = CaseStart(ticket=a_ticket())
    assert read(stored(start), CaseStart) == start


def test_what_is_none_takes_no_room() -> None:
    assert stored(AnswerReport(note_id="n")) == {"note_id": "n"}


def test_a_field_of_a_newer_version_is_passed_over_in_a_history() -> None:
    newer = stored(a_ticket())
    newer["mood"] = "sunny"
    messages = newer["messages"]
    assert isinstance(messages, list)
    messages[0]["mood"] = "sunny"
    assert read(newer, Ticket) == a_ticket()


def test_the_same_field_is_refused_at_a_door() -> None:
    with pytest.raises(ValidationError, match="mood"):
        Message.model_validate({**a_ticket().messages[0].model_dump(), "mood": "sunny"})


def test_what_is_of_another_type_is_an_error_in_a_history_too() -> None:
    with pytest.raises(ValidationError, match="case_version"):
        read({"request_id": "review-1", "case_version": "first", "reviewer": "Rita"}, Approve)
