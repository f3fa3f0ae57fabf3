"""The name of a language in a policy."""

from typing import Annotated

from pydantic import StringConstraints

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
