"""`signalbox policy check FILE`."""

from pathlib import Path
from typing import Annotated

import typer

from cases.errors import InvalidInput, InvalidPolicy
from cases.record import Record
from starter.command_line.exits import ExitCode, with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import complain, print_json
from starter.model_providers import check_prices
from starter.policy_files import read_policy
from starter.problems import FieldProblem

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The policy's first file.")]

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class PolicyReport(Record):
    """Whether a policy can be used; `version` is its name and the hash of what was written."""

    valid: bool
    version: str | None = None
    problems: tuple[FieldProblem, ...] = ()


@command.callback()
def policy() -> None:
    """Check a policy before it is published."""


@command.command("check")
@with_exit_code
def check(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Read a policy and say everything that is wrong with it, each with its line and the way out."""
    report = _report(file)
    if as_json:
        print_json(report)
    elif report.valid:
        typer.echo(f"{file} is a valid policy: {report.version}")
    for problem in () if as_json else report.problems:
        complain(str(problem))
    if not report.valid:
        raise typer.Exit(ExitCode.REFUSED)


def _report(file: Path) -> PolicyReport:
    try:
        policy = read_policy(file)
        check_prices(policy)
        return PolicyReport(valid=True, version=policy.version)
    except InvalidPolicy as error:
        problems = tuple(FieldProblem(field=p.field, problem=p.problem, way_out=p.way_out) for p in error.problems)
        return PolicyReport(valid=False, problems=problems)
    except InvalidInput as error:
        problem = FieldProblem(field=error.field, problem=error.problem, way_out=error.way_out)
        return PolicyReport(valid=False, problems=(problem,))
