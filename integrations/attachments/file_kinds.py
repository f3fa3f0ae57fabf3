"""What a file is, by its first bytes: the name and the type it was sent with are only claims.

The kinds are those that the vendors' manuals name for pictures and for recordings.
"""

from collections.abc import Callable, Mapping

from cases.errors import AttachmentIllegible
from integrations.models.completion import Picture
from integrations.models.recording import Recording

_PICTURES: Mapping[str, Callable[[bytes], bool]] = {
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "image/gif": lambda content: content.startswith((b"GIF87a", b"GIF89a")),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
}

_ENDS: Mapping[str, bytes] = {"image/png": b"IEND", "image/jpeg": b"\xff\xd9"}
"""What no whole file of the kind lacks. It may stand earlier too, so its lack proves a cut and its presence nothing."""

_RECORDINGS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "mp3": ("audio/mpeg", lambda content: content.startswith(b"ID3") or _is_mpeg_frame(content)),
    "wav": ("audio/wav", lambda content: content[:4] == b"RIFF" and content[8:12] == b"WAVE"),
    "ogg": ("audio/ogg", lambda content: content.startswith(b"OggS")),
    "flac": ("audio/flac", lambda content: content.startswith(b"fLaC")),
    "m4a": ("audio/mp4", lambda content: content[4:8] == b"ftyp"),
    "webm": ("audio/webm", lambda content: content.startswith(b"\x1a\x45\xdf\xa3")),
}
"""By the ending that tells the endpoint what it is given."""


def as_picture(content: bytes) -> Picture:
    """A picture for a model that sees. Raises AttachmentIllegible for what is none, or is cut off."""
    for media_type, is_one in _PICTURES.items():
        if is_one(content):
            if _ENDS.get(media_type, b"") not in content:
                raise AttachmentIllegible("it is cut off in the middle")
            return Picture(media_type=media_type, content=content)
    raise AttachmentIllegible("it is not a JPEG, PNG, GIF or WebP picture")


def as_recording(content: bytes) -> Recording:
    """A recording for a model that hears, under a name of ours. Raises AttachmentIllegible for what is none."""
    for ending, (media_type, is_one) in _RECORDINGS.items():
        if is_one(content):
            return Recording(file_name=f"recording.{ending}", media_type=media_type, content=content)
    raise AttachmentIllegible("it is not an MP3, WAV, Ogg, FLAC, M4A or WebM recording")


def _is_mpeg_frame(content: bytes) -> bool:
    # Eleven set bits, then a version and a layer that exist; layer 0 would be AAC, which the endpoint does not take.
    return len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 != 0
