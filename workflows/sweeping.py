"""Sweeping: every half minute the ledger is compared with what ops did to cases' workflows in the engine."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.ghosts import Ghosts
    from cases.engine_runs import SweepFrom, Swept

from workflows.options import source_read


@workflow.defn
class SweepGhosts:
    """One sweep; it begins where the last one ended."""

    @workflow.run
    async def run(self) -> Swept:
        """Let the ledger follow."""
        last = workflow.get_last_completion_result(Swept)
        since = last.until if last is not None else None
        return await workflow.execute_activity_method(
            Ghosts.sweep, SweepFrom(since=since), summary="compare the ledger with the engine", **source_read()
        )
