"""What customers write, through the doors: `POST /tickets` and its messages, or a delivery of their helpdesk."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from pydantic import JsonValue

from cases.ticket import Message
from tests.mail_cases.desk import Sent
from tests.mail_cases.scene import Scene
from tests.mail_cases.story import Filler, Opening, Words


class Writing:
    """Brings in what the customers of a story write."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._numbers = itertools.count(1)

    async def write(self, ticket: int, words: Words, opening: Opening | None) -> None:
        """Bring in a message, or with `opening` a new ticket. What the door refuses is written down."""
        scene = self._scene
        scene.opened += [ticket] if ticket not in scene.opened else []
        texts = (*[filled(words)] * words.repeat, *(opening.more if opening else ()))
        if scene.desk is not None:
            for text in texts:
                await self.deliver(scene.desk.write(ticket, words, text))
            return
        messages = [self._message(words, text, opening) for text in texts]
        if opening is None:
            answer = await scene.place.door.post(f"/cases/{scene.case_id(ticket)}/messages", json=messages[0])
        else:
            body = self._ticket(ticket, opening, messages)
            await scene.place.helpdesk.put(f"/tickets/{body['id']}", json=body)
            answer = await scene.place.door.post("/tickets", json=body)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer.raise_for_status()
        if answer.is_error:
            scene.played.refusals.append(answer.text)

    async def flood(self, ticket: int, count: int) -> None:
        """Bring in so many messages at once."""
        words = [Words(text=f"One more thing, number {number}: are you there?") for number in range(count)]
        async with asyncio.TaskGroup() as group:
            for said in words:
                group.create_task(self.write(ticket, said, None))

    async def deliver(self, sent: Sent) -> None:
        """Bring in a delivery of the story's helpdesk."""
        address = f"/sources/acme/{self._scene.source}"
        answer = await self._scene.place.door.post(address, content=sent.body, headers=dict(sent.headers))
        answer.raise_for_status()

    def _ticket(self, ticket: int, opening: Opening, messages: list[dict[str, Any]]) -> dict[str, Any]:
        known = self._scene.place.records.ids.get(opening.from_)
        customer: dict[str, JsonValue] = {
            "email": opening.from_,
            "name": opening.customer_name,
            "authenticated": opening.signed_in,
            "id": opening.customer_id or (known if opening.signed_in else None),
        }
        return {
            "tenant": "acme",
            "source": self._scene.source,
            "id": self._scene.ticket_id(ticket),
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


def filled(words: Words) -> str:
    """The text of a message with what nobody typed around it."""
    if words.filler is None:
        return words.text
    nobody_typed = _filling(words.filler)
    match words.filler.where:
        case "before":
            parts: Sequence[str] = (nobody_typed, words.text)
        case "after":
            parts = (words.text, nobody_typed)
        case _:
            half = len(nobody_typed) // 2
            parts = (nobody_typed[:half], words.text, nobody_typed[half:])
    return "\n\n".join(part for part in parts if part)


def _filling(filler: Filler) -> str:
    line = {
        "log": "2026-11-30T08:14:07Z INFO sync.worker tile=8842 status=ok bytes=18311 elapsed_ms=41\n",
        "base64": "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz\n",
        "lines": "---------------------------------------------------------------------------\n",
        "emoji": "🏕️🔥👍",
    }[filler.kind]
    return (line * (filler.characters // len(line) + 1))[: filler.characters]
