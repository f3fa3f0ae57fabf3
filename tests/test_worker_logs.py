"""What a worker logs: ids and sentences of ours, and nothing a customer wrote."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SECRET = "my card is 4111 1111"


def logged(form: str, program: str) -> str:
    """What a process writes to standard error that logs in this form."""
    setup = f"import logging\nfrom starter.logs import LogFormat, configure_logs\nconfigure_logs(LogFormat.{form})\n"
    ended = subprocess.run(
        [sys.executable, "-c", setup + program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return ended.stderr


def records(program: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in logged("JSON", program).splitlines()]


def test_ours_and_the_libraries_lines_have_one_form() -> None:
    ours, theirs = records("""
import structlog
structlog.stdlib.get_logger("signalbox").info("ours", queues=["tools"])
logging.getLogger("library").warning("theirs %s", "too")
""")
    assert (ours["event"], ours["level"], ours["queues"]) == ("ours", "info", ["tools"])
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("theirs too", "warning", "library")


def test_the_ids_of_a_case_stand_in_a_field_of_their_own() -> None:
    (line,) = records("""
ids = {"workflow_id": "ticket:acme:zendesk:1"}
logging.getLogger("temporalio.workflow").warning("stuck", extra={"temporal_workflow": ids})
""")
    assert line["event"] == "stuck"
    assert line["temporal_workflow"] == {"workflow_id": "ticket:acme:zendesk:1"}


def test_an_error_that_may_quote_a_customer_is_told_by_type_and_place_alone() -> None:
    (line,) = records(f"""
from pydantic import TypeAdapter
from cases.action import Email
try:
    TypeAdapter(Email).validate_python({SECRET!r})
except ValueError:
    logging.getLogger("library").exception("refused")
""")
    assert SECRET not in json.dumps(line)
    assert "ValidationError (" in str(line["failure"])


def test_an_error_of_ours_is_told_with_its_sentence_and_what_caused_it() -> None:
    (line,) = records(f"""
from cases.errors import LedgerUnavailable
try:
    raise LedgerUnavailable("PostgreSQL does not answer.") from ConnectionError({SECRET!r})
except LedgerUnavailable:
    logging.getLogger("library").exception("failed")
""")
    assert SECRET not in json.dumps(line)
    assert line["failure"] == [
        "LedgerUnavailable: PostgreSQL does not answer. (<string>:7 in <module>)",
        "ConnectionError",
    ]


def test_requests_of_the_http_client_are_not_logged() -> None:
    """Their addresses hold what was looked up by: a customer's e-mail."""
    assert records('logging.getLogger("httpx").info("GET /customers?email=ada@example.com")') == []


def test_people_read_lines() -> None:
    said = logged("LINES", 'logging.getLogger("signalbox").info("taking work")')
    assert "[info     ] taking work" in said
