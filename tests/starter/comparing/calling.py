"""Tickets to compare models on, and `signalbox compare` as people and scripts call it."""

import json
from pathlib import Path

from pydantic import BaseModel, JsonValue
from typer.testing import CliRunner, Result

from starter.command_line.main import signalbox
from starter.comparison.report import ComparisonReport
from tests.starter.command import COLUMNS

POLICIES = Path(__file__).parents[3] / "policies"
SCRIPT = "<script>alert(1)</script>"


def ticket(number: str, text: str, **more: JsonValue) -> str:
    """A ticket as a line of a file."""
    message: dict[str, JsonValue] = {"id": "m1", "text": text, "sent_at": "2026-01-05T09:00:00Z"}
    return json.dumps({"tenant": "acme", "source": "demo", "id": number, "locale": "en", "messages": [message], **more})


MIA: dict[str, JsonValue] = {"email": "mia@example.com"}
ORDER = ticket("T1", "Any idea when order W10002 gets here? It was due on Monday.", customer=MIA)
RETURNS = ticket("T2", f"How long can I return a tent that I never used? {SCRIPT}", customer=MIA)
CANCEL = ticket("T3", "Please cancel order W10001, I picked the wrong tent.", customer=MIA)
THREAT = ticket("T4", "My lawyer will sue you.", customer=MIA)


class Ground(BaseModel):
    """Where the models learn, and the servers that stand for an installation."""

    data: Path
    database_url: str
    shop_url: str


def compared(ground: Ground, *words: str, **more: str) -> Result:
    """What the command says in an installation, whose environment may be changed."""
    environment = {
        "SIGNALBOX_DATA": str(ground.data),
        "SIGNALBOX_DATABASE_URL": ground.database_url,
        "SIGNALBOX_SHOP_URL": ground.shop_url,
        "COLUMNS": str(COLUMNS),
        **more,
    }
    called = ("compare", *words)
    return CliRunner(env=environment).invoke(signalbox(called), called, prog_name="signalbox", catch_exceptions=False)


def report_of(told: Result) -> ComparisonReport:
    """Its report as JSON; it must have succeeded."""
    assert told.exit_code == 0, told.stderr
    return ComparisonReport.model_validate_json(told.stdout)
