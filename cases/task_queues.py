"""The task queues: what one worker process can be told to do, so that each part scales by itself."""

from enum import StrEnum


class TaskQueue(StrEnum):
    """A Temporal task queue. `--queues` takes the part after `signalbox-`."""

    CASES = "signalbox-cases"
    """Workflows, and everything quick that touches only our own database."""
    MODELS = "signalbox-models"
    """Model calls: slow, or heavy on the processor."""
    TOOLS = "signalbox-tools"
    """The shop and the helpdesk: somebody else's speed."""
