"""Reconcile the ledger with the engine: a case whose workflow was ended or reset must not stand there as before.

The engine tells nobody what ops do to a workflow. So it is asked regularly what ended or began since the last time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio import activity

from activities.heartbeat import beating
from cases.case import CaseView
from cases.engine_runs import ReconciledRuns, Run, RunsSince
from cases.outcome import Stage
from routing.ended_by_ops import ended_by_ops

OVERLAP = timedelta(minutes=2)
"""How much of what was looked at is looked at again: the engine lists a change some time after it happened."""

LONGEST_BACK = timedelta(days=30)
"""How far back the first reconciliation looks: as long as an engine usually keeps what ended."""

BEGUN_BACK = timedelta(days=1)
"""The same for runs that go on: they are many, and those that wait have been written down since."""

OPENS_WITHIN = timedelta(seconds=15)
"""A run that began just now has not written itself down yet, and will."""


class EngineRuns(Protocol):
    """What a reconciliation asks of the engine. Every method raises EngineUnavailable."""

    async def ended_since(self, moment: datetime) -> Sequence[Run]:
        """The runs that came to no end of their own since then."""
        ...

    async def begun_since(self, moment: datetime) -> Sequence[Run]:
        """The runs that began since then and still run."""
        ...

    async def newest(self, case_id: str) -> Run | None:
        """The newest run of a case, however it stands; None where the engine has forgotten it."""
        ...

    async def view(self, case_id: str) -> CaseView | None:
        """A running case as its workflow has it; None where no worker answers in time."""
        ...


class CaseBook(Protocol):
    """What a reconciliation asks of the ledger."""

    async def run_ids(self, case_ids: Sequence[str]) -> dict[str, str]:
        """The run that each of these cases is written down in, of those that are known."""
        ...

    async def case(self, case_id: str) -> CaseView | None:
        """A case as it was last written down."""
        ...

    async def record(self, view: CaseView) -> None:
        """Write a case down."""
        ...


class RunReconciliation:
    """Lets the ledger follow the engine."""

    def __init__(self, engine: EngineRuns, book: CaseBook) -> None:
        self._engine = engine
        self._book = book

    @activity.defn
    async def reconcile_runs(self, wanted: RunsSince) -> ReconciledRuns:
        """Compare what ended and began lately with the ledger, and correct the ledger. Safe to repeat."""
        now = datetime.now(UTC)
        since = (wanted.since or now - LONGEST_BACK) - OVERLAP
        async with beating():
            ended, to_follow = await self._ended(since)
            begun = await self._begun(max(since, now - BEGUN_BACK), now)
            followed = [case_id for case_id in dict.fromkeys((*to_follow, *begun)) if await self._follow(case_id)]
        return ReconciledRuns(until=now, ended=tuple(ended), followed=tuple(followed))

    async def _ended(self, since: datetime) -> tuple[list[str], list[str]]:
        """Write down what ended; gives those cases, and those that go on in another run."""
        ended = {run.case_id: run for run in await self._engine.ended_since(since)}
        written = await self._book.run_ids(list(ended))
        marked: list[str] = []
        to_follow: list[str] = []
        for case_id in (one for one, run_id in written.items() if run_id == ended[one].run_id):
            newest = await self._engine.newest(case_id)
            if newest is None or newest.ended is None:
                to_follow += [case_id] if newest is not None else []
                continue
            view = await self._book.case(case_id)
            if view is not None and view.stage is not Stage.CLOSED:
                await self._book.record(ended_by_ops(view, newest))
                marked.append(case_id)
        return marked, to_follow

    async def _begun(self, since: datetime, now: datetime) -> list[str]:
        """Cases that run in another run than is written down: reset, or too busy to have said so."""
        begun = {run.case_id: run for run in await self._engine.begun_since(since) if run.at < now - OPENS_WITHIN}
        written = await self._book.run_ids(list(begun))
        return [case_id for case_id, run_id in written.items() if run_id != begun[case_id].run_id]

    async def _follow(self, case_id: str) -> bool:
        view = await self._engine.view(case_id)
        if view is None or not view.policy_version:
            return False
        await self._book.record(view)
        return True
