"""How machines write in a language: auto-replies, bounces, newsletters and sales mail.

Every field lists phrases: whole words in any case, `…` for a few words between, `*` at a word's end for any ending.
No phrase is proof by itself; `routing/machine_text.py` says how many kinds of them make a machine's mail.
"""

from collections.abc import Iterable

from cases.record import Record


class MachineMailWords(Record):
    """Words by which mail that a machine wrote is known where no header and no helpdesk says so."""

    auto_subjects: tuple[str, ...] = ()
    """How the subject of an auto-reply begins."""
    auto_headings: tuple[str, ...] = ()
    """Of these, the ones that no person begins a subject with: a colon after one is proof enough."""
    declared: tuple[str, ...] = ()
    """How a mail says itself that it is automatic, or that nobody reads an answer."""
    absence: tuple[str, ...] = ()
    """That somebody is away."""
    absent_reader: tuple[str, ...] = ()
    """What becomes of our mail meanwhile: unread, not passed on, answered later, or for somebody else."""
    receipts: tuple[str, ...] = ()
    """That our mail has come in."""
    answer_later: tuple[str, ...] = ()
    """That it will be answered."""
    office_hours: tuple[str, ...] = ()
    """When somebody is there at all."""
    chat_receipts: tuple[str, ...] = ()
    """How a business greets whoever writes to it in a chat. People write so too: it counts in chats alone."""
    chat_absence: tuple[str, ...] = ()
    """That nobody is there to answer a chat."""
    chat_later: tuple[str, ...] = ()
    """That a chat will be answered."""
    bounce_subjects: tuple[str, ...] = ()
    """How the subject of a bounce begins."""
    bounce_texts: tuple[str, ...] = ()
    """What a mail server says of a mail that did not arrive. Not of parcels."""
    not_yet: tuple[str, ...] = ()
    """That it may still arrive, or has."""
    in_browser: tuple[str, ...] = ()
    """That a newsletter can be read elsewhere."""
    why_received: tuple[str, ...] = ()
    """Why one gets it."""
    opt_out: tuple[str, ...] = ()
    """How to get no more of it."""
    preferences: tuple[str, ...] = ()
    """How to get other ones, or fewer."""
    pitch_openings: tuple[str, ...] = ()
    """How somebody begins who wants to sell us something."""
    pitch_offers: tuple[str, ...] = ()
    """What is offered to shops and companies, and not to customers of a shop."""
    pitch_meetings: tuple[str, ...] = ()
    """A call or a meeting that is asked for."""
    pitch_declines: tuple[str, ...] = ()
    """How to say no to it."""
    pitch_proposals: tuple[str, ...] = ()
    """What they would like to send us: a catalogue, a price list, a proposal."""
    pitch_people: tuple[str, ...] = ()
    """Whom they look for in a company, and what they are themselves."""
    purchases: tuple[str, ...] = ()
    """What only buyers write: their mail is no pitch, however much it sounds like one."""
    wishes: tuple[str, ...] = ()
    """What only somebody writes who wants something of us: their mail is a person's, whatever else it says."""
    business: tuple[str, ...] = ()
    """What customers write about, and people who are merely away do not."""

    @classmethod
    def of_all(cls, packs: Iterable["MachineMailWords"]) -> "MachineMailWords":
        """The words of several languages together."""
        each = tuple(packs)
        fields = cls.model_fields
        return cls.model_validate(
            {name: tuple(dict.fromkeys(word for pack in each for word in getattr(pack, name))) for name in fields}
        )
