"""What is to be written into the conversation."""

from cases.helpdesk_write import Conversation, WriteIntent, WriteKind
from tests.helpdesks.intents import intent_of

TEXT = "It is “on its way”, Ada.\n\nSee you!"
PLACE = Conversation(ticket_id="42")


def intent(kind: WriteKind = WriteKind.REPLY, text: str = TEXT, **more: object) -> WriteIntent:
    """To write this text, changed as told."""
    return intent_of(kind, text, PLACE, source="chat").model_copy(update=more)
