"""Where customers' files are: one fetch, whole or with a typed failure."""

from typing import Protocol

from cases.policy.attachments import AttachmentRules
from cases.ticket import Attachment, Slug


class AttachmentStore(Protocol):
    """Someone who keeps files."""

    async def fetch(self, attachment: Attachment, rules: AttachmentRules) -> bytes:
        """The file, tried once.

        Raises AttachmentIllegible for one that is too large, empty or cut off, ToolRefused for one that is not there
        or may not be fetched, and ToolUnavailable where the same may work later.
        """
        ...


class AttachmentStores(Protocol):
    """Who keeps the files of whose tickets."""

    async def store_of(self, tenant: Slug, source: Slug | None) -> AttachmentStore:
        """The store of a registered source, or the built-in helpdesk's.

        Raises ToolUnavailable where a secret is missing, and LedgerUnavailable.
        """
        ...
