"""What our client is asked for, and what then stands in the helpdesk."""

from datetime import datetime

from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind
from cases.source_event import HelpdeskTicket
from demo.django_helpdesk.standing import StandingFollowUp, standing_followups
from integrations.helpdesks.django_helpdesk import DjangoHelpdesk
from tests.helpdesks.django_helpdesk.running import Running
from tests.helpdesks.intents import intent_of

TOKEN = "uX3nT0ken"
TRICKY = "Costs {{ ticket.ticket_url }} and {% now %} or {# nothing #} {{{}}} %} in “quotes” & <b>bold</b>."


def intent(ticket_id: str, text: str, kind: WriteKind = WriteKind.REPLY, at: datetime | None = None) -> WriteIntent:
    return intent_of(kind, text, Conversation(ticket_id=ticket_id), at=at)


async def written(client: DjangoHelpdesk, ticket_id: str, text: str) -> str:
    return await client.reply(intent(ticket_id, text), CustomerText(text=text))


async def noted(client: DjangoHelpdesk, ticket_id: str, text: str) -> str:
    note_id = await client.note(intent(ticket_id, text, WriteKind.NOTE), InternalNote(text=text))
    assert note_id is not None
    return note_id


async def found(client: DjangoHelpdesk, ticket_id: str) -> HelpdeskTicket:
    ticket = await client.read(ticket_id)
    assert isinstance(ticket, HelpdeskTicket)
    return ticket


def standing(running: Running, message_id: str) -> StandingFollowUp:
    return next(one for one in standing_followups(running.place) if str(one.id) == message_id)
