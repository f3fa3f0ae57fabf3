"""`python -m bench.teach_answerability`: how sure it is that a sentence answers, learnt from half the questions.

Writes the numbers that the local drafter judges by. Run it after a change of what the figures of a fit are, or of the
questions; then measure with `python -m bench.answerability`.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from sklearn.linear_model import LogisticRegression

from activities.retrieve import Retrieving
from bench.asked_questions import LANGUAGES, Asked, Half, asked_questions
from bench.question_ground import question_ground
from cases.policy.document import Policy
from cases.work import RetrieveRequest
from demo.embedded.help_centre import TENANT
from integrations.models.local.answering.answerer import Answerer
from integrations.models.local.answering.fit import FIGURES
from integrations.models.local.answering.judge import FILE, Judge, Weight
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalEmbedder
from ledger.database import Database
from ledger.help_centre import HelpCentre
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

STRENGTH = 0.5
"""The inverse of how strongly large weights are held down: with so few questions, a figure must earn its weight."""

Row = tuple[tuple[float, ...], bool]
"""The figures of a sentence that may answer a question, and whether it does."""


async def rows_of(policy: Policy, database_url: str, questions: tuple[Asked, ...]) -> list[Row]:
    """Each sentence that nothing rules out, of the passages found for each question."""
    encoders = Encoders()
    embedder = LocalEmbedder(encoders)
    untaught = Judge(bias=0.0, weights=tuple(Weight(figure=name, mean=0.0, scale=1.0, weight=0.0) for name in FIGURES))
    packs, goods = policy.document.language_packs, policy.document.goods
    answerers = {each: Answerer(packs[each], each, encoders, goods.get(each, ()), untaught) for each in LANGUAGES}
    database = Database.at(database_url, connections=1)
    rows: list[Row] = []
    try:
        retrieving = Retrieving(HelpCentre(database, embedder.name), embedder)
        for asked in questions:
            wanted = RetrieveRequest(tenant=TENANT, locale=asked.language, text=asked.question.asks)
            found = (await retrieving.retrieve(wanted)).passages
            own = [passage for passage in found if passage.locale == asked.language]
            fits = answerers[asked.language].fits(asked.question.asks, own) if own else ()
            rows += [(fit.figures, asked.question.is_answered_by(fit.unit.text)) for fit in fits if fit.may_answer]
    finally:
        await database.close()
    return rows


def taught(rows: list[Row]) -> Judge:
    """The numbers that tell best which of the sentences answer."""
    figures = np.array([row[0] for row in rows], dtype=np.float32)
    means, scales = figures.mean(axis=0), figures.std(axis=0)
    scales[scales == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=5000, class_weight=None)
    model.fit((figures - means) / scales, np.array([row[1] for row in rows], dtype=np.int64))
    numbers = zip(FIGURES, means, scales, model.coef_[0], strict=True)
    return Judge(
        bias=_short(model.intercept_[0]),
        weights=tuple(
            Weight(figure=name, mean=_short(mean), scale=_short(scale), weight=_short(weight))
            for name, mean, scale, weight in numbers
        ),
    )


def _short(number: float) -> float:
    return round(float(number), 4)


def main(
    policy: Annotated[Path, typer.Option(help="The policy's first file.")] = DEFAULT_POLICY,
    file: Annotated[Path, typer.Option(help="Where the numbers are written.")] = FILE,
) -> None:
    """Teach the judge of answers."""
    with question_ground() as url:
        rows = asyncio.run(rows_of(read_policy(policy), url, asked_questions(Half.DEV)))
    file.write_text(taught(rows).model_dump_json(indent=2) + "\n")
    typer.echo(f"{len(rows)} sentences, {sum(row[1] for row in rows)} of which answer: {file}")


if __name__ == "__main__":
    typer.run(main)
