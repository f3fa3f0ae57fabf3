"""Names that one part of a policy gives and another uses: models, pools, intents, languages, actions.

Works on the policy as written, before its values are known to be valid, so that a misspelt name and a wrong number
are told of together.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import JsonValue

from cases.classification import OTHER
from cases.policy.models import LOCAL, WireFormat
from cases.policy.rulebook import Detail
from cases.route import RouteName
from cases.ticket import Channel

KeyPath = tuple[str | int, ...]
"""The keys and list positions from the top of a policy to one place in it."""

Tree = Mapping[str, JsonValue]


class NameProblem(NamedTuple):
    """A name that leads nowhere, or a row that is missing; `path` is where to mend it."""

    path: KeyPath
    problem: str
    way_out: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.problem} {self.way_out}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one is most like, or None if it is like none of them."""
    return next(iter(get_close_matches(name, list(known), n=1)), None)


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Offer the nearest known name, or say what to do otherwise."""
    near = nearest(name, known)
    return f"Did you mean {near!r}?" if near is not None else otherwise


def unresolved_names(policy: Tree) -> list[NameProblem]:
    """Everything in a policy that names what is not there, or lacks a row that something else needs."""
    return [
        *_unknown_providers(policy),
        *_unknown_models(policy),
        *_models_that_cannot(policy),
        *_unknown_pools(policy),
        *_unknown_intents(policy),
        *_uncacheable_intents(policy),
        *_unknown_actions(policy),
        *_unknown_headings(policy),
        *_missing_rows(policy),
        *_missing_wording(policy),
    ]


def _unknown_models(policy: Tree) -> list[NameProblem]:
    lists: list[KeyPath] = [
        ("jobs", "classify", "models"),
        *(("jobs", "classify", "rows", row, "models") for row in range(_length(policy, "jobs", "classify", "rows"))),
        *(("pools", pool) for pool in _keys(policy, "pools")),
        *_MEDIA_JOBS,
    ]
    used = [item for path in lists for item in _items(policy, *path)]
    second: KeyPath = ("jobs", "draft", "second_opinion", "model")
    if isinstance(model := _at(policy, *second), str):
        used.append((second, model))
    return _unknown(policy, "model", "models", used)


_MEDIA_JOBS: Mapping[KeyPath, str] = {
    ("jobs", "see", "models"): "sees",
    ("jobs", "transcribe", "models"): "hears",
}
"""What a model must be able to do for the jobs that read files."""


def _models_that_cannot(policy: Tree) -> list[NameProblem]:
    """Models given a picture that do not see, or a recording that do not hear; and a wording that is missing."""
    cannot = [
        NameProblem(path, f"names the model {name!r}, which has no `{ability}`.", f"Add `{ability}: true` to its row.")
        for job, ability in _MEDIA_JOBS.items()
        for path, name in _items(policy, *job)
        if name in _keys(policy, "models") and _at(policy, "models", name, ability) is not True
    ]
    if _at(policy, "jobs", "see") is None or _at(policy, "prompts", "see") is not None:
        return [*cannot, *_deaf(policy)]
    untold = NameProblem(("jobs", "see"), "has no wording.", "Add `see` to `prompts`, or include prompts.yaml.")
    return [*cannot, *_deaf(policy), untold]


def _deaf(policy: Tree) -> list[NameProblem]:
    """Models that hear, of providers without the endpoint for it."""
    return [
        NameProblem(
            ("models", model, "hears"),
            f"is said of a model of {provider}, which has no transcription endpoint.",
            f"Give it a provider of the format `{WireFormat.OPENAI}`.",
        )
        for model in _keys(policy, "models")
        if _at(policy, "models", model, "hears") is True
        and isinstance(provider := _at(policy, "models", model, "provider"), str)
        and _at(policy, "providers", provider, "format") == WireFormat.ANTHROPIC
    ]


def _unknown_providers(policy: Tree) -> list[NameProblem]:
    used = [
        (("models", model, "provider"), provider)
        for model in _keys(policy, "models")
        if isinstance(provider := _at(policy, "models", model, "provider"), str) and provider != LOCAL
    ]
    unknown = _unknown(policy, "provider", "providers", used)
    if not used or _at(policy, "prompts") is not None:
        return unknown
    path, provider = used[0]
    untold = f"is run by {provider}, and the policy has no prompts for hosted models."
    return [*unknown, NameProblem(path, untold, "Include prompts.yaml.")]


def _unknown_pools(policy: Tree) -> list[NameProblem]:
    tables: list[KeyPath] = [
        ("jobs", "draft", "pools"),
        *(("jobs", "draft", "rows", row, "pools") for row in range(_length(policy, "jobs", "draft", "rows"))),
    ]
    routes: list[KeyPath] = [(*table, route) for table in tables for route in _keys(policy, *table)]
    return _unknown(policy, "pool", "pools", [item for route in routes for item in _items(policy, *route)])


def _unknown_intents(policy: Tree) -> list[NameProblem]:
    patterns = [
        (("intent_patterns", position, "intent"), intent)
        for position in range(_length(policy, "intent_patterns"))
        if isinstance(intent := _at(policy, "intent_patterns", position, "intent"), str)
    ]
    replies = [
        (("wording", language, "replies", intent), intent)
        for language in _keys(policy, "wording")
        for intent in _keys(policy, "wording", language, "replies")
    ]
    beside = [item for intent in _keys(policy, "intents") for item in _items(policy, "intents", intent, "not_beside")]
    cached = _items(policy, "cache", "intents")
    return _unknown(policy, "intent", "intents", [*patterns, *replies, *beside, *cached])


def _uncacheable_intents(policy: Tree) -> list[NameProblem]:
    """Intents whose answers hold for one customer alone, or that a person must see."""
    needy = ("details", "lookups", "action", "review", "always_human")
    return [
        NameProblem(path, f"names {intent!r}, which {why}.", "Only the same answer for everybody may be given again.")
        for path, intent in _items(policy, "cache", "intents")
        for why in (
            *(f"has `{key}`" for key in needy if _at(policy, "intents", intent, key)),
            *([] if _at(policy, "intents", intent, "risk") in (None, "low") else ["is not of low risk"]),
            *([] if _at(policy, "intents", intent, "needs_sources") else ["does not need a source"]),
        )[:1]
        if intent in _keys(policy, "intents")
    ]


def _unknown_headings(policy: Tree) -> list[NameProblem]:
    """Headings of the guard that something is said or somebody named for, and that it does not have."""
    tables: list[KeyPath] = [
        ("guard", "teams"),
        *(("wording", language, "holding_for") for language in _keys(policy, "wording")),
    ]
    known = _keys(policy, "guard", "critical")
    return [
        NameProblem(
            (*table, heading),
            f"names the heading {heading!r}, which is not under `guard.critical`.",
            suggestion(heading, known, "Add it there, or take it out here."),
        )
        for table in tables
        for heading in _keys(policy, *table)
        if heading not in known
    ]


def _unknown_actions(policy: Tree) -> list[NameProblem]:
    wanted = [
        (("intents", intent, "action"), action)
        for intent in _keys(policy, "intents")
        if isinstance(action := _at(policy, "intents", intent, "action"), str)
    ]
    return _unknown(policy, "action", "actions", wanted)


def _unknown(policy: Tree, kind: str, section: str, used: Iterable[tuple[KeyPath, str]]) -> list[NameProblem]:
    known = _keys(policy, section)
    return [
        NameProblem(
            path,
            f"names the {kind} {name!r}, which is not under `{section}`.",
            suggestion(name, known, f"Add it to `{section}`, or take it out here."),
        )
        for path, name in used
        if name not in known
    ]


def _missing_rows(policy: Tree) -> list[NameProblem]:
    required: list[tuple[KeyPath, str]] = [
        (("intents",), OTHER),
        *((("jobs", "draft", "pools"), route) for route in RouteName if route is not RouteName.HUMAN),
        *(((section,), channel) for section in ("job_time", "queue_time") for channel in Channel),
        *((("wording",), language) for _, language in _items(policy, "languages")),
    ]
    return [
        NameProblem(path, f"has no row {str(key)!r}.", "Add one.")
        for path, key in required
        if _at(policy, *path) is not None and key not in _keys(policy, *path)
    ]


def _missing_wording(policy: Tree) -> list[NameProblem]:
    answered = [
        intent
        for intent in _keys(policy, "intents")
        if intent != OTHER and _at(policy, "intents", intent, "always_human") is None
    ]
    return [
        *(
            NameProblem(("wording", language, "confirmations"), f"has no text for the action {action!r}.", "Write one.")
            for language in _keys(policy, "wording")
            for action in _keys(policy, "actions")
            if action not in _keys(policy, "wording", language, "confirmations")
        ),
        *(
            NameProblem(
                ("wording", language, "replies"),
                f"has no text for the intent {intent!r}.",
                "Write one, or give the intent `always_human`.",
            )
            for language in _keys(policy, "wording")
            for intent in answered
            if intent not in _keys(policy, "wording", language, "replies")
        ),
        *(
            NameProblem(("wording", language, "questions"), f"has no question for {detail.value!r}.", "Write one.")
            for language in _keys(policy, "wording")
            for detail in _asked_for(policy)
            if detail not in _keys(policy, "wording", language, "questions")
        ),
    ]


def _asked_for(policy: Tree) -> list[Detail]:
    """What a customer may be asked for: a clearer picture only where a model looks at pictures."""
    looks = _at(policy, "jobs", "see") is not None
    return [detail for detail in Detail if looks or detail is not Detail.PICTURE]


def _at(policy: Tree, *path: str | int) -> JsonValue:
    found: JsonValue = dict(policy)
    for key in path:
        match found, key:
            case dict(), str():
                found = found.get(key)
            case list(), int():
                found = found[key]
            case _:
                return None
    return found


def _keys(policy: Tree, *path: str | int) -> tuple[str, ...]:
    found = _at(policy, *path)
    return tuple(found) if isinstance(found, dict) else ()


def _length(policy: Tree, *path: str | int) -> int:
    found = _at(policy, *path)
    return len(found) if isinstance(found, list) else 0


def _items(policy: Tree, *path: str | int) -> list[tuple[KeyPath, str]]:
    found = _at(policy, *path)
    if not isinstance(found, list):
        return []
    return [((*path, position), item) for position, item in enumerate(found) if isinstance(item, str)]
