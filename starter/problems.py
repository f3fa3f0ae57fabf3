"""What is wrong with something somebody sent: each field, what is wrong with it, and how to mend it."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cases.record import Record

WHOLE = "(whole)"
"""The field of a problem that is about everything that was sent."""


class FieldProblem(Record):
    """One thing wrong with one field. `field` is its path, such as `messages.0.text`."""

    field: str
    problem: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem} {self.way_out}"


WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing.", "Add it."),
    "extra_forbidden": ("is not a known field.", "Take it out, or correct its name."),
    "json_invalid": ("is not JSON: {error}.", "Send one JSON object."),
    "json_broken_off": ("breaks off before its end.", "Send one whole JSON object."),
    "json_type": ("is not JSON.", "Send one JSON object."),
    "model_type": ("is not a JSON object.", "Send an object with named fields."),
    "model_attributes_type": ("is not a JSON object.", "Send an object, as Content-Type: application/json."),
    "dict_type": ("is not a JSON object.", "Send an object with named fields."),
    "tuple_type": ("is not a list.", "Write it in brackets: [ … ]."),
    "string_type": ("is not a text.", "Write it in quotation marks."),
    "string_unicode": ("is not valid Unicode.", "Send it as UTF-8."),
    "string_empty": ("is empty.", "Write something in it, or leave the field out."),
    "string_too_short": ("is too short.", "Give at least {min_length} characters."),
    "string_too_long": ("is too long.", "Give at most {max_length} characters."),
    "string_pattern_mismatch": ("does not have the right form.", "It must match {pattern}."),
    "too_short": ("has too few items.", "Give at least {min_length}."),
    "too_long": ("has too many items.", "Give at most {max_length}."),
    "enum": ("is none of the known values.", "Use {expected}."),
    "literal_error": ("is none of the known values.", "Use {expected}."),
    "union_tag_invalid": ("has an unknown {discriminator}.", "Use one of {expected_tags}."),
    "union_tag_not_found": ("does not say which kind it is.", "Add the field {discriminator}."),
    "timezone_aware": ("has no time zone.", "Write it as 2026-11-18T09:30:00Z."),
    "datetime_type": ("is not a time.", "Write it as 2026-11-18T09:30:00Z."),
    "datetime_parsing": ("is not a time.", "Write it as 2026-11-18T09:30:00Z."),
    "datetime_from_date_parsing": ("is not a time.", "Write it as 2026-11-18T09:30:00Z."),
    "bool_type": ("is neither true nor false.", "Write true or false."),
    "bool_parsing": ("is neither true nor false.", "Write true or false."),
    "int_type": ("is not a whole number.", "Write it without quotation marks."),
    "int_parsing": ("is not a whole number.", "Write a whole number."),
    "decimal_parsing": ("is not an amount.", "Write it as 20.00."),
    "decimal_max_places": ("has more than {decimal_places} decimals.", "Write it as 20.00."),
    "greater_than_equal": ("is too small.", "Give at least {ge}."),
    "greater_than": ("is too small.", "Give more than {gt}."),
    "less_than_equal": ("is too large.", "Give at most {le}."),
}
"""The words for each kind of error of Pydantic; braces are filled from what Pydantic measured."""

FORMS: Mapping[str, str] = {
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "Write it as name@example.com.",
    r"^[a-z0-9][a-z0-9-]{0,62}$": "Use small letters, digits and hyphens, at most 63, such as acme.",
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$": "Use letters, digits, dots, hyphens and underscores, at most 100.",
    r"^[a-z]{2}(-[A-Z]{2})?$": "Write it as en or de-AT.",
    r"^[A-Z]{3}$": "Write it as EUR.",
    r"^[a-z]+/[a-z0-9.+-]+$": "Write it as image/png.",
}
"""How to write what has one of our own patterns, for people; a test sees that each of a ticket's has its words."""


def problems_of(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Everything wrong with what was validated, in words."""
    return problems_in(error.errors(include_url=False))


def problems_in(errors: Iterable[ErrorDetails]) -> tuple[FieldProblem, ...]:
    """The same, for errors in Pydantic's own list."""
    found = list(errors)
    return tuple(_problem(error) for error in found if not _follows_from_another(error, found))


def _follows_from_another(error: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only because Pydantic did not count an item that is wrong itself."""
    place = error["loc"]
    deeper = (other["loc"] for other in found if len(other["loc"]) > len(place))
    return error["type"] == "too_short" and any(loc[: len(place)] == place for loc in deeper)


def _problem(error: ErrorDetails) -> FieldProblem:
    field = ".".join(str(part) for part in error["loc"]) or WHOLE
    problem, way_out = _words(error)
    return FieldProblem(field=field, problem=problem, way_out=way_out)


def _words(error: ErrorDetails) -> tuple[str, str]:
    measured = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch" and measured["pattern"] in FORMS:
        return WORDS[error["type"]][0], FORMS[measured["pattern"]]
    known = WORDS.get(_kind(error["type"], measured))
    if known is not None:
        return known[0].format(**measured), known[1].format(**measured)
    # The validators of the shared types say what is wrong and, after a semicolon, the way out.
    problem, _, way_out = str(measured.get("error", error["msg"])).partition("; ")
    return f"{problem}.", f"{way_out or 'correct its value'}.".capitalize()


def _kind(kind: str, measured: Mapping[str, object]) -> str:
    """What Pydantic calls it, and a name of ours where its measured values make it something plainer."""
    if kind == "string_too_short" and measured.get("min_length") == 1:
        return "string_empty"
    if kind == "json_invalid" and str(measured.get("error", "")).startswith("EOF"):
        return "json_broken_off"
    return kind
