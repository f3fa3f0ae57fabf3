"""Where customers' files are: one fetch, whole or with a typed failure."""

from typing import Protocol

from cases.policy.attachments import AttachmentRules
from cases.ticket import Attachment


class AttachmentStore(Protocol):
    """Someone who keeps files."""

    async def fetch(self, attachment: Attachment, rules: AttachmentRules) -> bytes:
        """The file, tried once.

        Raises AttachmentIllegible for one that is too large, empty or cut off, ToolRefused for one that is not there
        or may not be fetched, and ToolUnavailable where the same may work later.
        """
        ...
