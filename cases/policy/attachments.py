"""What of the files customers send is fetched and shown to models, and from where."""

from typing import Annotated

from pydantic import Field, StringConstraints

from cases.record import Record

Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$")]
"""Scheme, host and port of an address, such as `https://files.example.com`."""


class AttachmentRules(Record):
    """How many files of a ticket are read, how large they may be, and how long that may take."""

    at_most: Annotated[int, Field(ge=0, le=20)] = 5
    """So many of a ticket are read, the newest; a colleague looks at the others."""
    picture_bytes: Annotated[int, Field(ge=1, le=20_000_000)] = 3_750_000
    """Anthropic takes 5 MB of base64, which is this many bytes; OpenAI takes more."""
    recording_bytes: Annotated[int, Field(ge=1, le=25_000_000)] = 25_000_000
    """What OpenAI's endpoint takes."""
    fetch_seconds: Annotated[float, Field(gt=0, le=120)] = 10
    """How long one file may take to arrive, tries and pauses together."""
    job_seconds: Annotated[float, Field(gt=0)] = 60
    """How long the models may take over one file, whatever the channel: who left a voicemail has hung up."""
    origins: tuple[Origin, ...] = ()
    """Where files may be fetched from besides the helpdesk itself: an address in a ticket is no reason to go there."""
