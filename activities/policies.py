"""The policies a worker knows: every version a running case may have started under."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from temporalio.exceptions import ApplicationError

from cases.policy.document import Policy


class PolicyArchive(Protocol):
    """Where every version that was ever used is kept."""

    async def policy(self, version: str) -> Policy | None:
        """The policy of exactly this version."""
        ...


class PolicyShelf(Mapping[str, Policy]):
    """The current policy, and on demand any earlier one by its exact version."""

    def __init__(self, current: Policy, archive: PolicyArchive) -> None:
        self.current = current
        self._archive = archive
        self._known = {current.version: current}

    async def version(self, version: str) -> Policy:
        """The policy a case started under. Raises ApplicationError where no archive has it, so that ops can mend it."""
        if version not in self._known:
            found = await self._archive.policy(version)
            if found is None:
                raise ApplicationError(
                    f"Policy {version} is not in the ledger. Start one worker with the file it was read from; "
                    "the case goes on by itself.",
                    type="PolicyNotFound",
                )
            self._known[version] = found
        return self._known[version]

    def __getitem__(self, version: str) -> Policy:
        return self._known[version]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
