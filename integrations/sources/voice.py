"""What a telephone system sends when a call has ended: what was said, or the recording of it.

Signed by the Standard Webhooks specification; the body is ours, and `docs/standard-webhooks.md` shows it. A recording
goes where every recording of a customer goes: a model of the policy writes down what was said, before anything is made
of the ticket.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter

from cases.errors import InvalidDelivery
from cases.record import Record
from cases.source import Source, SourceSecrets
from cases.source_event import CustomerWrote, Nothing, SourceEvent
from cases.ticket import Attachment, Channel, Customer, Message, Ticket, TicketId
from integrations.sources.protocol import Acknowledgement, Delivery
from integrations.sources.reading import file_sent, fitting_locale, fitting_text, fitting_writer, read_body
from integrations.sources.standard_shapes import Envelope
from integrations.sources.standard_signature import signed, verified
from integrations.sources.standard_webhooks import MEND

CALL_ENDED = "call.ended"
VOICEMAIL = "(voicemail)"
"""The text of a message that is only spoken."""

SHORTEST_NUMBER = 5
"""Digits; fewer are an extension, and may stand in any id."""

TELLING_DIGITS = 7
"""The last of a number, which are the same in its national and its international form, and tell whose it is."""

USUAL_KIND = "audio/mpeg"
"""What a recording is called where its sender calls it no sound; its first bytes tell what it is."""


class _Recording(Record):
    url: Annotated[str, Field(min_length=1)]
    media_type: str | None = None
    name: str | None = None
    size_bytes: Annotated[int, Field(ge=0)] = 0


class _Call(Record):
    id: TicketId
    from_: Annotated[str | None, Field(alias="from")] = None
    transcript: str | None = None
    recording: _Recording | None = None
    language: str | None = None
    started_at: AwareDatetime
    ended_at: AwareDatetime

    @property
    def ticket_id(self) -> TicketId:
        """The call's id, or a hash of it where it shows the number: ids are visible."""
        number = _digits(self.from_ or "")
        shown = len(number) >= SHORTEST_NUMBER and number[-TELLING_DIGITS:] in _digits(self.id)
        return f"call-{hashlib.sha256(self.id.encode()).hexdigest()[:24]}" if shown else self.id

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, (self.ended_at - self.started_at).total_seconds())


class _CallEnded(Envelope):
    data: _Call


_ENVELOPE = TypeAdapter(Envelope)
_CALL_ENDED = TypeAdapter(_CallEnded)


class VoiceSource:
    """A telephone system. Each call is a ticket of its own."""

    acknowledgement = Acknowledgement()

    def verify(self, delivery: Delivery, secrets: SourceSecrets) -> str:
        """As `SourceAdapter` says: the `webhook-id`, which is signed."""
        return verified(delivery, secrets)

    def parse(self, delivery: Delivery, source: Source) -> tuple[SourceEvent, ...]:
        """As `SourceAdapter` says."""
        kind = read_body(_ENVELOPE, delivery.body, MEND).type
        if kind != CALL_ENDED:
            return (Nothing(why=f"The type {kind[:60]!r} is none that a telephone system sends us."),)
        return (_called(read_body(_CALL_ENDED, delivery.body, MEND).data, source),)

    def account(self, body: bytes) -> str | None:
        """None: a body names no account; the address it is sent to does."""
        return None

    def test_delivery(self, source: Source, secrets: SourceSecrets, ticket_id: str, at: datetime) -> Delivery:
        """As `SourceAdapter` says."""
        call = {
            "id": ticket_id,
            "transcript": "This is a test: does a call become a case?",
            "language": "en",
            "started_at": (at - timedelta(seconds=20)).isoformat(),
            "ended_at": at.isoformat(),
        }
        body = json.dumps({"type": CALL_ENDED, "timestamp": at.isoformat(), "data": call}).encode()
        headers = {"content-type": "application/json", **signed(body, f"test_{ticket_id}", at, secrets)}
        return Delivery(headers=headers, body=body, at=at)


def _called(call: _Call, source: Source) -> SourceEvent:
    said = (call.transcript or "").strip()
    if not said and call.recording is None:
        raise InvalidDelivery("data.transcript", "is missing, and so is data.recording; one of them is needed.", MEND)
    files = (_file(call.ticket_id, call.recording),) if call.recording and not said else ()
    message = Message(
        id=call.ticket_id,
        written_by=fitting_writer(call.from_, None, None),
        text=fitting_text(said, otherwise=VOICEMAIL),
        sent_at=call.ended_at,
        attachments=files,
    )
    minutes, seconds = divmod(round(call.seconds), 60)
    ticket = Ticket(
        tenant=source.tenant,
        source=source.name,
        id=call.ticket_id,
        channel=Channel.VOICE,
        locale=fitting_locale(call.language),
        customer=Customer(contact_id=(call.from_ or "").replace("\0", "") or None),
        subject=f"Voicemail, {minutes}:{seconds:02}",
        messages=(message,),
    )
    return CustomerWrote(ticket=ticket, message=message)


def _file(ticket_id: TicketId, recording: _Recording) -> Attachment:
    kind = recording.media_type if (recording.media_type or "").startswith("audio/") else USUAL_KIND
    return file_sent(f"{ticket_id}-recording", recording.url, kind, recording.name, recording.size_bytes)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
