"""How mail is written in a language: what stands before a quotation, under a text, and around a forwarded mail."""

from cases.record import Record


class MailWords(Record):
    """What tells new words from quoted history, signatures, legal footers and forwarded mail."""
