"""Schedules in the engine: each is made once and then kept as the code has it."""

from temporalio.client import Client, Schedule, ScheduleAlreadyRunningError, ScheduleUpdate, ScheduleUpdateInput

from starter.engine import engine_errors


async def keep_schedule(client: Client, schedule_id: str, wanted: Schedule) -> None:
    """Make a schedule and start its first run, or bring the one that is there up to date. Raises EngineUnavailable."""

    def changed(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule=wanted)

    with engine_errors(client):
        try:
            await client.create_schedule(schedule_id, wanted, trigger_immediately=True)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id).update(changed)
