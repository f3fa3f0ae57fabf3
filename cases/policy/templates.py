"""The one sandbox in which the wording of a policy is read and filled: a template can look at what it is given only."""

from functools import lru_cache

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
"""Whatever a template names and is not given is an error, never a gap in a sentence."""


@lru_cache(maxsize=512)
def wording_template(source: str) -> Template:
    """A text of the wording, ready to be filled. Raises jinja2's TemplateSyntaxError for one that is none."""
    return SANDBOX.from_string(source)


@lru_cache(maxsize=512)
def names_in(source: str) -> frozenset[str]:
    """The names that a text of the wording looks at. Raises jinja2's TemplateSyntaxError for one that is none."""
    return frozenset(meta.find_undeclared_variables(SANDBOX.parse(source)))
