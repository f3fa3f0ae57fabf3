"""Who writes in a ticket: its customer, or somebody else, whose word is heard and proves nothing about the customer.

Helpdesks let people in copy write into somebody's ticket. What they say is read and answered like everything else; how
sure we are of the customer does not count for them.
"""

from cases.facts import Facts, IdentityStrength
from cases.policy.rulebook import Rulebook
from cases.ticket import Author, Customer, Message, Ticket, Writer
from cases.words import in_words

NAME_CHARACTERS = 60
"""So much of a name leaves room for the rest of a line."""


def others_in(ticket: Ticket) -> tuple[Writer, ...]:
    """Those who wrote as customers and are not the ticket's, once each, whoever wrote last at the end."""
    theirs = [
        other for message in reversed(ticket.customer_messages) if (other := other_than(ticket.customer, message))
    ]
    return tuple(reversed(tuple(dict.fromkeys(theirs))))


def other_than(customer: Customer, message: Message) -> Writer | None:
    """Who wrote a message, where that is surely known and not the customer."""
    writer = message.written_by
    if message.author is not Author.CUSTOMER or writer is None or _nobody_is_known(customer):
        return None
    return None if _is_same(writer, customer) else writer


def identity_of_who_asks(
    rulebook: Rulebook, facts: Facts, others: tuple[Writer, ...], forwarded_from: Writer | None = None
) -> IdentityStrength:
    """How sure we are that what is asked is asked by the account's owner, and by nobody beside them.

    Whoever passes a mail on is not its writer, and its head proves nothing of the writer either.
    """
    limits = [rulebook.records.others_count_as] if others else []
    limits += [IdentityStrength.CLAIMED] if forwarded_from is not None else []
    known = facts.identity
    for most in limits:
        known = most if known.at_least(most) else known
    return known


def speaker(customer: Customer, message: Message) -> str:
    """Who says a message, for whoever reads the conversation."""
    other = other_than(customer, message)
    return message.author.value if other is None else f"{called(other)} (not the customer)"


def called(writer: Writer) -> str:
    """What a person reads of a writer: the address first, since anybody may call themselves anything."""
    known = writer.email or writer.name or writer.id or "somebody"
    said = " ".join(known.split())
    return said if len(said) <= NAME_CHARACTERS else f"{said[: NAME_CHARACTERS - 1]}…"


def is_another(before: Customer, now: Customer) -> bool:
    """Whether a ticket's customer is surely not who it was, so that nothing found for the one is the other's.

    What one of two readings leaves out says nothing. Who was nobody, and is somebody now, is another.
    """
    if _nobody_is_known(now):
        return False
    if _nobody_is_known(before):
        return True
    if _differ(before.id, now.id):
        return True
    if before.email is not None and now.email is not None:
        return before.email.lower() != now.email.lower()
    return _differ(before.contact_id, now.contact_id)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _nobody_is_known(customer: Customer) -> bool:
    """Then nothing is believed of the customer either: there is nobody to be taken for."""
    return customer.id is None and customer.contact_id is None and customer.email is None


def _is_same(writer: Writer, customer: Customer) -> bool:
    """By the helpdesk's own number for them where both have one: an address may be forged, or be several people's."""
    number = customer.contact_id or customer.id
    if writer.id is not None and number is not None:
        return writer.id == number
    if writer.email is None or customer.email is None:
        return False
    return writer.email.lower() == customer.email.lower()


def automatic_mail(message: Message) -> str | None:
    """What whoever reads the conversation is told of a machine's mail; None of a person's."""
    found = message.machine
    return f"{in_words(found.kind).capitalize()}, not answered: {found.why}" if found else None
