"""Every half minute the ledger is compared with what ops did to the workflows of cases in the engine."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.run_reconciliation import RunReconciliation
    from cases.engine_runs import ReconciledRuns, RunsSince

from workflows.options import source_read


@workflow.defn
class ReconcileRuns:
    """One reconciliation; it begins where the last one ended."""

    @workflow.run
    async def run(self) -> ReconciledRuns:
        """Let the ledger follow."""
        last = workflow.get_last_completion_result(ReconciledRuns)
        since = last.until if last is not None else None
        return await workflow.execute_activity_method(
            RunReconciliation.reconcile_runs,
            RunsSince(since=since),
            summary="compare the ledger with the engine",
            **source_read(),
        )
