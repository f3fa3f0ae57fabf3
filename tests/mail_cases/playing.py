"""Plays one story at the place, through the doors that everybody uses."""

import asyncio
from contextlib import ExitStack, suppress

from temporalio.client import Client
from temporalio.service import RPCError

from tests.mail_cases.intervening import Intervening
from tests.mail_cases.looking import Looking
from tests.mail_cases.place import Place
from tests.mail_cases.real_desks import FIRST, SECOND
from tests.mail_cases.scene import Played, Scene
from tests.mail_cases.story import Step, Story
from tests.mail_cases.writing import Writing


class Player:
    """One story on its way."""

    def __init__(self, place: Place, client: Client, story: Story) -> None:
        self._scene = Scene(place, client, story)
        self._writing = Writing(self._scene)
        self._people = Intervening(self._scene)
        self._looking = Looking(self._scene)

    async def play(self) -> Played:
        """Play it from beginning to end. Nothing of it is left in the shop and the ledger afterwards."""
        scene = self._scene
        await scene.place.records.put_back(scene.story.people)
        for what in scene.story.before:
            await self._people.change_the_shop(what)
        await self._looking.begin()
        with ExitStack() as serving:
            await scene.open_desk(serving)
            try:
                await self._happen()
                await self._looking.conclude()
            finally:
                await self._leave_nothing()
        return scene.played

    async def _happen(self) -> None:
        story = self._scene.story
        await self._writing.write(FIRST, story, story)
        if not story.at_once:
            await self._looking.look(0, decided=False)
        for number, step in enumerate(story.steps, start=1):
            await asyncio.sleep(step.pause)
            if step.words or step.second or step.flood:
                self._scene.played.last_words_at = number
            await self._take(step)
            if step.words is None or not step.words.at_once:
                await self._looking.look(number, decided=step.is_decision)

    async def _take(self, step: Step) -> None:
        ticket = FIRST if step.of == "first" else SECOND
        if step.words is not None:
            await self._writing.write(ticket, step.words, None)
        elif step.second is not None:
            await self._writing.write(SECOND, step.second, step.second)
        elif step.flood is not None:
            await self._writing.flood(ticket, step.flood)
        elif step.shop is not None:
            await self._people.change_the_shop(step.shop)
        elif step.temporal is not None:
            await self._people.end_in_temporal(ticket, step.temporal)
        elif step.helpdesk is not None:
            assert self._scene.desk is not None, "this happens in a real helpdesk alone"
            for delivery in self._scene.desk.happens(step.helpdesk, step.requester):
                await self._writing.deliver(delivery)
        else:
            await self._people.decide(ticket, step)

    async def _leave_nothing(self) -> None:
        scene = self._scene
        for workflow_id in [*(scene.case_id(ticket) for ticket in scene.opened), *await scene.further_cases()]:
            # It has ended by itself, or there is none.
            with suppress(RPCError):
                await scene.client.get_workflow_handle(workflow_id).terminate("the story is over")
            await scene.place.forget(workflow_id)
        await scene.place.records.put_back(scene.story.people)
