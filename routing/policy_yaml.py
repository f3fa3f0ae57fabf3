"""A policy's YAML, read so that every value still knows its file and line."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import yaml
from pydantic import JsonValue

from cases.errors import InvalidPolicy, PolicyProblem
from cases.policy.names import KeyPath

MERGED_LEVELS = 2
"""`wording: {en: …}` and `wording: {de: …}` may stand in two files; what is below one language may not."""

_INTEGER = re.compile(r"-?(0|[1-9]\d*)")
_FLOAT = re.compile(r"-?\d+\.\d+")
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None, "~": None, "": None}


class PolicyText(NamedTuple):
    """One file of a policy: its name, for people, and what stands in it."""

    name: str
    text: str


class Place(NamedTuple):
    """Where something is written; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Written(NamedTuple):
    """What files say, where each key and item of it stands, and what is written twice."""

    values: dict[str, JsonValue]
    places: dict[KeyPath, Place]
    problems: tuple[PolicyProblem, ...] = ()

    def place(self, path: KeyPath) -> Place:
        """The place of a key, or of the nearest key above it that is written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.places[()]

    def problem(self, path: KeyPath, problem: str, way_out: str) -> PolicyProblem:
        """A problem at a key, with its place."""
        key = ".".join(str(step) for step in path)
        return PolicyProblem(f"{self.place(path)} {key}".rstrip(), problem, way_out)


def read_together(documents: Sequence[PolicyText]) -> Written:
    """Read files and merge them two levels deep.

    Raises InvalidPolicy for a file that is not YAML, and for no file at all; a key written twice is a problem of
    the result.
    """
    if not documents:
        raise InvalidPolicy(PolicyProblem("policy", "there is no file.", "Name at least one."))
    unreadable: list[PolicyProblem] = []
    parts: list[Written] = []
    for document in documents:
        try:
            parts.append(_read(document))
        except InvalidPolicy as error:
            unreadable += error.problems
    if unreadable:
        raise InvalidPolicy(*unreadable)
    return _merged(parts)


def _read(document: PolicyText) -> Written:
    try:
        node = yaml.compose(document.text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InvalidPolicy(_syntax_problem(document, error)) from error
    reader = _Reader(document.name)
    values = reader.value(node, ()) if node is not None else {}
    if not isinstance(values, dict):
        raise InvalidPolicy(
            PolicyProblem(f"{document.name}:1", "is not a mapping.", "Start it with a key, such as `version: …`.")
        )
    return Written(values, reader.places, tuple(reader.problems))


class _Reader:
    """Turns YAML nodes into values, and remembers where each stood and what was wrong."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: set[int] = set()
        self.places: dict[KeyPath, Place] = {(): Place(file, 1)}
        self.problems: list[PolicyProblem] = []

    def value(self, node: yaml.Node, path: KeyPath) -> JsonValue:
        """The value of a node."""
        if id(node) in self._seen:
            self._complain(node, path, "uses an alias.", "Write the value out: a policy is read without jumping.")
            return None
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self._item(item, (*path, position)) for position, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return _scalar(node)
            case _:
                raise TypeError(f"YAML has no node {type(node).__name__}")

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, JsonValue]:
        values: dict[str, JsonValue] = {}
        for key, value in node.value:
            name = str(key.value)
            below = (*path, name)
            if name in values:
                first = self.places[below]
                self._complain(key, below, f"is written twice; the first is at {first}.", "Keep one of them.")
                continue
            self.places[below] = self._place(key)
            values[name] = self.value(value, below)
        return values

    def _item(self, node: yaml.Node, path: KeyPath) -> JsonValue:
        self.places[path] = self._place(node)
        return self.value(node, path)

    def _complain(self, node: yaml.Node, path: KeyPath, problem: str, way_out: str) -> None:
        key = ".".join(str(step) for step in path)
        self.problems.append(PolicyProblem(f"{self._place(node)} {key}", problem, way_out))

    def _place(self, node: yaml.Node) -> Place:
        return Place(self._file, node.start_mark.line + 1)


def _scalar(node: yaml.ScalarNode) -> JsonValue:
    """The value of a scalar by YAML 1.2's core rules: `no` and `on` are words, not truth values."""
    text: str = node.value
    if node.style is not None and node.style != "":
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _merged(parts: Sequence[Written]) -> Written:
    values: dict[str, JsonValue] = {}
    places: dict[KeyPath, Place] = {(): parts[0].places[()]}
    problems: list[PolicyProblem] = []
    for part in parts:
        repeated = _merge_into(values, part.values, MERGED_LEVELS)
        for path in repeated:
            here = Written(values, part.places)
            problems.append(
                here.problem(path, f"is written twice; the first is at {places[path]}.", "Keep one of them.")
            )
        places = {**part.places, **places}
    return Written(values, places, (*(p for part in parts for p in part.problems), *problems))


def _merge_into(values: dict[str, JsonValue], added: dict[str, JsonValue], levels: int) -> list[KeyPath]:
    repeated: list[KeyPath] = []
    for key, value in added.items():
        known = values.get(key)
        if key not in values:
            values[key] = dict(value) if isinstance(value, dict) else value
        elif levels > 1 and isinstance(known, dict) and isinstance(value, dict):
            repeated += [(key, *below) for below in _merge_into(known, value, levels - 1)]
        else:
            repeated.append((key,))
    return repeated


def _syntax_problem(document: PolicyText, error: yaml.YAMLError) -> PolicyProblem:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return PolicyProblem(document.name, f"is not YAML: {error}.", "Save it as plain UTF-8 text.")
    line = error.problem_mark.line + 1
    written = "".join(document.text.splitlines()[line - 1 : line])
    problem = error.problem or "it cannot be read"
    return PolicyProblem(f"{document.name}:{line}", f"is not YAML: {problem}.", _syntax_hint(problem, written))


def _syntax_hint(problem: str, line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces, not with a tab."
    if "mapping values" in problem:
        return "Put text that contains `: ` in quotes."
    if "unexpected end of stream" in problem or "expected ',' or" in problem:
        return "Close the quotes or the bracket that was opened above."
    return "Look at this line and the one above: quotes, brackets and the depth of the indentation."
