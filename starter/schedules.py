"""Schedules in the engine: each is made once and then kept as the code has it."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from starter.engine import engine_errors

# One run at a time. What was missed while the engine was away is made up by the next one: it begins where the last
# one ended.
ONE_AT_A_TIME = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1))


async def keep_schedule(
    client: Client, schedule_id: str, action: ScheduleActionStartWorkflow, every: timedelta
) -> None:
    """Make a schedule and start its first run, or bring the one that is there up to date. Raises EngineUnavailable."""
    wanted = Schedule(
        action=action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]), policy=ONE_AT_A_TIME
    )

    def changed(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule=wanted)

    with engine_errors(client):
        try:
            await client.create_schedule(schedule_id, wanted, trigger_immediately=True)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id).update(changed)
