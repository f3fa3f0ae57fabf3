"""The connections to the helpdesks of sources."""

from contextlib import AsyncExitStack
from pathlib import Path

from bench.helpdesk_plan import HelpdeskTurn, Trouble
from bench.helpdesk_wire import VirtualClock, wire_to
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.source import SourceKind
from starter.sources.helpdesks import SourceHelpdesks
from starter.sources.secrets import keep_secrets
from tests.helpdesks.desks import ChatwootDesk

TEXT, NOTE = CustomerText(text="It comes tomorrow."), InternalNote(text="Told the date.")


class AnsweredTwice:
    """A sender all of whose requests are answered twice."""

    def meets(self) -> HelpdeskTurn:
        return HelpdeskTurn(Trouble.ANSWERED_TWICE)

    def die(self) -> None:
        raise AssertionError("nobody dies here")

    async def echo(self) -> None:
        raise AssertionError("nothing comes back here")


def intent_of(kind: WriteKind, text: str, desk: ChatwootDesk) -> WriteIntent:
    return WriteIntent(
        reference=f"7/{kind}",
        tenant="acme",
        source="chatwoot",
        conversation=Conversation(ticket_id="7"),
        kind=kind,
        digest=digest_of(text),
        intended_at=desk.server.clock(),
    )


async def test_an_answer_that_comes_twice_is_not_taken_for_the_next_ones(tmp_path: Path) -> None:
    desk, clock = ChatwootDesk(), VirtualClock()
    assert desk.kind is SourceKind.CHATWOOT
    desk.open(7)
    async with wire_to(desk.server.app(), clock) as wire, AsyncExitStack() as opened:
        source = desk.source(wire.address)
        keep_secrets(source, desk.secrets, tmp_path)
        wire.begin(AnsweredTwice())
        helpdesk = await SourceHelpdesks(tmp_path, 5, opened).helpdesk(source)
        reply_id = await helpdesk.reply(intent_of(WriteKind.REPLY, TEXT.text, desk), TEXT)
        note_id = await helpdesk.note(intent_of(WriteKind.NOTE, NOTE.text, desk), NOTE)
    assert [(message.id, message.public) for message in desk.standing(7)] == [(reply_id, True), (note_id, False)]
