"""A recording, for models that hear."""

from pydantic import Field

from cases.record import Record


class Recording(Record):
    """What was said, as a file. Vendors tell the format by the name's ending."""

    file_name: str
    """Such as `voicemail.mp3`."""
    media_type: str
    """Such as `audio/mpeg`."""
    content: bytes = Field(repr=False)
