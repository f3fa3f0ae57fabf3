"""What is written into a helpdesk: the place, and the intent that is recorded before anything is written."""

import hashlib
import unicodedata
from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from cases.record import Record
from cases.ticket import Customer, Locale, Slug, TicketId

CLOCKS_APART = timedelta(minutes=15)
"""How far a helpdesk's clock may be behind ours. A text that is known to be another one is never taken for ours."""


NAMED_BY_US = "sb_"
"""How an id begins that we gave a text, because whoever took it gave none: it says nothing of where the text stands."""


class WriteKind(StrEnum):
    """Who may read it."""

    REPLY = "reply"
    NOTE = "note"


class EarlierTry(StrEnum):
    """What is known of the tries before this one."""

    NONE = "none"
    """Nothing was ever sent: there is nothing to look for."""
    UNDER_WAY = "under_way"
    """It may be carried out at any moment: what does not stand there yet may stand there soon."""
    SETTLED = "settled"
    """Whatever it did is done."""


class Conversation(Record):
    """The place to write to."""

    ticket_id: TicketId
    customer: Customer = Customer()
    customer_wrote_at: AwareDatetime | None = None
    """When the customer last wrote: some channels let nobody answer after a day."""
    locale: Locale | None = None
    """What the customer is answered in."""


class WriteIntent(Record):
    """That one text is to stand in one ticket once. Recorded before the first try; each later try begins from it."""

    reference: str
    """Our own name of the text, the same on every try."""
    tenant: Slug
    source: Slug
    conversation: Conversation
    kind: WriteKind
    digest: str
    """Of the text's words: how ours is told where a helpdesk keeps no reference."""
    intended_at: AwareDatetime
    mark: str = ""
    """The state of the ticket at the time of this try, as the helpdesk names it; "" where it names none. It is
    read before anybody looks whether the text stands there: a write bound to it cannot follow one that was missed."""
    earlier: EarlierTry = EarlierTry.NONE
    others: tuple[str, ...] = ()
    """Ids of messages in this ticket that other intents have led to: none of them is this one."""
    message_id: str | None = None
    """The helpdesk's id of it, once it is known to stand there."""


class RecordedIntent(Record):
    """An intent as the ledger has it."""

    intent: WriteIntent
    repeated: bool
    """Whether it stood there before."""
    sent_at: AwareDatetime | None = None
    """When a try last set out to write it; None: no try wrote anything, for sure."""


def digest_of(text: str) -> str:
    """SHA-256, in hex, of the letters and digits of a text.

    Helpdesks change white space, quotation marks and markup; they leave words alone.
    """
    words = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return hashlib.sha256(words.encode()).hexdigest()


class OurWriting(Record):
    """Something of ours in a ticket: by this a reply that comes back as a delivery is told from a colleague's."""

    kind: WriteKind
    digest: str
    message_id: str | None
    intended_at: AwareDatetime
