"""A directory of one store: every source's files are there."""

from integrations.attachments.protocol import AttachmentStore


class OneStore:
    """`AttachmentStores` of one."""

    def __init__(self, store: AttachmentStore) -> None:
        self._store = store

    async def store_of(self, tenant: str, source: str | None) -> AttachmentStore:
        return self._store
