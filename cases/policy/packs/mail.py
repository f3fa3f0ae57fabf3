"""How mail is written in a language: what stands before a quotation, under a text, and around a forwarded mail.

Everything is matched without regard to case. Phrases are whole words, with `*` at the end for any ending.
"""

from cases.policy.pattern import Pattern
from cases.record import Record

Phrases = tuple[str, ...]


class HeaderNames(Record):
    """What mail programs call the lines of a mail's head where they write it into the text."""

    sender: Phrases = ()
    recipient: Phrases = ()
    sent: Phrases = ()
    subject: Phrases = ()
    others: Phrases = ()
    """Copies, importance, attachments: they prove no head by themselves."""


class TailWords(Record):
    """What stands under a text: sign-offs, signatures, legal footers."""

    sign_offs: Phrases = ()
    """They end a text where nothing but a name follows on their line."""
    sent_from: tuple[Pattern, ...] = ()
    """Whole lines that a program puts under every text."""
    footer_phrases: Phrases = ()
    """One of them makes a paragraph a footer."""
    footer_terms: Phrases = ()
    """So many different ones as `routing/mail_footers.py` says make a paragraph a footer, if it speaks of the mail."""
    notices: Phrases = ()
    """What offices tell everybody under their mail: hotlines, regulators, what they do. Below a name, so many different
    ones as `routing/mail_footers.py` says make a footer."""
    to_us: Phrases = ()
    """How a customer speaks to us: with one of them, nothing is a notice."""
    leads_on: Phrases = ()
    """The last word of a line that goes on with a name: "send it to"."""
    mail_itself: Phrases = ()
    """How a footer speaks of the mail that it stands under."""
    register_terms: Phrases = ()
    """What companies must state: two different ones make a paragraph a footer."""
    own_voice: Phrases = ()
    """Words of somebody who speaks of themselves or asks for something: no footer and no signature does. They are
    matched letter by letter: `I` is no initial, and `ben` is nobody's name."""
    contact_labels: Phrases = ()
    """What stands before a telephone number or an address in a signature."""
    organisation: Phrases = ()
    """Legal forms, departments and positions."""
    streets: Phrases = ()
    """What makes a line an address; `*` before a word for any beginning."""
    reference_labels: Phrases = ()
    """What the customer refers to by number. A line with one is said to us, wherever it stands."""
    value_labels: Phrases = ()
    """What a new value is announced by: such a line is said to us too, in any place."""
    postscripts: Phrases = ()


class MailWords(Record):
    """What tells new words from quoted history, signatures, legal footers and forwarded mail."""

    attributions: tuple[Pattern, ...] = ()
    """Lines before a quotation that say who wrote it and when. A long one may be broken into several lines."""
    quote_markers: Phrases = ()
    """What stands between dashes, or before a colon, above quoted mail."""
    forward_markers: Phrases = ()
    """The same above forwarded mail."""
    headers: HeaderNames = HeaderNames()
    reply_prefixes: Phrases = ()
    """What a mail program puts before the subject of a reply, without its colon."""
    forward_prefixes: Phrases = ()
    tail: TailWords = TailWords()
