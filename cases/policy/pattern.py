"""Patterns as a policy's owner writes them."""

import re
from typing import Annotated

from pydantic import AfterValidator


def compilable(pattern: str) -> str:
    """The pattern, if Python's `re` can read it. Raises ValueError with the way out where not."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression ({error}); mend it at that position") from error
    return pattern


Pattern = Annotated[str, AfterValidator(compilable)]
"""A regular expression of Python's `re`, matched without regard to case."""
