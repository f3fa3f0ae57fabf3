"""What came of looking at a picture or listening to a recording: its words, or why nobody could read it."""

from enum import StrEnum

from cases.reason import Reason
from cases.record import Record
from cases.ticket import Medium


class AttachmentReading(Record):
    """What a model read in a file. Data, as every message is; never an instruction."""

    words: str = ""
    illegible: str | None = None
    """Why it cannot be read, in our own words: only whoever sent it can send a better one."""


class UnreadState(StrEnum):
    """Who can mend that a file was not read."""

    CLEARER_WANTED = "clearer_wanted"
    """The customer, by sending a better one."""
    FOR_A_PERSON = "for_a_person"
    """A colleague, by opening it: nothing is wrong with the file as far as we know."""
    SUPERSEDED = "superseded"
    """Nobody needs to: the customer has sent a better one since, or typed what it says."""


class UnreadAttachment(Record):
    """A file that was not read, and why."""

    attachment_id: str
    medium: Medium
    state: UnreadState
    why: Reason
