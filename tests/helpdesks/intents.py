"""What the tests of the helpdesks want written: a letter and a note, and the intent that is kept before each."""

from datetime import UTC, datetime

from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.ticket import Customer
from integrations.helpdesks.protocol import Helpdesk

TEXT = CustomerText(text="Dear Ada,\n\nit comes <tomorrow> & not later.")
NOTE = InternalNote(text="Sent by post.\nNothing to do.")
PLACE = Conversation(ticket_id="7", customer=Customer(contact_id="12", email="ada@example.com"))


def intent_of(
    kind: WriteKind,
    text: str,
    place: Conversation = PLACE,
    *,
    source: str = "help",
    reference: str | None = None,
    mark: str = "",
    at: datetime | None = None,
) -> WriteIntent:
    """To write this text into a conversation, as a case that acts for the first time; now, unless said when."""
    return WriteIntent(
        reference=reference or f"ticket:acme:{source}:{place.ticket_id}/0/{kind}",
        tenant="acme",
        source=source,
        conversation=place,
        kind=kind,
        digest=digest_of(text),
        intended_at=at or datetime.now(UTC),
        mark=mark,
    )


async def marked_reply(helpdesk: Helpdesk, reference: str | None = None) -> WriteIntent:
    """To write the letter, bound to the state that the conversation is in."""
    return intent_of(WriteKind.REPLY, TEXT.text, reference=reference, mark=await helpdesk.mark(PLACE))
