"""`signalbox eval FILE --policy POLICY`."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cases.policy.document import Policy
from cases.policy.models import LOCAL
from integrations.models.protocol import Provider
from starter.command_line.eval_screen import eval_screen
from starter.command_line.options import JsonOption
from starter.command_line.output import complain, console, print_json
from starter.command_line.teaching import teach
from starter.evaluation.labelled import LabelledText, read_labelled, refuse_unknown, sample
from starter.evaluation.report import EvaluationReport, reported
from starter.evaluation.run import NO_TENANT, Answered, Evaluation
from starter.model_providers import hosted_providers
from starter.policy_files import read_policy
from starter.queues import model_calls_at_once
from starter.settings import Settings, load_settings

MOST_AT_ONCE = 16
"""How many texts are read side by side at most: a worker's own number would use up a hosted model's rate."""

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="JSON lines, or CSV, with text, intent and perhaps language.")
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", metavar="POLICY", help="The policy's first file.", show_default="the worker's policy"),
]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Read a sample of so many texts.")]
TenantOption = Annotated[
    str, typer.Option("--tenant", metavar="NAME", help="Whose tickets they are, for a policy with rows for tenants.")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="What draws the sample.")]


def command(
    file: FileArgument,
    *,
    policy: PolicyOption = None,
    limit: LimitOption = None,
    seed: SeedOption = 1,
    tenant: TenantOption = NO_TENANT,
    as_json: JsonOption = False,
) -> None:
    """Score how well a policy reads texts whose intents are known. It asks the policy's models, and nothing else."""
    settings = load_settings()
    used = read_policy(policy or settings.policy)
    labelled = read_labelled(file)
    refuse_unknown(labelled, used.document)
    drawn = sample(labelled, limit or len(labelled), seed)
    read = asyncio.run(_read(used, settings, tenant, drawn))
    report = reported(used, read, of=len(labelled), seed=seed if len(drawn) < len(labelled) else None)
    if as_json:
        print_json(report)
    else:
        console().print(eval_screen(report))
    _complain_of_failures(report)


async def _read(
    policy: Policy, settings: Settings, tenant: str, labelled: Sequence[LabelledText]
) -> tuple[Answered, ...]:
    from integrations.models.local.language import PolicyLanguages

    at_once = min(model_calls_at_once(policy.document), MOST_AT_ONCE)
    languages = PolicyLanguages(policy.document.languages)
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with _providers(policy, settings) as providers:
        evaluation = Evaluation(policy, providers, languages, at_once, tenant)
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Reading", total=len(labelled))
            return await evaluation.read_all(labelled, lambda: progress.advance(task))


@asynccontextmanager
async def _providers(policy: Policy, settings: Settings) -> AsyncGenerator[dict[str, Provider]]:
    from integrations.models.local.encoders import Encoders
    from integrations.models.local.provider import LocalProvider

    policies = {policy.version: policy}
    local = LocalProvider(policies, Encoders(), settings.data / "models")
    # A key that is missing is told before anybody waits for a lesson.
    async with hosted_providers(policy, policies) as hosted:
        await teach(local, policy.version)
        yield {LOCAL: local, **hosted}


def _complain_of_failures(report: EvaluationReport) -> None:
    for rung in report.ladder:
        if rung.failed_calls:
            complain(f"{rung.model} failed {rung.failed_calls} times. The first: {rung.failure}")
