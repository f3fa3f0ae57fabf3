"""What the markup of mail programs and helpdesks says of a mail's parts."""

import re
from collections.abc import Iterator
from enum import Enum, auto

from lxml.html import HtmlElement

from cases.message_part import PartKind


class Reach(Enum):
    """How far what an element says goes."""

    ITSELF = auto()
    """What is in the element."""
    REST = auto()
    """The element and all that follows it."""
    UP_TO_QUOTATION = auto()
    """What follows up to the first quotation: a helpdesk guessed that history begins there, and may stop too late."""


Mark = tuple[HtmlElement, PartKind, Reach]

_SEPARATOR = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#?\w+\s+1\.0pt;\s*padding:\s*3\.0pt\s+0(in|cm)", re.IGNORECASE
)
"""The line that Outlook draws above the head of a quoted mail."""

_IDS = {
    "appendonsend": (PartKind.QUOTED, Reach.REST),
    "divrplyfwdmsg": (PartKind.QUOTED, Reach.REST),
    "mail-editor-reference-message-container": (PartKind.QUOTED, Reach.REST),
    "signature": (PartKind.SIGNATURE, Reach.ITSELF),
    "applemailsignature": (PartKind.SIGNATURE, Reach.ITSELF),
    "composer_signature": (PartKind.FOOTER, Reach.ITSELF),
    "ms-outlook-mobile-signature": (PartKind.FOOTER, Reach.ITSELF),
}
_CLASSES = {
    "gmail_attr": (PartKind.QUOTED, Reach.ITSELF),
    "gmail_signature": (PartKind.SIGNATURE, Reach.ITSELF),
    "gmail_signature_prefix": (PartKind.SIGNATURE, Reach.ITSELF),
    "moz-cite-prefix": (PartKind.QUOTED, Reach.ITSELF),
    "moz-forward-container": (PartKind.FORWARDED, Reach.ITSELF),
    "moz-signature": (PartKind.SIGNATURE, Reach.ITSELF),
    "yahoo_quoted": (PartKind.QUOTED, Reach.ITSELF),
    "ymail_android_signature": (PartKind.FOOTER, Reach.ITSELF),
    "protonmail_quote": (PartKind.QUOTED, Reach.ITSELF),
    "protonmail_signature_block": (PartKind.SIGNATURE, Reach.ITSELF),
    "tutanota_quote": (PartKind.QUOTED, Reach.ITSELF),
    "zmail_extra": (PartKind.QUOTED, Reach.ITSELF),
    "outlookmessageheader": (PartKind.QUOTED, Reach.REST),
    "ms-outlook-mobile-reference-message": (PartKind.QUOTED, Reach.ITSELF),
    "js-signaturemarker": (PartKind.QUOTED, Reach.UP_TO_QUOTATION),
}
_NAMES = {"quote": (PartKind.QUOTED, Reach.ITSELF)}
"""GMX and web.de."""

GMAIL = "gmail_quote"
QUOTATION = "blockquote"


def marks_in(tree: HtmlElement) -> Iterator[Mark]:
    """What the markup says, in the order of the text; an element inside another one may say more."""
    for element in tree.iter():
        if isinstance(element.tag, str) and (found := _said_by(element)):
            yield element, *found


def _said_by(element: HtmlElement) -> tuple[PartKind, Reach] | None:
    id_ = _without_prefix(element.get("id") or "")
    if id_ in _IDS:
        return _IDS[id_]
    for name in (element.get("class") or "").split():
        if (plain := _without_prefix(name)) in _CLASSES:
            return _CLASSES[plain]
    if element.tag == "div" and (named := _NAMES.get(element.get("name") or "")):
        return named
    if element.tag == QUOTATION:
        return None if _only_indents(element) else (PartKind.QUOTED, Reach.ITSELF)
    if element.tag == "div" and _SEPARATOR.search(element.get("style") or ""):
        return (PartKind.QUOTED, Reach.REST)
    classes = {_without_prefix(name) for name in (element.get("class") or "").split()}
    # Gmail puts answers between quotations into this element too: then the quotations alone are marked.
    if GMAIL in classes and next(element.iter(QUOTATION), None) is None:
        return (PartKind.QUOTED, Reach.ITSELF)
    return None


def _without_prefix(name: str) -> str:
    """Web mailers put a letter before the names that they find in a mail: `x_divRplyFwdMsg`."""
    return re.sub(r"^(?:x_|m_-?\d+|ydp[0-9a-f]+)", "", name.lower())


def _only_indents(element: HtmlElement) -> bool:
    return "border:none" in (element.get("style") or "").replace(" ", "").lower() and element.get("type") != "cite"
