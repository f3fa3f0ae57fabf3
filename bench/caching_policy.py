"""The policy that ships, with the semantic cache that an owner may add to it."""

from cases.policy.document import Policy
from routing.policy_document import parse_policy
from routing.policy_yaml import PolicyText
from starter.settings import DEFAULT_POLICY

CACHE_FILE = "cache.yaml"


def caching_policy() -> Policy:
    """The local policy as if `cache.yaml` were one of the files it includes."""
    first = DEFAULT_POLICY.read_text(encoding="utf-8").replace("include:\n", f"include:\n  - {CACHE_FILE}\n", 1)
    names = [
        line.removeprefix("  - ") for line in first.splitlines() if line.startswith("  - ") and line.endswith(".yaml")
    ]
    folder = DEFAULT_POLICY.parent
    parts = [PolicyText(name, (folder / name).read_text(encoding="utf-8")) for name in names]
    return parse_policy([PolicyText(DEFAULT_POLICY.name, first), *parts])
