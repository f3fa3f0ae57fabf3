"""What a hosted model's answer means here: names held against the policy, claims about the ticket against its text.

A model may say what a customer wants. Which team owns that, and what was really named, it may not make up.
"""

from collections.abc import Iterable

from cases.attachment import AttachmentReading
from cases.classification import OTHER, Classification, Entities, IntentGuess, Priority, RequestEvidence
from cases.draft import Claim, CustomerText, Draft
from cases.errors import ContentFailure
from cases.policy.document import PolicyDocument
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.answers import Legibility, PictureReading, TicketReading, WrittenReply


def as_classification(policy: PolicyDocument, request: ClassifyRequest, reading: TicketReading) -> Classification:
    """A reading in the policy's terms, most certain intent first. Raises ContentFailure for an intent nobody knows."""
    named = dict.fromkeys([*(read.name for read in reading.intents), *(read.intent for read in reading.requests)])
    unknown = [name for name in named if name not in policy.intents]
    if unknown:
        raise ContentFailure(f"it names {', '.join(unknown)[:80]}, which is no intent of the policy")
    guesses = sorted(reading.intents, key=lambda intent: -intent.confidence)
    first = policy.intents[guesses[0].name]
    settled = guesses[0].name != OTHER
    return Classification(
        category=first.category if settled else reading.category,
        intents=tuple(IntentGuess(name=guess.name, confidence=guess.confidence) for guess in guesses),
        priority=max(first.priority, reading.priority, key=list(Priority).index),
        team=first.team if settled else reading.team,
        confidence=min(reading.confidence, guesses[0].confidence),
        escalation_required=reading.escalation_required,
        requests=_claimed(request, reading),
        entities=_named(request, reading).merged_with(request.entities),
        tone=reading.tone,
        language=request.language,
        contradictions=tuple(reading.contradictions),
        rationale=reading.rationale,
    )


def as_draft(request: DraftRequest, written: WrittenReply) -> Draft:
    """What was written, as a draft that is still to be checked."""
    return Draft(
        reply=CustomerText(text=written.reply),
        claims=tuple(Claim.model_validate(claim.model_dump()) for claim in written.claims),
        locale=request.locale,
        suggested_action=written.action,
    )


def as_picture(read: PictureReading) -> AttachmentReading:
    """What was read in a picture. Raises ContentFailure where it is called readable and nothing was read in it."""
    if read.legibility is not Legibility.READABLE:
        return AttachmentReading(illegible=f"it is {read.legibility.replace('_', ' ')}")
    words = "\n".join(part for part in (read.shows.strip(), read.words.strip()) if part)
    if not words:
        raise ContentFailure("it calls the picture readable and reads nothing in it")
    return AttachmentReading(words=words)


def _claimed(request: ClassifyRequest, reading: TicketReading) -> tuple[RequestEvidence, ...]:
    """What the model takes for requests. Nothing is proven by that: the rules hold each against the message."""
    if not request.newest:
        return ()
    message_id = request.newest[-1].message_id
    return tuple(
        RequestEvidence(intent=read.intent, quote=read.quote, message_id=message_id) for read in reading.requests
    )


def _named(request: ClassifyRequest, reading: TicketReading) -> Entities:
    """What the model says was named, as far as it stands in the text.

    Amounts and days were read there by rule, each with what it means: a model adds none.
    """
    plain = " ".join(request.text.split()).casefold()

    def standing(values: Iterable[str]) -> tuple[str, ...]:
        return tuple(value for value in values if value and " ".join(value.split()).casefold() in plain)

    return Entities(
        order_ids=tuple(value.upper() for value in standing(reading.order_ids)),
        emails=tuple(value.lower() for value in standing(reading.emails)),
        plan=next(iter(standing([reading.plan or ""])), None),
        address=next(iter(standing([reading.address or ""])), None),
    )
