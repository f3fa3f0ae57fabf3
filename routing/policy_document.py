"""Read a policy: from the text of its files to rules, or to a list of everything that is wrong with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from cases.errors import InvalidPolicy, PolicyProblem
from cases.policy.document import Policy, PolicyDocument
from cases.policy.names import KeyPath, suggestion, unresolved_names
from routing.policy_schema import known_keys, known_values
from routing.policy_templates import template_problems
from routing.policy_yaml import PolicyText, Written, read_together

INCLUDE = "include"
HASH_CHARACTERS = 12
"""48 bits tell apart far more versions than a policy will ever have."""


def included_files(document: PolicyText) -> tuple[str, ...]:
    """The files that the first file of a policy names under `include`. Raises InvalidPolicy where it is not YAML."""
    written = read_together([document])
    names = written.values.get(INCLUDE, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidPolicy(written.problem((INCLUDE,), "is not a list of files.", "Write `include: [file.yaml]`."))
    return tuple(str(name) for name in names)


def parse_policy(documents: Sequence[PolicyText]) -> Policy:
    """Read the files of one policy, the one that includes the others first.

    Raises InvalidPolicy with every problem: its file and line, its key, what is wrong and the way out.
    """
    written = read_together(documents)
    values = {key: value for key, value in written.values.items() if key != INCLUDE}
    problems = [
        *written.problems,
        *_nested_includes(documents, written),
        *(written.problem(*found) for found in unresolved_names(values)),
        *(written.problem(*found) for found in template_problems(values)),
    ]
    try:
        document = PolicyDocument.model_validate(values, extra="forbid")
    except ValidationError as error:
        problems += [_explained(written, found) for found in error.errors() if found["loc"]]
        raise InvalidPolicy(*_by_place(problems)) from None
    if problems:
        raise InvalidPolicy(*_by_place(problems))
    return Policy(version=f"{document.version}@{content_hash(values)}", document=document)


def content_hash(values: Mapping[str, JsonValue]) -> str:
    """The first 12 hex digits of the SHA-256 of what is written, whatever its comments, order and files."""
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:HASH_CHARACTERS]


def _nested_includes(documents: Sequence[PolicyText], written: Written) -> list[PolicyProblem]:
    place = written.places.get((INCLUDE,))
    if place is None or place.file == documents[0].name:
        return []
    return [written.problem((INCLUDE,), "stands in an included file.", f"Move it to {documents[0].name}.")]


def _by_place(problems: list[PolicyProblem]) -> list[PolicyProblem]:
    def place(problem: PolicyProblem) -> tuple[str, int]:
        file, _, line = problem.field.split(" ")[0].rpartition(":")
        return file, int(line)

    return sorted(dict.fromkeys(problems), key=place)


def _explained(written: Written, error: ErrorDetails) -> PolicyProblem:
    path: KeyPath = tuple(step for step in error["loc"] if step != "[key]")
    given: object = error["input"]
    match error["type"]:
        case "extra_forbidden":
            return written.problem(path, "is not a key of a policy here.", _instead(path[-1], known_keys(path[:-1])))
        case "missing":
            return written.problem(path, "is missing.", "Add it.")
        case "enum":
            known = known_keys(path[:-1]) if error["loc"][-1] == "[key]" else known_values(path)
            return written.problem(path, f"{given!r} is not known here.", _instead(given, known))
        case "value_error":
            problem, _, way_out = error["msg"].removeprefix("Value error, ").rpartition("; ")
            return written.problem(path, f"{problem}.", f"{way_out[:1].upper()}{way_out[1:]}.")
        case "string_type" if isinstance(given, int | float):
            return written.problem(path, f"{given!r} is a number, and text is needed.", "Put it in quotes.")
        case _:
            return written.problem(path, f"{_short(given)} cannot stand here.", f"It{_rule(error['msg'])}.")


def _instead(name: object, known: tuple[str, ...]) -> str:
    return suggestion(str(name), known, f"Write one of: {', '.join(known)}." if known else "Take it out.")


def _short(given: object) -> str:
    shown = repr(given)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def _rule(message: str) -> str:
    """Pydantic's own rule without its subject and its parser's trouble: `Input should be …`, `Tuple should have …`."""
    rule = message.split(", unable to parse")[0]
    return f" {rule[rule.index('should') :]}" if "should" in rule else f": {rule}"
