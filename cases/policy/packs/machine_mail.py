"""How machines write in a language: auto-replies, bounces, newsletters and sales mail."""

from cases.record import Record


class MachineMailWords(Record):
    """Words by which mail that a machine wrote is known where no header and no helpdesk says so."""
