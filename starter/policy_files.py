"""A policy on disk: one file that includes others beside it."""

from pathlib import Path

from cases.errors import InvalidPolicy, PolicyProblem
from cases.policy.document import Policy
from routing.policy_document import PolicyText, included_files, parse_policy


def read_policy(path: Path) -> Policy:
    """Read a policy from its first file and the files that one includes, relative to it.

    Raises InvalidPolicy for a file that cannot be read, and for everything that is wrong with the policy.
    """
    first = _read(path, path.name)
    return parse_policy([first, *(_read(path.parent / name, name) for name in included_files(first))])


def _read(path: Path, name: str) -> PolicyText:
    try:
        return PolicyText(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPolicy(
            PolicyProblem(str(path), f"cannot be read: {error}.", "Give the path of a policy file, saved as UTF-8.")
        ) from error
