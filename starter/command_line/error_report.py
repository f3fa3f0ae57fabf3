"""An error as the command tells it: a sentence for people, and the same in parts for programs."""

import os
import re

from cases.errors import InvalidInput, InvalidPolicy, LedgerUnavailable, SignalboxError
from cases.record import Record
from starter.problems import FieldProblem
from starter.settings import ADDRESSES_FILE, DATA_VARIABLE, DEFAULT_DATA, load_settings

WRONG_USAGE = "wrong_usage"
"""The kind of an error of the command line itself."""

WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")


class ErrorReport(Record):
    """An error. `kind` keeps its name for good; `problems` names each field that cannot be taken."""

    kind: str
    sentence: str
    problems: tuple[FieldProblem, ...] = ()


def reported(error: SignalboxError) -> ErrorReport:
    """What an error of ours is called and says."""
    kind = WORD_BEGINS.sub("_", type(error).__name__).lower()
    return ErrorReport(kind=kind, sentence=_sentence(error), problems=_problems(error))


def _sentence(error: SignalboxError) -> str:
    if isinstance(error, LedgerUnavailable) and not _told_where_it_is():
        data = os.environ.get(DATA_VARIABLE, DEFAULT_DATA)
        return (
            f"{error} No demo runs on {data}: start it with `make demo`, go to the folder in which it was started, "
            f"or name its data directory in {DATA_VARIABLE}."
        )
    return str(error)


def _told_where_it_is() -> bool:
    """Whether the environment or a running demo says where the ledger is."""
    settings = load_settings()
    return "SIGNALBOX_DATABASE_URL" in os.environ or (settings.data / ADDRESSES_FILE).exists()


def _problems(error: SignalboxError) -> tuple[FieldProblem, ...]:
    match error:
        case InvalidPolicy():
            return tuple(FieldProblem(field=p.field, problem=p.problem, way_out=p.way_out) for p in error.problems)
        case InvalidInput():
            return (FieldProblem(field=error.field, problem=error.problem, way_out=error.way_out),)
        case _:
            return ()
