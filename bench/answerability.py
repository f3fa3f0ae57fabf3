"""`python -m bench.answerability`: whether what is sent by itself answers the question.

Asks the questions of `data/answerability.*.yaml` on the local models' own path, over the demo's help centre. What
answers each was written down before. `README.md` beside this file has the figures.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from activities.retrieve import Retrieving
from bench.asked_questions import LANGUAGES, Asked, Half, asked_questions
from bench.local_models import DEFAULT_HEADS
from bench.question_ground import question_ground
from bench.question_path import Fate, QuestionPath, Told
from cases.policy.document import Policy
from cases.record import Record
from cases.ticket import Locale
from demo.embedded.help_centre import TENANT
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder, LocalProvider
from ledger.database import Database
from ledger.help_centre import HelpCentre
from starter.desk.audit_figures import Estimate, wilson
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

BAR = 0.95
"""The share of what is sent by itself that must answer the question."""

screen = Console(stderr=True)


class Played(Record):
    """A question, what became of it, and whether the reply answers it."""

    asked: Asked
    told: Told
    answered: bool


class Figures(Record):
    """What became of questions, in one language or in all."""

    language: Locale | None
    asked: int
    answerable: int
    sent: int
    answered: int
    """How many of those sent answer the question."""
    false_answers: int
    """How many were sent to questions that the articles do not answer."""
    fates: dict[Fate, int]

    @property
    def share(self) -> float:
        """The share of what is sent that answers; 0 where nothing is sent."""
        return self.answered / self.sent if self.sent else 0.0

    @property
    def estimate(self) -> Estimate | None:
        """The same with its 95 % interval; none where nothing is sent."""
        return wilson(self.share, self.sent) if self.sent else None


async def play(policy: Policy, questions: Sequence[Asked], database_url: str, models: LocalProvider) -> list[Played]:
    """Ask each question. The demo's articles must be in the database."""
    embedder = LocalEmbedder(Encoders())
    database = Database.at(database_url, connections=1)
    try:
        path = QuestionPath(policy, models, Retrieving(HelpCentre(database, embedder.name), embedder), TENANT)
        return [await _asked(path, number, asked) for number, asked in enumerate(questions, start=1)]
    finally:
        await database.close()


async def _asked(path: QuestionPath, number: int, asked: Asked) -> Played:
    told = await path.play(number, asked.question.asks, asked.language)
    return Played(asked=asked, told=told, answered=asked.question.is_answered_by(told.reply))


def figures_of(played: Sequence[Played], language: Locale | None = None) -> Figures:
    """Counts what became of the questions of a language, or of all."""
    own = [one for one in played if language in (None, one.asked.language)]
    sent = [one for one in own if one.told.fate is Fate.SENT]
    return Figures(
        language=language,
        asked=len(own),
        answerable=sum(one.asked.question.unanswered is None for one in own),
        sent=len(sent),
        answered=sum(one.answered for one in sent),
        false_answers=sum(one.asked.question.unanswered is not None for one in sent),
        fates=dict(Counter(one.told.fate for one in own)),
    )


def main(
    half: Annotated[Half, typer.Option(help="Which questions; nothing is tuned on the held-out ones.")] = Half.HELD_OUT,
    policy: Annotated[Path, typer.Option(help="The policy's first file.")] = DEFAULT_POLICY,
    heads: Annotated[Path, typer.Option(help="Where what was learnt is kept between runs.")] = DEFAULT_HEADS,
    file: Annotated[Path | None, typer.Option("--json", help="Write every question's fate there.")] = None,
) -> None:
    """Measure whether what is sent by itself answers the question."""
    used = read_policy(policy)
    models = LocalProvider({used.version: used}, Encoders(), heads)
    with question_ground() as url:
        played = asyncio.run(play(used, asked_questions(half), url, models))
    if file is not None:
        file.write_text("[" + ",\n".join(one.model_dump_json() for one in played) + "]\n")
    table = Table(
        "language", "asked", "answerable", "sent", "answer the question", "95 % interval", "false answers", "fates"
    )
    for language in (None, *LANGUAGES):
        told = figures_of(played, language)
        sure = told.estimate
        fates = ", ".join(f"{fate} {count}" for fate, count in told.fates.items())
        table.add_row(
            language or "all",
            str(told.asked),
            str(told.answerable),
            f"{told.sent} ({told.sent / told.asked:.0%})",
            f"{told.answered} ({told.share:.1%})",
            f"{sure.low:.1%} to {sure.high:.1%}" if sure else "",
            str(told.false_answers),
            fates,
        )
    screen.print(table)
    for one in played:
        if one.told.fate is Fate.SENT and not one.answered:
            screen.print(f"wrong: {one.asked.question.asks} -> {' '.join(one.told.reply.split())}", markup=False)
    typer.echo(figures_of(played).model_dump_json(indent=2))


if __name__ == "__main__":
    typer.run(main)
