"""Recording: the ledger learns how a case stands, and the cache which answers may be given again."""

from typing import Protocol

from temporalio import activity

from activities.answer_keeping import AnswerKeeping
from cases.case import CaseView


class CaseRecorder(Protocol):
    """What recording needs of the ledger."""

    async def record(self, view: CaseView) -> None:
        """Write a case down as it stands; writing the same again changes nothing."""
        ...


class Recording:
    """Writes cases down. Safe to repeat, and to be late."""

    def __init__(self, recorder: CaseRecorder, answers: AnswerKeeping) -> None:
        self._recorder = recorder
        self._answers = answers

    @activity.defn
    async def record(self, view: CaseView) -> None:
        """Write down how a case stands: its state, and every call, decision, action and reply so far."""
        await self._recorder.record(view)
        await self._answers.learn_from(view)
