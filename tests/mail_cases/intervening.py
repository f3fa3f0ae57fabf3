"""What people do meanwhile: reviewers decide, somebody changes the shop by hand, ops end a workflow."""

import uuid
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from cases.errors import CaseRefusal
from cases.review import AskCustomer, Decision, Edit, Reject, RejectReason, TakeOver
from routing.approvals import approval_of
from starter.intake import decide
from tests.mail_cases.resting import until_at_rest
from tests.mail_cases.scene import BY_HAND, Scene
from tests.mail_cases.story import Step
from tests.waiting import eventually

OPS_SEE_WITHIN_SECONDS = 75.0
"""A minute, and what a busy machine adds."""

TARGETS = {"refund": "payment_id", "cancel_order": "order_id", "cancel_subscription": "subscription_id"}


class Intervening:
    """Plays the people of a story who are not its customers."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def decide(self, ticket: int, step: Step) -> None:
        """Let a reviewer decide, if there is anything to decide; a refused decision is written down."""
        scene = self._scene
        view = await scene.place.case(scene.case_id(ticket))
        review = scene.held_before if step.stale_approve else view.review if view else None
        if review is None:
            return
        about = {"request_id": review.id, "case_version": review.case_version, "reviewer": "Rita"}
        if step.ask is not None:
            await self._send(ticket, AskCustomer.model_validate({**about, "question": step.ask}))
        elif step.reject:
            await self._send(ticket, Reject.model_validate({**about, "reason": RejectReason.OTHER}))
        elif step.take_over:
            await self._send(ticket, TakeOver.model_validate(about))
        elif step.edit is not None:
            await self._send(ticket, Edit.model_validate({**about, "reply": step.edit}))
        elif step.stale_approve:
            scene.played.stale_refused = not await self._send(ticket, approval_of(review, "Rita"))
        for name in step.approve:
            await self._approve(ticket, name)

    async def change_the_shop(self, what: str) -> None:
        """Do something by hand, such as `refund pay_10101 10.00 EUR`."""
        kind, target, *money = what.split()
        arguments: dict[str, Any] = {"kind": kind, TARGETS[kind]: target}
        if money:
            arguments["amount"] = {"amount": money[0], "currency": money[1]}
        key = {"Idempotency-Key": f"{BY_HAND}/{uuid.uuid4().hex}"}
        (await self._scene.place.shop.post("/actions", json=arguments, headers=key)).raise_for_status()

    async def end_in_temporal(self, ticket: int, what: str) -> None:
        """Terminate, cancel or reset the case's workflow; after the first two, wait until the ledger follows."""
        workflow_id = self._scene.case_id(ticket)
        if what == "reset":
            await self._reset(workflow_id)
            return
        handle = self._scene.client.get_workflow_handle(workflow_id)
        await (handle.terminate("ops end it") if what == "terminate" else handle.cancel())

        async def look() -> bool:
            view = await self._scene.place.case(workflow_id)
            return view is None or view.review is None or view.outcome is not None

        try:
            await eventually(look, f"{workflow_id} to leave the queue", OPS_SEE_WITHIN_SECONDS)
        except AssertionError as never:
            self._scene.played.refusals.append(str(never))

    async def _approve(self, ticket: int, name: str) -> None:
        view = await self._scene.place.case(self._scene.case_id(ticket))
        if view is not None and view.review is not None:
            await self._send(ticket, approval_of(view.review, name))
            await until_at_rest(self._scene.client, self._scene.case_id(ticket))

    async def _send(self, ticket: int, decision: Decision) -> bool:
        try:
            await decide(self._scene.client, self._scene.case_id(ticket), decision)
        except CaseRefusal as refusal:
            self._scene.played.refusals.append(str(refusal))
            return False
        return True

    async def _reset(self, workflow_id: str) -> None:
        client = self._scene.client
        handle = client.get_workflow_handle(workflow_id)
        run = (await handle.describe()).run_id
        completed = [
            event.event_id
            async for event in handle.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        ]
        await client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run),
                reason="ops begin it anew",
                request_id=uuid.uuid4().hex,
                workflow_task_finish_event_id=completed[0],
            )
        )
