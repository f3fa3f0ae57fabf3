"""Does a customer ask for this, or only speak of it? Measured on texts that were written before the rules.

`python -m bench.request_evidence` reads `bench/data/requests.<language>.yaml`: 50 texts of each class in each
language, two thirds to make the rules by (dev) and every third held out. `--set hostile` reads texts that were
written to break the rules, `--set wishes` wishes in a few words; by both they were mended. `--set chatty` reads
messages of several sentences, every third held out. Each text is read twice:
by the rules alone, as for a local model, and as if a hosted model claimed the whole text as a request for every
action. A wrong action is evidence where nothing is asked for, or evidence of another action.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
import yaml
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from cases.action import ActionKind
from cases.classification import RequestEvidence
from cases.policy.document import PolicyDocument
from cases.work import NewestMessage
from routing.request_evidence import evidence_found, evidence_proven
from starter.policy_files import read_policy

DATA = Path(__file__).parent / "data"
POLICY = Path(__file__).parents[1] / "policies" / "local.yaml"
LANGUAGES = ("en", "de", "tr")
HELD_OUT = 3
"""Every so-manyth text of a class is held out."""


class Kind(StrEnum):
    """What a text does with the action it speaks of."""

    REQUEST = "request"
    NEGATION = "negation"
    QUESTION = "question"
    CONDITION = "condition"
    PAST = "past"
    SOMEONE_ELSE = "someone_else"
    OTHER = "other"
    """Speaks of it in any other way; not among the first set."""


class TextSet(StrEnum):
    """Which texts: `requests` came before the rules, the others after them."""

    REQUESTS = "requests"
    HOSTILE = "hostile"
    WISHES = "wishes"
    CHATTY = "chatty"


WITH_HELD_OUT = (TextSet.REQUESTS, TextSet.CHATTY)
"""Sets of which every third text was not looked at while the rules were made."""


class Row(NamedTuple):
    """A text, the action it speaks of, and what it does with it."""

    text: str
    action: ActionKind
    kind: Kind
    held_out: bool


class Score(NamedTuple):
    """How many texts, how many of them were found to ask for their action, and those that would do something wrong."""

    texts: int
    found: int
    wrong: tuple[str, ...]


Read = Callable[[PolicyDocument, str], tuple[RequestEvidence, ...]]
"""Finds what a text asks for, of all actions there are."""

_FILE = TypeAdapter(dict[Kind, dict[ActionKind, list[str]]])


def rows(language: str, texts: TextSet = TextSet.REQUESTS) -> list[Row]:
    """The texts of a language, in the order of the file."""
    written = (DATA / f"{texts}.{language}.yaml").read_text(encoding="utf-8")
    return [
        Row(text, action, kind, held_out=number % HELD_OUT == 0)
        for kind, actions in _FILE.validate_python(yaml.safe_load(written)).items()
        for number, (action, text) in enumerate(
            ((action, text) for action, listed in actions.items() for text in listed), start=1
        )
    ]


def by_the_rules(policy: PolicyDocument, text: str) -> tuple[RequestEvidence, ...]:
    """What the rules find by themselves, whatever intent a model would have read."""
    return evidence_found(policy, policy.intents, (NewestMessage(message_id="m1", words=text),)).requests


def by_a_model_that_always_claims(policy: PolicyDocument, text: str) -> tuple[RequestEvidence, ...]:
    """What is left of a model that calls every text a request for everything."""
    claims = [RequestEvidence(intent=intent, quote=text, message_id="m1") for intent in policy.intents]
    newest = (NewestMessage(message_id="m1", words=text),)
    return evidence_proven(policy, policy.intents, claims, newest).requests


def score(policy: PolicyDocument, texts: Iterable[Row], read: Read) -> Score:
    """Read texts of one class, and count."""
    count = found = 0
    wrong: list[str] = []
    for row in texts:
        asked = {policy.intents[evidence.intent].action for evidence in read(policy, row.text)}
        own = row.action in asked
        count += 1
        found += own
        if asked - {row.action} or (own and row.kind is not Kind.REQUEST):
            wrong.append(row.text)
    return Score(count, found, tuple(wrong))


def _by_class(written: Iterable[Row], texts: TextSet) -> dict[tuple[Kind, str], list[Row]]:
    chosen: dict[tuple[Kind, str], list[Row]] = {}
    for row in written:
        name = "mended" if texts not in WITH_HELD_OUT else "held out" if row.held_out else "dev"
        chosen.setdefault((row.kind, name), []).append(row)
    return chosen


def main(texts: Annotated[TextSet, typer.Option("--set", help="Which texts.")] = TextSet.REQUESTS) -> None:
    """Measure which requests are recognised, and what would be done wrongly."""
    policy = read_policy(POLICY).document
    table = Table("language", "class", "set", "texts", "taken for a request", "wrong actions", "wrong, always claimed")
    failed: list[str] = []
    for language in LANGUAGES:
        written = rows(language, texts)
        for (kind, name), chosen in _by_class(written, texts).items():
            own = score(policy, chosen, by_the_rules)
            claimed = score(policy, chosen, by_a_model_that_always_claims)
            failed += [*own.wrong, *claimed.wrong]
            table.add_row(language, kind, name, *map(str, (own.texts, own.found, len(own.wrong), len(claimed.wrong))))
    Console().print(table)
    for text in dict.fromkeys(failed):
        typer.echo(f"wrong: {text}")


if __name__ == "__main__":
    typer.run(main)
