"""What came of a story so far: in the ledger, the helpdesk, the shop and the engine, each looked at for itself."""

from http import HTTPStatus

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from cases.case import CaseView
from cases.outcome import OutcomeKind
from demo.helpdesk.conversation import Conversation, Visibility
from integrations.helpdesks.rendering import as_text
from tests.mail_cases.real_desks import FIRST, SECOND
from tests.mail_cases.resting import until_at_rest
from tests.mail_cases.scene import BY_HAND, Scene, Text

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)

BROKEN = (WorkflowExecutionStatus.FAILED, WorkflowExecutionStatus.TIMED_OUT)


class Looking:
    """Looks again and again, and writes down what is new."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._last_effect = 0
        self._texts: dict[int, int] = {FIRST: 0, SECOND: 0}
        self._kinds: dict[str, str] = {}

    async def begin(self) -> None:
        """All that happens in the shop from here on is the story's."""
        self._last_effect = await self._scene.place.records.newest_effect()

    async def look(self, step: int, *, decided: bool) -> None:
        """Wait until nothing more comes of it, then look. `decided`: a person has just cleared something."""
        scene = self._scene
        for ticket in scene.opened:
            await self._rest(ticket)
        for ticket in scene.opened:
            view = await scene.place.case(scene.case_id(ticket))
            scene.played.views[ticket] = view
            if ticket == FIRST:
                scene.held_before, scene.held = scene.held, view.review if view else None
            if view is not None:
                self._look_at(view, step)
                await self._read_texts(ticket, step)
        for case_id in await scene.further_cases():
            await until_at_rest(scene.client, case_id)
            view = await scene.place.case(case_id)
            if view is not None:
                self._look_at(view, step)
        await self._look_at_effects(decided=decided)

    async def conclude(self) -> None:
        """Look at what stands in the end."""
        scene = self._scene
        scene.played.changed = await scene.place.records.changed(scene.story.people)
        expect = scene.story.expect
        named = {*expect.records, *expect.records_if_done, *expect.records_never}
        scene.played.records = {name: await scene.place.records.record(name) for name in named}
        for ticket in scene.opened:
            try:
                described = await scene.client.get_workflow_handle(scene.case_id(ticket)).describe()
            except RPCError:
                # It has no case.
                continue
            if described.status is not None and described.status in BROKEN:
                scene.played.failed_workflows.append(f"{described.id} is {described.status.name}")

    async def _rest(self, ticket: int) -> None:
        scene = self._scene
        if scene.desk is not None:
            await until_at_rest(scene.client, f"read:acme:{scene.source}:{scene.ticket_id(ticket)}")
        await until_at_rest(scene.client, scene.case_id(ticket))

    def _look_at(self, view: CaseView, step: int) -> None:
        self._kinds |= {reply.reference: reply.kind for reply in view.replies}
        if view.review is not None:
            self._scene.played.reviews.append((step, view.review))
        if view.review is not None or (view.outcome is not None and view.outcome.kind in WITH_A_PERSON):
            self._scene.played.person_at.add(step)

    async def _read_texts(self, ticket: int, step: int) -> None:
        if self._scene.desk is not None:
            texts = [("reply", as_text(text)) for text in self._scene.desk.texts(ticket)]
            self._scene.played.notes = [as_text(note) for note in self._scene.desk.notes(ticket)]
        else:
            texts = await self._texts_of_demo(ticket)
        new = texts[self._texts[ticket] :]
        self._texts[ticket] = len(texts)
        self._scene.played.texts += [Text(step, ticket, kind, text) for kind, text in new]

    async def _texts_of_demo(self, ticket: int) -> list[tuple[str, str]]:
        answer = await self._scene.place.helpdesk.get(f"/tickets/{self._scene.ticket_id(ticket)}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return []
        conversation = Conversation.model_validate_json(answer.raise_for_status().content)
        self._scene.played.notes = [note.text for note in conversation.notes]
        self._scene.played.team = conversation.ticket.team
        ours = [said for said in conversation.messages if said.reference and said.visibility is Visibility.PUBLIC]
        return [(self._kinds.get(said.reference or "", "reply"), said.text) for said in ours]

    async def _look_at_effects(self, *, decided: bool) -> None:
        scene = self._scene
        cases = tuple(f"{scene.case_id(ticket)}/" for ticket in scene.opened)
        for effect in await scene.place.records.effects_since(self._last_effect):
            self._last_effect = effect.id
            owner = scene.place.records.owner(effect.target)
            is_ours = effect.key.startswith(cases) or owner in scene.story.people
            if not is_ours or effect.key.startswith(BY_HAND):
                continue
            if owner not in scene.story.people:
                scene.played.of_others.append(effect.text)
            (scene.played.with_a_person if decided else scene.played.by_itself).append(effect.text)
