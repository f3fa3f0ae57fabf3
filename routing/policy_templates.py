"""The templates of a policy's wording and prompts, looked at before any is used."""

from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, meta
from pydantic import JsonValue

from cases.policy.names import KeyPath, NameProblem, suggestion
from cases.policy.templates import SANDBOX

VARIABLES = frozenset(
    {
        "account",
        "action",
        "actions",
        "channel",
        "customer_name",
        "order",
        "orders",
        "passages",
        "payment",
        "payments",
        "quote",
        "subscription",
        "today",
    }
)
"""What the template of a reply is rendered with."""

PROMPT_VARIABLES = {
    "classify": frozenset(
        {"categories", "intents", "language", "newest", "plans", "priorities", "teams", "ticket", "tones"}
    ),
    "draft": frozenset(
        {
            "actions",
            "channel",
            "customer_name",
            "forbidden_words",
            "intents",
            "language",
            "possible_actions",
            "questions",
            "reply_characters",
            "sources",
            "ticket",
        }
    ),
    "see": frozenset({"language"}),
}
"""What the prompts of each job are filled with."""

NAME_ONLY = frozenset({"customer_name"})
"""What every other template is rendered with: greetings are sent before anything is known."""

QUESTION_VARIABLES = NAME_ONLY | {"not_found"}
"""What a question is rendered with: also what the customer named and no record of theirs matches."""

CONFIRMATION_VARIABLES = NAME_ONLY | {"action", "order_id"}
"""What the question whether something is to be done is rendered with."""


def template_problems(policy: Mapping[str, JsonValue]) -> list[NameProblem]:
    """Every template of wording and prompts that does not compile, or that names a variable it is not given."""
    return [
        problem
        for section in ("wording", "prompts")
        for path, template in _texts(policy.get(section), (section,))
        for problem in _problems(path, template)
    ]


def _problems(path: KeyPath, template: str) -> list[NameProblem]:
    try:
        tree = SANDBOX.parse(template)
    except TemplateSyntaxError as error:
        return [
            NameProblem(
                path,
                f"is not a Jinja template: {(error.message or 'it cannot be read').rstrip('.')}.",
                "Mend its braces and tags.",
            )
        ]
    known = _known_in(path)
    return [
        NameProblem(
            path,
            f"uses {name!r}, which it is not given.",
            suggestion(name, known, f"Use one of: {', '.join(sorted(known))}."),
        )
        for name in sorted(meta.find_undeclared_variables(tree) - known)
    ]


def _known_in(path: KeyPath) -> frozenset[str]:
    if path[0] == "prompts":
        return PROMPT_VARIABLES.get(str(path[1]), frozenset())
    if "questions" in path:
        return QUESTION_VARIABLES
    if "confirmations" in path:
        return CONFIRMATION_VARIABLES
    return VARIABLES if "replies" in path else NAME_ONLY


def _texts(value: JsonValue, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _texts(below, (*path, key))
