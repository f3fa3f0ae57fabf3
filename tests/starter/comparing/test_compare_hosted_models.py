"""`signalbox compare` over hosted models, on real HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from integrations.models.answers import WrittenReply
from tests.integrations.hosted_server import HostedServer, hosted_server
from tests.starter.comparing.calling import CANCEL, MIA, ORDER, POLICIES, THREAT, Ground, compared, report_of, ticket
from tests.workflows.hosted_world import READING


@pytest.fixture(scope="module")
def server() -> Iterator[HostedServer]:
    with hosted_server() as running:
        yield running


HOSTED = "gpt-cheap,claude-cheap"


@pytest.fixture
def hosted_policy(server: HostedServer, tmp_path: Path) -> Path:
    """The policy of hosted models, with both vendors at llmock."""
    policy = yaml.safe_load((POLICIES / "default.yaml").read_text())
    policy["providers"]["openai"]["base_url"] = server.openai_url
    policy["providers"]["anthropic"]["base_url"] = server.anthropic_url
    for name in policy["include"]:
        (tmp_path / name).write_text((POLICIES / name).read_text())
    written = tmp_path / "policy.yaml"
    written.write_text(yaml.safe_dump(policy))
    return written


def reading(intent: str) -> str:
    asks = [{"intent": intent, "quote": "Please cancel order W10001"}]
    return json.dumps({**json.loads(READING), "intents": [{"name": intent, "confidence": 0.95}], "requests": asks})


def written(reply: str, action: str | None) -> str:
    return WrittenReply.model_validate({"reply": reply, "claims": [], "action": action}).model_dump_json()


GPT: dict[str, JsonValue] = {"model": "gpt-6-luna"}
CLAUDE: dict[str, JsonValue] = {"model": "claude-haiku-5-5"}
KEYS = {"OPENAI_API_KEY": "one", "ANTHROPIC_API_KEY": "two"}


def test_hosted_models_that_disagree_are_marked_on_intent_and_on_action(
    ground: Ground, server: HostedServer, hosted_policy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(CANCEL)
    server.begin(
        {"type": "reply", "text": reading("order_cancellation"), "match": GPT},
        {"type": "reply", "text": written("Order W10001 is cancelled.", "cancel_order"), "match": GPT},
        {"type": "reply", "text": reading("order_status"), "match": CLAUDE},
        {"type": "reply", "text": written("You owe us 999 EUR.", None), "match": CLAUDE},
    )
    report = report_of(
        compared(ground, str(file), "--policy", str(hosted_policy), "--models", HOSTED, "--json", **KEYS)
    )
    (one,) = report.tickets
    gpt, claude = one.answers
    assert (gpt.draft, gpt.suggested_action, gpt.failed_checks) == ("Order W10001 is cancelled.", "cancel_order", ())
    assert claude.draft == "You owe us 999 EUR."
    assert any("999" in check.sentence for check in claude.failed_checks)
    assert (one.intents_differ, one.actions_differ) == (True, True)
    assert (report.intents_differ, report.actions_differ) == (1, 1)
    second = report.totals[1]
    assert (second.agrees_on_intent, second.agrees_on_action, second.unproven) == (0, 0, 1)
    assert report.totals[0].cost == sum(attempt.cost for attempt in gpt.attempts) > 0
    assert len(gpt.attempts) == 2
    assert len(server.requests()) == 4


def test_a_hosted_model_that_fails_is_told_of_with_its_reason_and_asked_once(
    ground: Ground, server: HostedServer, hosted_policy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(ORDER)
    server.begin(
        {"type": "fail", "status": 529, "match": GPT, "times": None},
        {"type": "reply", "text": reading("order_status"), "match": CLAUDE},
        {"type": "reply", "text": written("It is on its way.", None), "match": CLAUDE},
    )
    told = compared(ground, str(file), "--policy", str(hosted_policy), "--models", HOSTED, "--json", **KEYS)
    report = report_of(told)
    gpt, claude = report.tickets[0].answers
    assert gpt.failure is not None
    assert (gpt.served, gpt.draft, len(gpt.attempts)) == ((), None, 1)
    assert claude.draft == "It is on its way."
    assert (report.totals[0].failures, report.totals[0].failure) == (1, gpt.failure.sentence)
    assert "gpt-cheap failed on 1 of 1 tickets." in told.stderr
    assert report.totals[1].agrees_on_intent is None
    assert len(server.requests()) == 3


def test_only_the_keys_of_the_models_compared_are_asked_for(
    ground: Ground, server: HostedServer, hosted_policy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(ORDER)
    server.begin(
        {"type": "reply", "text": reading("order_status")}, {"type": "reply", "text": written("On its way.", None)}
    )
    words = (str(file), "--policy", str(hosted_policy), "--models", "gpt-cheap", "--json")
    assert report_of(compared(ground, *words, OPENAI_API_KEY="one")).totals[0].drafted == 1
    refused = compared(ground, str(file), "--policy", str(hosted_policy), "--models", HOSTED, OPENAI_API_KEY="one")
    assert refused.exit_code == 1
    assert "ANTHROPIC_API_KEY: is not set" in refused.stderr


def test_what_the_ceiling_cannot_pay_for_is_left_out_and_told_and_what_was_paid_for_is_kept(
    ground: Ground, server: HostedServer, hosted_policy: Path, tmp_path: Path
) -> None:
    file, page = tmp_path / "three.jsonl", tmp_path / "page.html"
    file.write_text("\n".join([ORDER, THREAT, CANCEL, ticket("T5", "When does order W10002 come?", customer=MIA)]))
    server.begin(
        {"type": "reply", "text": reading("order_status"), "match": GPT},
        {"type": "reply", "text": written("It is on its way.", None), "match": GPT},
    )
    # An answer of this model costs a dollar for a thousand at most, and a ticket takes two.
    words = (str(file), "--policy", str(hosted_policy), "--models", "gpt-cheap", "--ceiling", "0.0021")
    told = compared(ground, *words, "--html", str(page), "--json", **KEYS)
    report = report_of(told)
    assert [one.left_out for one in report.tickets] == [False, False, True, True]
    assert (report.left_out, report.held, report.totals[0].asked, report.totals[0].drafted) == (2, 1, 1, 1)
    assert report.tickets[0].answers[0].draft == "It is on its way."
    assert report.ceiling_reached is not None
    assert "0.0021 US dollars was reached: models were asked about 1 tickets, and not about 2" in report.ceiling_reached
    assert report.ceiling_reached in told.stderr
    assert page.read_text().count("the ceiling was reached") == 2
    assert len(server.requests()) == 2
