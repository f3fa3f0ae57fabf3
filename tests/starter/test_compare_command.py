"""`signalbox compare`: what people and scripts can rely on, over local models and hosted ones on real HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, JsonValue
from typer.testing import CliRunner, Result

from demo.embedded.help_centre import index_help_centre
from demo.embedded.ports import LOOPBACK, free_ports
from integrations.models.answers import TicketReading, WrittenReply
from ledger.migrate import migrate
from starter.command_line.main import signalbox
from starter.comparison.entrants import entrants_of
from starter.comparison.page import comparison_page
from starter.comparison.report import ComparisonReport
from starter.policy_files import read_policy
from tests.integrations.hosted_server import HostedServer, hosted_server
from tests.shop_process import shop_process
from tests.starter.command import COLUMNS, widest

POLICIES = Path(__file__).parents[2] / "policies"
SCRIPT = "<script>alert(1)</script>"


def ticket(number: str, text: str, **more: JsonValue) -> str:
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


@pytest.fixture(scope="module")
def ground(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Ground]:
    migrate(database_url)
    index_help_centre(database_url)
    with shop_process(database_url, tmp_path_factory.mktemp("shop") / "seed.yaml") as shop:
        data = Path(pytestconfig.cache.mkdir("signalbox"))
        yield Ground(data=data, database_url=database_url, shop_url=shop.address)


@pytest.fixture(scope="module")
def server() -> Iterator[HostedServer]:
    with hosted_server() as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "tickets.jsonl"
    written.write_text("\n".join([ORDER, RETURNS, CANCEL, THREAT]))
    return written


def compared(ground: Ground, *words: str, **more: str) -> Result:
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
    assert told.exit_code == 0, told.stderr
    return ComparisonReport.model_validate_json(told.stdout)


LOCAL = ("--policy", str(POLICIES / "local.yaml"), "--models", "local-compact,local-ensemble,local-templates")


def test_local_models_read_propose_and_draft_side_by_side(ground: Ground, file: Path) -> None:
    report = report_of(compared(ground, str(file), *LOCAL, "--json"))
    assert (report.drafts_left_out, report.lookups_failed) == (None, None)
    order, returns, cancel, _ = report.tickets
    compact, ensemble, templates = order.answers
    assert compact.served == ensemble.served == ("order_status",)
    assert compact.draft is None
    assert compact.not_drafted == "This model only reads."
    assert templates.read_by == "local-compact"
    assert templates.draft is not None
    assert "W10002" in templates.draft
    assert "30 days" in (returns.answers[2].draft or "")
    assert [action.id for action in cancel.answers[0].actions] == ["cancel_order:W10001"]
    totals = {total.model: total for total in report.totals}
    assert totals["local-ensemble"].agrees_on_intent == 1
    assert totals["local-templates"].agrees_on_intent is None
    assert totals["local-templates"].drafted == 3
    assert (totals["local-compact"].p95_seconds or 0) >= (totals["local-compact"].p50_seconds or 1) > 0


def test_a_ticket_that_the_guard_holds_is_shown_to_no_model(ground: Ground, file: Path) -> None:
    report = report_of(compared(ground, str(file), *LOCAL, "--json"))
    threat = report.tickets[3]
    assert threat.held is not None
    assert "legal threat" in threat.held.sentence
    assert (threat.answers, report.held) == ((), 1)
    assert {total.asked for total in report.totals} == {3}


def test_a_person_reads_it_on_eighty_columns(ground: Ground, file: Path) -> None:
    told = compared(ground, str(file), *LOCAL)
    assert told.exit_code == 0, told.stderr
    assert "local-ensemble" in told.stdout
    assert "action: Cancel order W10001" in told.stdout
    assert "draft: " in told.stdout
    assert widest(told.stdout) <= COLUMNS


def test_the_page_shows_a_script_in_a_ticket_as_text(ground: Ground, file: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    told = compared(ground, str(file), *LOCAL, "--html", str(page), "--json")
    written = page.read_text()
    assert written == comparison_page(report_of(told))
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in written
    assert not any(fetching in written for fetching in ("src=", "href=", "url(", "@import"))


def test_without_a_help_centre_drafts_are_left_out_and_it_says_so(ground: Ground, file: Path) -> None:
    nobody = f"postgresql://postgres@{LOOPBACK}:{free_ports(1)[0]}/signalbox"
    told = compared(ground, str(file), *LOCAL, "--json", SIGNALBOX_DATABASE_URL=nobody)
    report = report_of(told)
    assert report.drafts_left_out is not None
    assert report.drafts_left_out.startswith("Drafts were not compared: there is no help centre")
    assert report.drafts_left_out in told.stderr
    answers = [answer for one in report.tickets for answer in one.answers]
    assert {answer.draft for answer in answers} == {None}
    assert all(answer.route is None for answer in answers)
    assert report.tickets[0].answers[0].served == ("order_status",)


def test_a_shop_that_is_away_is_told_of_as_a_case_would_see_it(ground: Ground, file: Path) -> None:
    nobody = f"http://{LOOPBACK}:{free_ports(1)[0]}"
    report = report_of(compared(ground, str(file), *LOCAL, "--json", SIGNALBOX_SHOP_URL=nobody))
    assert report.lookups_failed is not None
    order, returns, *_ = report.tickets
    assert order.answers[2].draft is None
    assert returns.answers[2].draft is not None


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
    return TicketReading.model_validate(
        {
            "rationale": "says so",
            "category": "other",
            "intents": [{"name": intent, "confidence": 0.95}],
            "priority": "low",
            "team": "triage",
            "confidence": 0.95,
            "escalation_required": False,
            "order_ids": [],
            "emails": [],
            "amounts": [],
            "dates": [],
            "plan": None,
            "address": None,
            "tone": "calm",
            "contradictions": [],
        }
    ).model_dump_json()


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


def test_local_models_cost_nothing_and_know_no_ceiling(ground: Ground, file: Path) -> None:
    report = report_of(compared(ground, str(file), *LOCAL, "--ceiling", "0", "--json"))
    assert (report.left_out, report.ceiling_reached) == (0, None)


def test_a_model_that_hears_is_asked_for_no_reading(nowhere: Ground, file: Path) -> None:
    policy = ("--policy", str(POLICIES / "default.yaml"))
    told = compared(nowhere, str(file), *policy, "--models", "gpt-hears")
    assert told.exit_code == 1
    assert "--models: gpt-hears hears recordings and reads no ticket. Leave it out." in told.stderr
    everyone = entrants_of(read_policy(POLICIES / "default.yaml"), [])
    assert "gpt-hears" not in [entrant.model for entrant in everyone]
    assert "claude-strong" in [entrant.model for entrant in everyone]


@pytest.fixture
def nowhere(tmp_path: Path) -> Ground:
    return Ground(data=tmp_path / "untouched", database_url="postgresql://nobody@127.0.0.1:1/none", shop_url="http://x")


def test_a_model_that_the_policy_lacks_is_refused_with_the_nearest_one(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--policy", str(POLICIES / "local.yaml"), "--models", "local-compct")
    assert told.exit_code == 1
    assert "Error: --models: the policy has no model 'local-compct'. Did you mean 'local-compact'?" in told.stderr
    assert not nowhere.data.exists()


def test_models_that_only_draft_are_refused_without_one_that_reads(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--policy", str(POLICIES / "local.yaml"), "--models", "local-quotes")
    assert told.exit_code == 1
    assert "nothing to draft from. Add local-compact or local-ensemble." in told.stderr


def test_an_empty_file_is_refused(nowhere: Ground, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text("\n")
    told = compared(nowhere, str(file))
    assert told.exit_code == 1
    assert "empty.jsonl: holds no ticket. Write one JSON object a line." in told.stderr


def test_a_malformed_line_is_named_with_the_way_out_and_no_model_is_asked(nowhere: Ground, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{ORDER}\n{{"tenant": "acme"\n{RETURNS.replace("acme", "A B")}\n')
    told = compared(nowhere, str(file))
    assert told.exit_code == 1
    assert "bad.jsonl:2 (whole): breaks off before its end. Send one whole JSON object." in told.stderr
    assert "bad.jsonl:3 tenant: does not have the right form." in told.stderr
    assert told.stdout == ""
    assert not nowhere.data.exists()


def test_a_page_that_cannot_be_written_is_told_of_before_any_model_is_asked(nowhere: Ground, file: Path) -> None:
    told = compared(nowhere, str(file), "--html", str(file.parent / "gone" / "page.html"))
    assert told.exit_code == 1
    assert "--html: " in told.stderr
    assert "Give a file in a folder of yours." in told.stderr
    assert not nowhere.data.exists()
