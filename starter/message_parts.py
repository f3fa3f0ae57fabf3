"""What the parts of a message are called wherever people see them."""

from cases.message_part import PartKind

AROUND: dict[PartKind, str] = {
    PartKind.QUOTED: "Quoted history",
    PartKind.SIGNATURE: "Signature",
    PartKind.FOOTER: "Legal footer",
    PartKind.FORWARDED: "Forwarded message",
}
"""What stands around new words. New words have no name: they are the message."""

HIDDEN = "Hidden from readers"
