"""Listening: customers may finish what they are writing, and thanks after an answer are no request."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.opening import Opening
    from cases.case import StepKind
    from cases.courtesy import Courtesy
    from cases.work import ReadRequest

from workflows.case_file import CaseFile
from workflows.options import OWN_DATABASE

LONGEST_BURST = 6
"""How many messages of a burst are waited for before what has come so far is read."""


async def let_customer_finish(case: CaseFile) -> None:
    """Wait until the customer has written nothing for the channel's quiet time, so that a burst is read as one."""
    quiet = timedelta(seconds=case.quiet_seconds)
    for _ in range(LONGEST_BURST if quiet else 0):
        if not case.customer_just_wrote:
            return
        case.customer_just_wrote = False
        try:
            await workflow.wait_condition(
                lambda: case.customer_just_wrote or case.is_out_of_our_hands,
                timeout=quiet,
                timeout_summary="the customer may still be writing",
            )
        except TimeoutError:
            return


async def heard_only_thanks(case: CaseFile) -> bool:
    """Read what was written after the answer. Thanks are kept with the case, and it stays as it is."""
    if case.is_out_of_our_hands or not case.has_moved_on:
        return False
    await let_customer_finish(case)
    version = case.version
    reading = await workflow.execute_local_activity_method(
        Opening.read_again,
        ReadRequest(ticket=case.to_read, policy_version=case.rulebook.policy_version),
        **OWN_DATABASE,
    )
    said = {reading.courtesies.get(message.id) for message in case.to_read.customer_messages}
    if case.version != version or said != {Courtesy.THANKS}:
        return False
    case.note(StepKind.CUSTOMER, "the customer said thanks: nothing to do")
    case.close_request_of(case.to_read.customer_messages)
    case.take_as_seen()
    return True
