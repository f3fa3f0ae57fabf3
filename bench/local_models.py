"""`python -m bench.local_models`: how well the local models read public sets of labelled texts, against their bars.

Each set becomes a policy of its own, in memory, and is read through the door of `signalbox eval`: the ladder and the
thresholds of the policy that ships, over the local provider.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Column, Table

from bench.bars import Figure, Figures, accuracy_figures, calibration_figure, out_of_scope_figures
from bench.data_sets import DataSet, Missing, banking77, clinc150, xsid
from bench.taught_policy import taught_policy
from cases.classification import Entities
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.policy.models import LOCAL
from cases.record import Record
from cases.ticket import Channel
from cases.work import ClassifyRequest
from integrations.models.local.encoders import Encoders
from integrations.models.local.language import PolicyLanguages
from integrations.models.local.provider import LocalProvider
from integrations.models.protocol import Provider
from starter.evaluation.labelled import LabelledText, sample
from starter.evaluation.report import EvaluationReport, reported, scored_of
from starter.evaluation.run import Answered, Evaluation, classify_models
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

DATA_VARIABLE = "SIGNALBOX_DATA_SETS"
DEFAULT_DATA = Path("../shared/data")
DEFAULT_HEADS = Path(tempfile.gettempdir()) / "signalbox-bench-models"
SEED = 1
FEW = 10
AT_ONCE = 2
PATIENCE_SECONDS = 3600.0
"""How long learning a whole set may take."""

screen = Console(stderr=True)


DataSets = tuple[DataSet, ...]
"""What is taught and asked one after the other; what comes of all of them is one result."""


class Trial(NamedTuple):
    """What is taught and asked, and which figures are taken of it."""

    name: str
    data_sets: Callable[[Path], DataSets]
    figures: Figures


def _banking77_few(folder: Path) -> DataSets:
    # Ten examples an intent leave plenty to ask: the more, the less chance is in the figure.
    return (banking77(folder, held_out=0.3).few(FEW, SEED),)


def _banking77(folder: Path) -> DataSets:
    return (banking77(folder, held_out=0.1),)


def _banking77_in_turn(folder: Path) -> DataSets:
    # Half of the set is asked, and each time nine tenths are taught.
    return tuple(banking77(folder, held_out=0.1, turn=turn) for turn in range(5))


def _clinc150(folder: Path) -> DataSets:
    return (clinc150(folder),)


def _xsid_german(folder: Path) -> DataSets:
    return (xsid(folder, "de"),)


TRIALS = (
    Trial("banking77-few", _banking77_few, accuracy_figures(at_least=0.85)),
    Trial("banking77", _banking77, accuracy_figures(at_least=0.935)),
    Trial("clinc150", _clinc150, out_of_scope_figures(in_scope=0.88, recall=0.89)),
    Trial("xsid-de", _xsid_german, accuracy_figures(at_least=0.83)),
)
BY_NAME_ONLY = (Trial("banking77-in-turn", _banking77_in_turn, accuracy_figures(at_least=0.935)),)
"""What learns five times as long."""


class Measured(Record):
    """One trial: how many texts taught and how many were asked, how long both took, and what came of it."""

    trial: str
    taught: int
    learning_seconds: float
    reading_seconds: float
    figures: tuple[Figure, ...]
    report: EvaluationReport


class Asked(NamedTuple):
    """A trial as it went: its figures, and what became of each text."""

    measured: Measured
    read: tuple[Answered, ...]


class Skipped(Record):
    """A trial that could not be made, and why."""

    trial: str
    why: str


class Results(Record):
    """All trials, and the calibration over the texts of all of them together; none where nothing was asked."""

    measured: tuple[Measured, ...]
    skipped: tuple[Skipped, ...]
    together: Figure | None


class Turn(NamedTuple):
    """One data set of a trial as it went."""

    policy: Policy
    read: tuple[Answered, ...]
    learning_seconds: float
    reading_seconds: float


async def measure(name: str, data_sets: DataSets, heads: Path, figures: Figures) -> Asked:
    """Teach each set, at least one, and ask it. What was learnt is kept under `heads`."""
    turns = [await _turn(data, heads) for data in data_sets]
    read = tuple(answered for turn in turns for answered in turn.read)
    measured = Measured(
        trial=name,
        taught=len(data_sets[0].taught),
        learning_seconds=sum(turn.learning_seconds for turn in turns),
        reading_seconds=sum(turn.reading_seconds for turn in turns),
        figures=figures(read),
        report=reported(turns[0].policy, read, of=len(read), seed=None),
    )
    return Asked(measured, read)


async def _turn(data: DataSet, heads: Path) -> Turn:
    policy = taught_policy(read_policy(DEFAULT_POLICY).document, data.taught)
    provider = LocalProvider({policy.version: policy}, Encoders(), heads)
    began = time.monotonic()
    await _learn(provider, policy, data.asked[0])
    learnt = time.monotonic()
    evaluation = Evaluation(policy, {LOCAL: provider}, PolicyLanguages(policy.document.languages), AT_ONCE)
    read = await evaluation.read_all(data.asked, lambda: None)
    return Turn(policy, read, learnt - began, time.monotonic() - learnt)


async def _learn(provider: Provider, policy: Policy, one: LabelledText) -> None:
    """Ask each model once, with time: what is asked learns first, and only for the language asked in."""
    for model in classify_models(policy):
        await provider.classify(
            ClassifyRequest(
                case_id="bench",
                tenant="bench",
                channel=Channel.EMAIL,
                policy_version=policy.version,
                model=model,
                rung=0,
                prompt=Prompt.STANDARD,
                timeout_seconds=PATIENCE_SECONDS,
                text=one.text,
                language=one.language or policy.document.languages[0],
                entities=Entities(),
            )
        )


def _all(trials: Sequence[Trial], folder: Path, heads: Path, rows: int | None) -> Results:
    went: list[Asked] = []
    skipped: list[Skipped] = []
    for trial in trials:
        try:
            data_sets = trial.data_sets(folder)
        except Missing as missing:
            skipped.append(Skipped(trial=trial.name, why=str(missing)))
            continue
        sampled = tuple(data._replace(asked=sample(data.asked, rows or len(data.asked), SEED)) for data in data_sets)
        asked = sum(len(data.asked) for data in sampled)
        screen.print(f"{trial.name}: {len(sampled[0].taught)} texts taught, {asked} asked")
        went.append(asyncio.run(measure(trial.name, sampled, heads, trial.figures)))
    everything = [one for asked in went for one in asked.read]
    return Results(
        measured=tuple(asked.measured for asked in went),
        skipped=tuple(skipped),
        together=calibration_figure(scored_of(everything)) if everything else None,
    )


def _show(results: Results) -> None:
    table = Table(Column("set", no_wrap=True), "asked", "figure", "measured", "bar", "")
    for trial in results.measured:
        for figure in trial.figures:
            table.add_row(trial.trial, str(trial.report.texts), *_told(figure))
    if results.together is not None:
        table.add_row(
            "all together", str(sum(trial.report.texts for trial in results.measured)), *_told(results.together)
        )
    for trial in results.skipped:
        table.add_row(trial.trial, "", f"skipped: {trial.why}", "", "", "")
    screen.print(table)


def _told(figure: Figure) -> tuple[str, str, str, str]:
    return figure.what, f"{figure.value:.2f}", f"{figure.sense} {figure.bar:g}", figure.verdict


app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path, typer.Option(envvar=DATA_VARIABLE, help="The folder of the public sets.")] = DEFAULT_DATA,
    only: Annotated[list[str] | None, typer.Option(help="The sets to read, by name.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Ask a sample of so many texts of each set.")] = None,
    heads: Annotated[Path, typer.Option(help="Where what was learnt is kept between runs.")] = DEFAULT_HEADS,
    file: Annotated[Path | None, typer.Option("--json", help="Write the figures there too.")] = None,
) -> None:
    """Measure the local models. Learning takes minutes the first time."""
    known = {trial.name: trial for trial in (*TRIALS, *BY_NAME_ONLY)}
    unknown = [name for name in only or () if name not in known]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: the sets are {', '.join(known)}.")
    results = _all([known[name] for name in only] if only else TRIALS, data, heads, rows)
    _show(results)
    text = results.model_dump_json(indent=2)
    if file is not None:
        file.write_text(text)
    typer.echo(text)


if __name__ == "__main__":
    app()
