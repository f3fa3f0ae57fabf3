"""An evaluation as a screen: the figures first, then where they come from."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table

from starter.command_line.output import printable
from starter.evaluation.calibration import ByChance
from starter.evaluation.report import EvaluationReport, LanguageRow, OutOfScopeRow, Passing

WORST_INTENTS = 15
"""So many intents are shown, those that are read worst; all of them are in the JSON."""


def eval_screen(report: EvaluationReport) -> Group:
    """The whole report, for a terminal."""
    parts: list[RenderableType] = [*_figures(report), "", _ladder(report)]
    if len(report.languages) > 1:
        parts += ["", _languages(report)]
    return Group(*parts, "", _intents(report))


def _figures(report: EvaluationReport) -> Iterator[str]:
    drawn = f" of {report.of:,}, drawn with seed {report.seed}" if report.seed is not None else ""
    yield f"{report.texts:,} texts{drawn}, read under {report.policy_version}"
    yield f"accuracy            {report.accuracy:.1%}, macro-F1 {report.macro_f1:.1%}"
    yield f"calibration error   {report.calibration_error:.1f} points (ECE, 15 bins)"
    yield f"                    {_chance(report.calibration_error_by_chance)}"
    yield f"95 % right          {_passes(report.coverage)}"
    yield f"under the policy    {_passes(report.at_policy_threshold)}"
    yield f"out of scope        {_outside(report.out_of_scope)}"
    yield f"cost                ${report.cost_per_1000} per 1,000 tickets"
    if report.unanswered:
        yield f"no answer at all    {report.unanswered:,} texts; they count as wrong"


def _passes(passing: Passing | None) -> str:
    if passing is None:
        return "at no threshold"
    return f"{passing.share:.1%} of texts, at confidence {passing.threshold:.3f} or more: {passing.precision:.1%} right"


def _chance(by_chance: ByChance) -> str:
    return f"by chance alone {by_chance.mean:.1f}, and one time in twenty over {by_chance.one_in_twenty:.1f}"


def _outside(row: OutOfScopeRow | None) -> str:
    if row is None:
        return "no text is labelled other"
    kept = "" if row.in_scope_right is None else f"; of the rest {row.in_scope_right:.1%} right and sure enough"
    return f"{row.recall:.1%} of {row.texts:,} recalled as other, {row.held_back:.1%} held back{kept}"


def _ladder(report: EvaluationReport) -> Table:
    table = _table("MODEL", "ASKED", "ANSWERED", "FAILED", "COST $")
    if report.by_rule:
        table.add_row("(a pattern)", "", f"{report.by_rule:.1%}", "", "")
    for rung in report.ladder:
        table.add_row(rung.model, f"{rung.asked:.1%}", f"{rung.answered:.1%}", str(rung.failed_calls), str(rung.cost))
    return table


def _languages(report: EvaluationReport) -> Table:
    table = _table("LANGUAGE", "TEXTS", "ACCURACY", "MACRO-F1", "ECE (BY CHANCE)")
    for row in report.languages:
        table.add_row(row.language, str(row.texts), f"{row.accuracy:.1%}", f"{row.macro_f1:.1%}", _error(row))
    return table


def _error(row: LanguageRow) -> str:
    return f"{row.calibration_error:.1f} ({row.calibration_error_by_chance.mean:.1f})"


def _intents(report: EvaluationReport) -> Table:
    worst = sorted(report.intents, key=lambda row: (row.f1, row.intent))[:WORST_INTENTS]
    more = len(report.intents) - len(worst)
    table = _table("INTENT", "TEXTS", "PRECISION", "RECALL", "F1", "MISTAKEN FOR")
    table.caption = f"The {len(worst)} that are read worst; --json has all {len(report.intents)}." if more else None
    table.caption_justify = "left"
    for row in worst:
        table.add_row(
            printable(row.intent),
            str(row.texts),
            f"{row.precision:.1%}",
            f"{row.recall:.1%}",
            f"{row.f1:.1%}",
            printable(row.mistaken_for or ""),
        )
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="left" if title == "MISTAKEN FOR" else "right", overflow="fold")
    return table
