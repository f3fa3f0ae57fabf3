"""What somebody typed, taken as the types of Signalbox: what these refuse is told as an error of ours."""

from collections.abc import Generator
from contextlib import contextmanager

from pydantic import ValidationError

from cases.errors import InvalidInput
from starter.problems import problems_of


@contextmanager
def naming_what_is_wrong(kind: type[InvalidInput]) -> Generator[None]:
    """Raise an error of this kind, about the first field that is wrong, for what Pydantic raises in the block."""
    try:
        yield
    except ValidationError as error:
        first = problems_of(error)[0]
        raise kind(first.field, first.problem, first.way_out) from error
