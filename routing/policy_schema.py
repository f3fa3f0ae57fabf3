"""The JSON schema of a policy file, for editors, and for telling which keys and values are known at a place."""

import json
import sys
from functools import lru_cache

from pydantic import JsonValue

from cases.policy.document import PolicyDocument
from cases.policy.names import KeyPath

Schema = dict[str, JsonValue]

INCLUDE: Schema = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Files beside this one that belong to the same policy. Only the first file may include.",
}


def json_schema() -> str:
    """The schema of one file of a policy, as JSON text.

    A file is a part: files are merged two levels deep, so nothing is required at these two levels, and what is
    missing altogether is told when the policy is read. Below, everything is as strict as the policy itself.
    """
    schema = policy_schema()
    properties = _mapping(schema["properties"])
    for section in (schema, *(_target(schema, _mapping(part)) for part in properties.values())):
        section.pop("required", None)
    closed = _closed({**schema, "properties": {"include": INCLUDE, **properties}, "title": "Signalbox policy file"})
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **_mapping(closed)}, indent=1) + "\n"


def policy_schema() -> Schema:
    """The schema of a whole policy, as a tree of its own."""
    return PolicyDocument.model_json_schema()


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """The keys that may stand in the mapping at a place; none where any may."""
    node = _node(path)
    named = _mapping(_resolved(_whole(), _mapping(node.get("propertyNames"))))
    return (*_mapping(node.get("properties")), *_texts(named.get("enum")))


def known_values(path: KeyPath) -> tuple[str, ...]:
    """The words that may stand at a place; none where any text may."""
    return _texts(_node(path).get("enum"))


@lru_cache(maxsize=1)
def _whole() -> Schema:
    return policy_schema()


def _node(path: KeyPath) -> Schema:
    node = _whole()
    for step in path:
        node = _resolved(_whole(), _below(node, step))
    return node


def _below(node: Schema, step: str | int) -> Schema:
    if isinstance(step, int):
        return _mapping(node.get("items"))
    named = _mapping(node.get("properties")).get(step)
    patterned = next(iter(_mapping(node.get("patternProperties")).values()), None)
    return _mapping(named or patterned or node.get("additionalProperties"))


def _resolved(schema: Schema, node: Schema) -> Schema:
    choices = node.get("anyOf")
    if isinstance(choices, list):
        node = next(choice for choice in map(_mapping, choices) if choice.get("type") != "null")
    return _target(schema, node)


def _target(schema: Schema, node: Schema) -> Schema:
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    return _mapping(_mapping(schema["$defs"])[reference.rpartition("/")[2]])


def _closed(node: JsonValue) -> JsonValue:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    is_object = node.get("type") == "object" and ("properties" in node or "patternProperties" in node)
    return {**closed, "additionalProperties": False} if is_object else closed


def _mapping(value: JsonValue) -> Schema:
    return value if isinstance(value, dict) else {}


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


if __name__ == "__main__":
    sys.stdout.write(json_schema())
