from collections.abc import Mapping

class QueueManager:
    def get_or_create(self, *, slug: str, defaults: Mapping[str, object]) -> tuple[Queue, bool]: ...

class Queue:
    objects: QueueManager
