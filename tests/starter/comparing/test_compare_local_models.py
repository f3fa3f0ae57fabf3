"""`signalbox compare` over local models."""

from pathlib import Path

from demo.embedded.ports import LOOPBACK, free_ports
from starter.comparison.page import comparison_page
from tests.starter.command import COLUMNS, widest
from tests.starter.comparing.calling import Ground, compared, report_of


def test_local_models_read_propose_and_draft_side_by_side(ground: Ground, file: Path, local: tuple[str, ...]) -> None:
    report = report_of(compared(ground, str(file), *local, "--json"))
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
    assert [action.id for action in cancel.answers[0].actions] == ["cancel_order:W10001:m1"]
    totals = {total.model: total for total in report.totals}
    assert totals["local-ensemble"].agrees_on_intent == 1
    assert totals["local-templates"].agrees_on_intent is None
    assert totals["local-templates"].drafted == 3
    assert (totals["local-compact"].p95_seconds or 0) >= (totals["local-compact"].p50_seconds or 1) > 0


def test_a_ticket_that_the_guard_holds_is_shown_to_no_model(ground: Ground, file: Path, local: tuple[str, ...]) -> None:
    report = report_of(compared(ground, str(file), *local, "--json"))
    threat = report.tickets[3]
    assert threat.held is not None
    assert "legal threat" in threat.held.sentence
    assert (threat.answers, report.held) == ((), 1)
    assert {total.asked for total in report.totals} == {3}


def test_a_person_reads_it_on_eighty_columns(ground: Ground, file: Path, local: tuple[str, ...]) -> None:
    told = compared(ground, str(file), *local)
    assert told.exit_code == 0, told.stderr
    assert "local-ensemble" in told.stdout
    assert "action: Cancel order W10001" in told.stdout
    assert "draft: " in told.stdout
    assert widest(told.stdout) <= COLUMNS


def test_the_page_shows_a_script_in_a_ticket_as_text(
    ground: Ground, file: Path, tmp_path: Path, local: tuple[str, ...]
) -> None:
    page = tmp_path / "page.html"
    told = compared(ground, str(file), *local, "--html", str(page), "--json")
    written = page.read_text()
    assert written == comparison_page(report_of(told))
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in written
    assert not any(fetching in written for fetching in ("src=", "href=", "url(", "@import"))


def test_without_a_help_centre_drafts_are_left_out_and_it_says_so(
    ground: Ground, file: Path, local: tuple[str, ...]
) -> None:
    nobody = f"postgresql://postgres@{LOOPBACK}:{free_ports(1)[0]}/signalbox"
    told = compared(ground, str(file), *local, "--json", SIGNALBOX_DATABASE_URL=nobody)
    report = report_of(told)
    assert report.drafts_left_out is not None
    assert report.drafts_left_out.startswith("Drafts were not compared: there is no help centre")
    assert report.drafts_left_out in told.stderr
    answers = [answer for one in report.tickets for answer in one.answers]
    assert {answer.draft for answer in answers} == {None}
    assert all(answer.route is None for answer in answers)
    assert report.tickets[0].answers[0].served == ("order_status",)


def test_a_shop_that_is_away_is_told_of_as_a_case_would_see_it(
    ground: Ground, file: Path, local: tuple[str, ...]
) -> None:
    nobody = f"http://{LOOPBACK}:{free_ports(1)[0]}"
    report = report_of(compared(ground, str(file), *local, "--json", SIGNALBOX_SHOP_URL=nobody))
    assert report.lookups_failed is not None
    order, returns, *_ = report.tickets
    assert order.answers[2].draft is None
    assert returns.answers[2].draft is not None


def test_local_models_cost_nothing_and_know_no_ceiling(ground: Ground, file: Path, local: tuple[str, ...]) -> None:
    report = report_of(compared(ground, str(file), *local, "--ceiling", "0", "--json"))
    assert (report.left_out, report.ceiling_reached) == (0, None)
