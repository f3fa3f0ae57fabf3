"""Plays one story at the place, through the doors that everybody uses, and writes down what came of it."""

import asyncio
import itertools
import re
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from pydantic import JsonValue
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from cases.case import CaseView
from cases.errors import CaseRefusal
from cases.outcome import OutcomeKind, Stage
from cases.review import AskCustomer, Decision, Edit, Reject, RejectReason, ReviewRequest, TakeOver
from cases.ticket import Message, case_id
from demo.helpdesk.conversation import Conversation, Visibility
from integrations.helpdesks.rendering import as_text
from routing.approvals import approval_of
from starter.intake import decide
from tests.helpdesks.serving import served
from tests.mail_cases.place import Place
from tests.mail_cases.real_desks import FIRST, REAL_DESKS, SECOND, RealDesk, Sent
from tests.mail_cases.resting import until_at_rest
from tests.mail_cases.story import Filler, Opening, Step, Story, Words
from tests.waiting import eventually

OPS_SEE_WITHIN_SECONDS = 75.0
"""A minute, and what a busy machine adds."""

RUN = uuid.uuid4().hex[:6]
"""Makes ids that no other run of the tests has used."""

WITH_A_PERSON = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)
BY_HAND = "by-hand"


@dataclass
class Text:
    """What was written to the customer, after which step, and what for."""

    step: int
    ticket: int
    kind: str
    text: str


@dataclass
class Played:
    """What came of a story."""

    by_itself: list[str] = field(default_factory=list[str])
    with_a_person: list[str] = field(default_factory=list[str])
    of_others: list[str] = field(default_factory=list[str])
    """Effects on records of somebody whom the story does not concern."""
    texts: list[Text] = field(default_factory=list[Text])
    reviews: list[tuple[int, ReviewRequest]] = field(default_factory=list[tuple[int, ReviewRequest]])
    person_at: set[int] = field(default_factory=set[int])
    """After which steps a person had it."""
    views: dict[int, CaseView | None] = field(default_factory=dict[int, CaseView | None])
    refusals: list[str] = field(default_factory=list[str])
    """What a door refused."""
    stale_refused: bool | None = None
    changed: tuple[str, ...] = ()
    records: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    team: str | None = None
    failed_workflows: list[str] = field(default_factory=list[str])
    last_words_at: int = 0
    """The step of the customer's newest words."""

    @property
    def effects(self) -> list[str]:
        """All that was done in the shop, but by hand."""
        return [*self.by_itself, *self.with_a_person]


class Player:
    """One story on its way."""

    def __init__(self, place: Place, client: Client, story: Story) -> None:
        self._place = place
        self._client = client
        self._story = story
        self._played = Played()
        self._desk: RealDesk | None = None
        self._source = "demo"
        self._seen_effects: set[int] = set()
        self._seen_texts: dict[int, int] = {FIRST: 0, SECOND: 0}
        self._kinds: dict[str, str] = {}
        self._held: ReviewRequest | None = None
        """What the first ticket is held for, as it was last looked at."""
        self._held_before: ReviewRequest | None = None
        """The same, one look earlier."""
        self._numbers = itertools.count(1)
        self._opened: list[int] = []

    async def play(self) -> Played:
        """Play it from beginning to end. Nothing of it is left in the shop and the ledger afterwards."""
        await self._place.records.put_back(self._story.people)
        for what in self._story.before:
            await self._by_hand(what)
        self._seen_effects = {int(effect["id"]) for effect in await self._effects()}
        async with AsyncExitStack() as opened:
            await self._open_desk(opened)
            try:
                await self._happen()
                await self._conclude()
            finally:
                await self._leave_nothing()
        return self._played

    async def _happen(self) -> None:
        await self._write(FIRST, self._story, self._story)
        if not self._story.at_once:
            await self._look(0, decided=False)
        for number, step in enumerate(self._story.steps, start=1):
            if step.pause:
                await asyncio.sleep(step.pause)
            if step.words or step.second or step.flood:
                self._played.last_words_at = number
            await self._take(step)
            if step.words is None or not step.words.at_once:
                await self._look(number, decided=step.is_decision)

    async def _take(self, step: Step) -> None:
        ticket = FIRST if step.of == "first" else SECOND
        if step.words is not None:
            await self._write(ticket, step.words, None)
        elif step.second is not None:
            await self._write(SECOND, step.second, step.second)
        elif step.flood is not None:
            await self._flood(ticket, step.flood)
        elif step.shop is not None:
            await self._by_hand(step.shop)
        elif step.temporal is not None:
            await self._in_temporal(self._case_id(ticket), step.temporal)
        elif step.helpdesk is not None:
            assert self._desk is not None, "this happens in a real helpdesk alone"
            for delivery in self._desk.happens(step.helpdesk, step.requester):
                await self._deliver(delivery)
        else:
            await self._decide(ticket, step)

    # Writing

    async def _write(self, ticket: int, words: Words, opening: Opening | None) -> None:
        self._opened += [ticket] if ticket not in self._opened else []
        texts = (*[filled(words)] * words.repeat, *(opening.more if opening else ()))
        if self._desk is not None:
            for text in texts:
                await self._deliver(self._desk.write(ticket, words, text))
            return
        messages = [self._message(words, text, opening) for text in texts]
        if opening is None:
            answer = await self._place.door.post(f"/cases/{self._case_id(ticket)}/messages", json=messages[0])
        else:
            body = self._ticket(ticket, opening, messages)
            await self._place.helpdesk.put(f"/tickets/{body['id']}", json=body)
            answer = await self._place.door.post("/tickets", json=body)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer.raise_for_status()
        if answer.is_error:
            self._played.refusals.append(answer.text)

    async def _flood(self, ticket: int, count: int) -> None:
        words = [Words(text=f"One more thing, number {number}: are you there?") for number in range(count)]
        async with asyncio.TaskGroup() as group:
            for said in words:
                group.create_task(self._write(ticket, said, None))

    def _ticket(self, ticket: int, opening: Opening, messages: list[dict[str, Any]]) -> dict[str, Any]:
        customer: dict[str, JsonValue] = {
            "email": opening.from_,
            "name": opening.customer_name,
            "authenticated": opening.signed_in,
            "id": opening.customer_id or (self._place.records.ids.get(opening.from_) if opening.signed_in else None),
        }
        return {
            "tenant": "acme",
            "source": self._source,
            "id": self._ticket_id(ticket),
            "channel": opening.channel.value,
            "locale": opening.locale,
            "customer": customer,
            "subject": opening.subject,
            "messages": messages,
        }

    def _message(self, words: Words, text: str, opening: Opening | None) -> dict[str, Any]:
        number = next(self._numbers)
        days_ago = opening.days_ago if opening else 0
        at = datetime.now(UTC) - timedelta(days=days_ago) + timedelta(milliseconds=number)
        files = [
            {"id": f"f{place}", "url": f"https://files.example/{file.name}", **file.model_dump()}
            for place, file in enumerate(words.files)
        ]
        message: dict[str, Any] = {"id": f"m{number}", "text": text, "sent_at": at.isoformat(), "attachments": files}
        # What a machine wrote shows in the head of its mail, where the door takes one.
        return {**message, "headers": words.headers} if "headers" in Message.model_fields and words.headers else message

    async def _deliver(self, sent: Sent) -> None:
        answer = await self._place.door.post(f"/sources/acme/{self._source}", content=sent.body, headers=dict(sent.headers))
        answer.raise_for_status()

    # Deciding and changing

    async def _decide(self, ticket: int, step: Step) -> None:
        view = await self._place.case(self._case_id(ticket))
        review = self._held_before if step.stale_approve else view.review if view else None
        if review is None:
            return
        reviewer = {"request_id": review.id, "case_version": review.case_version, "reviewer": "Rita"}
        if step.ask is not None:
            await self._send(ticket, AskCustomer.model_validate({**reviewer, "question": step.ask}))
        elif step.reject:
            await self._send(ticket, Reject.model_validate({**reviewer, "reason": RejectReason.OTHER}))
        elif step.take_over:
            await self._send(ticket, TakeOver.model_validate(reviewer))
        elif step.edit is not None:
            await self._send(ticket, Edit.model_validate({**reviewer, "reply": step.edit}))
        elif step.stale_approve:
            self._played.stale_refused = not await self._send(ticket, approval_of(review, "Rita"))
        for name in step.approve:
            standing = await self._place.case(self._case_id(ticket))
            if standing is not None and standing.review is not None:
                await self._send(ticket, approval_of(standing.review, name))
                await self._rest(ticket)

    async def _send(self, ticket: int, decision: Decision) -> bool:
        try:
            await decide(self._client, self._case_id(ticket), decision)
        except CaseRefusal as refusal:
            self._played.refusals.append(str(refusal))
            return False
        return True

    async def _by_hand(self, what: str) -> None:
        kind, target, *rest = what.split()
        field_of = {"refund": "payment_id", "cancel_order": "order_id", "cancel_subscription": "subscription_id"}
        arguments: dict[str, Any] = {"kind": kind, field_of[kind]: target}
        if rest:
            arguments["amount"] = {"amount": rest[0], "currency": rest[1]}
        key = {"Idempotency-Key": f"{BY_HAND}/{uuid.uuid4().hex}"}
        (await self._place.shop.post("/actions", json=arguments, headers=key)).raise_for_status()

    async def _in_temporal(self, workflow_id: str, what: str) -> None:
        handle = self._client.get_workflow_handle(workflow_id)
        if what == "reset":
            await self._reset(workflow_id)
            return
        await (handle.terminate("ops end it") if what == "terminate" else handle.cancel())

        async def look() -> bool:
            view = await self._place.case(workflow_id)
            return view is None or view.review is None or view.outcome is not None

        try:
            await eventually(look, f"{workflow_id} to leave the queue", OPS_SEE_WITHIN_SECONDS)
        except AssertionError:
            self._played.refusals.append("It never left the queue.")

    async def _reset(self, workflow_id: str) -> None:
        handle = self._client.get_workflow_handle(workflow_id)
        run = (await handle.describe()).run_id
        async for event in handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                break
        else:
            raise AssertionError("no task of the workflow was completed")
        await self._client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run),
                reason="ops begin it anew",
                request_id=uuid.uuid4().hex,
                workflow_task_finish_event_id=event.event_id,
            )
        )

    # Looking

    async def _rest(self, ticket: int) -> None:
        await until_at_rest(self._client, f"read:acme:{self._source}:{self._ticket_id(ticket)}")
        await until_at_rest(self._client, self._case_id(ticket))

    async def _look(self, step: int, *, decided: bool) -> None:
        """Wait for rest, and write down what is new."""
        for ticket in self._opened:
            await self._rest(ticket)
        for ticket in self._opened:
            view = await self._place.case(self._case_id(ticket))
            self._played.views[ticket] = view
            if ticket == FIRST:
                self._held_before, self._held = self._held, view.review if view else None
            if view is not None:
                self._look_at(view, step)
                await self._read_texts(ticket, step)
        await self._look_at_effects(decided=decided)

    def _look_at(self, view: CaseView, step: int) -> None:
        self._kinds |= {reply.reference: reply.kind for reply in view.replies}
        if view.review is not None:
            self._played.reviews.append((step, view.review))
        if view.review is not None or (view.outcome is not None and view.outcome.kind in WITH_A_PERSON):
            self._played.person_at.add(step)

    async def _read_texts(self, ticket: int, step: int) -> None:
        if self._desk is not None:
            texts = [("reply", as_text(text)) for text in self._desk.texts(ticket)]
        else:
            answer = await self._place.helpdesk.get(f"/tickets/{self._ticket_id(ticket)}")
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return
            conversation = Conversation.model_validate_json(answer.raise_for_status().content)
            ours = [said for said in conversation.messages if said.reference and said.visibility is Visibility.PUBLIC]
            texts = [(self._kinds.get(said.reference or "", "reply"), said.text) for said in ours]
            self._played.notes = [note.text for note in conversation.notes]
            self._played.team = conversation.ticket.team
        new = texts[self._seen_texts[ticket] :]
        self._seen_texts[ticket] = len(texts)
        self._played.texts += [Text(step, ticket, kind, text) for kind, text in new]

    async def _effects(self) -> list[dict[str, Any]]:
        return (await self._place.shop.get("/effects")).raise_for_status().json()

    async def _look_at_effects(self, *, decided: bool) -> None:
        mine = tuple(self._case_id(ticket) for ticket in self._opened)
        for effect in await self._effects():
            if int(effect["id"]) in self._seen_effects or str(effect["key"]).startswith(BY_HAND):
                continue
            owner = self._place.records.owner(str(effect["target"]))
            is_mine = any(str(effect["key"]).startswith(f"{case}/") for case in mine)
            if not is_mine and owner not in self._story.people:
                continue
            self._seen_effects.add(int(effect["id"]))
            told = effect_as_text(effect)
            if owner not in self._story.people:
                self._played.of_others.append(told)
            (self._played.with_a_person if decided else self._played.by_itself).append(told)

    async def _conclude(self) -> None:
        self._played.changed = await self._place.records.changed(self._story.people)
        expect = self._story.expect
        named = {*expect.records, *expect.records_if_done, *expect.records_never}
        self._played.records = {name: await self._place.records.record(name) for name in named}
        for ticket in self._opened:
            try:
                described = await self._client.get_workflow_handle(self._case_id(ticket)).describe()
            except RPCError:
                continue
            if described.status is not None and described.status.name in ("FAILED", "TIMED_OUT"):
                self._played.failed_workflows.append(f"{described.id} is {described.status.name}")

    async def _leave_nothing(self) -> None:
        for ticket in self._opened:
            workflow_id = self._case_id(ticket)
            try:
                await self._client.get_workflow_handle(workflow_id).terminate("the story is over")
            except RPCError:
                pass
            await self._place.forget(workflow_id)
        await self._place.records.put_back(self._story.people)

    # Names

    async def _open_desk(self, opened: AsyncExitStack) -> None:
        if self._story.helpdesk == "demo":
            return
        self._desk = REAL_DESKS[self._story.helpdesk](self._story)
        address = opened.enter_context(served(self._desk.app))
        self._source = re.sub(r"[^a-z0-9]+", "-", f"mail-{RUN}-{self._story.id}".lower())[:60].strip("-")
        await self._place.register(self._desk.source(self._source, address), self._desk.secrets)

    def _ticket_id(self, ticket: int) -> str:
        if self._story.helpdesk in ("zammad", "zendesk", "chatwoot"):
            return str(ticket)
        if self._story.helpdesk == "whatsapp":
            return self._whatsapp_id()
        return f"{self._story.id}-{RUN}-{ticket}"

    def _whatsapp_id(self) -> str:
        from integrations.sources.whatsapp_shapes import ticket_id_of  # noqa: PLC0415
        from tests.helpdesks.fake_whatsapp import NUMBER  # noqa: PLC0415

        assert self._desk is not None
        return ticket_id_of(self._desk.source(self._source, "http://127.0.0.1"), NUMBER, "447700900123")

    def _case_id(self, ticket: int) -> str:
        return case_id("acme", self._source, self._ticket_id(ticket))


def effect_as_text(effect: dict[str, Any]) -> str:
    """An effect as stories name it."""
    money = effect.get("amount")
    return " ".join([effect["kind"], effect["target"], *([money["amount"], money["currency"]] if money else [])])


def filled(words: Words) -> str:
    """The text of a message with what nobody typed around it."""
    if words.filler is None:
        return words.text
    nobody_typed = filling(words.filler)
    match words.filler.where:
        case "before":
            parts: Sequence[str] = (nobody_typed, words.text)
        case "after":
            parts = (words.text, nobody_typed)
        case _:
            half = len(nobody_typed) // 2
            parts = (nobody_typed[:half], words.text, nobody_typed[half:])
    return "\n\n".join(parts)


def filling(filler: Filler) -> str:
    """So many characters of it."""
    line = {
        "log": "2026-11-30T08:14:07Z INFO sync.worker tile=8842 status=ok bytes=18311 elapsed_ms=41\n",
        "base64": "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz\n",
        "lines": "---------------------------------------------------------------------------\n",
        "emoji": "🏕️🔥👍",
    }[filler.kind]
    return (line * (filler.characters // len(line) + 1))[: filler.characters]


def is_waiting(view: CaseView | None) -> bool:
    """Whether the case waits for an answer of its customer."""
    return view is not None and view.stage is Stage.WAITING_FOR_CUSTOMER
