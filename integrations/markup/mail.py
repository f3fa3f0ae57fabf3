"""HTML as the text that a reader sees, with what its markup says of its parts, and with what nobody sees apart."""

import re
from collections.abc import Iterator

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from cases.message_part import MessagePart, PartKind
from cases.record import Record
from cases.unseen_characters import seen
from integrations.markup.quotations import QUOTATION, Mark, Reach, marks_in
from integrations.markup.styles import Look, StyleSheet, look_of

PLAIN = ParserConfig(css=CSS_PROFILES["strict"], display_images=False, display_links=False)
"""Words alone: a link keeps the words that are clicked."""

FIRST_SIGN, LAST_SIGN = 0xE000, 0xF8FF
"""Characters that belong to nobody stand for where parts begin and end while the text is laid out."""

DEEPEST = 250
"""So deep elements may lie in each other; the layout goes into each by a call, and Python allows a thousand."""

COMMENT_WORDS = 3
"""A comment of fewer words is a mark of some program."""

_TAG = re.compile("<[^>]*>")
_NO_TEXT = frozenset({"script", "style", "head", "title", "meta", "link", "template", "noscript", "object"})


class SentText(Record):
    """What somebody sent, as a reader sees it."""

    text: str
    parts: tuple[MessagePart, ...] = ()
    """What its markup says of stretches of it, in order and without overlap; what is between them is not told."""
    hidden: str = ""
    """What stands in it and nobody sees, piece by piece."""
    left_out: int = 0
    """How many characters in the middle of the text were left out."""


def read_markup(markup: str) -> SentText:
    """Read a mail's HTML; empty lines are never more than one."""
    plain = seen(_without_signs(markup))
    if not plain.text.strip():
        return SentText(text="", hidden="\n".join(plain.hidden))
    tree, is_whole = _parsed(plain.text)
    if not is_whole:
        return SentText(text="", hidden=" ".join(_TAG.sub(" ", plain.text).split()))
    hidden = [*plain.hidden, *_comments(tree), *_take_out_unseen(tree)]
    kinds = _put_signs(tree, list(marks_in(tree)))
    _flatten(tree)
    text, parts = _without_signs_again(Inscriptis(tree, PLAIN).get_text(), kinds)
    whole = dict.fromkeys(" ".join(piece.split()) for piece in hidden)
    return SentText(text=text, parts=parts, hidden="\n".join(piece for piece in whole if piece))


def _parsed(markup: str) -> tuple[HtmlElement, bool]:
    """The tree, and whether all of the markup is in it: what lies thousands of elements deep, no parser takes."""
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = document_fromstring(markup.encode(errors="replace"), parser=parser)
    except etree.ParserError:
        # A comment alone makes no document.
        tree = document_fromstring(f"<div>{markup}</div>".encode(errors="replace"), parser=parser)
    return tree, all("depth" not in entry.message for entry in parser.error_log)


def _without_signs(markup: str) -> str:
    return "".join(c for c in markup if not FIRST_SIGN <= ord(c) <= LAST_SIGN and (c >= " " or c in "\t\n\r"))


def _comments(tree: HtmlElement) -> Iterator[str]:
    for comment in list(tree.iter(etree.Comment)):
        said = (comment.text or "").strip()
        if not said.startswith(("[if", "[endif", "<![", "<!")) and len(said.split()) >= COMMENT_WORDS:
            yield said
        comment.drop_tree()


def _take_out_unseen(tree: HtmlElement) -> list[str]:
    sheet = StyleSheet("\n".join(style.text or "" for style in tree.iter("style")))
    taken: list[str] = []
    waiting: list[tuple[HtmlElement, Look]] = [(tree, Look())]
    while waiting:
        element, parents = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
            continue
        look = look_of(element, parents, sheet)
        if element.text and not look.is_seen:
            taken.append(element.text)
            element.text = None
        for child in element:
            if child.tail and not look.is_seen:
                taken.append(child.tail)
                child.tail = " "
        waiting.extend((child, look) for child in reversed(element))
    return [piece for piece in taken if piece.strip()]


def _put_signs(tree: HtmlElement, marks: list[Mark]) -> dict[str, tuple[PartKind | None, str]]:
    """Put a sign where each part begins and ends; what each sign means: the part's kind and its end, or None."""
    kinds: dict[str, tuple[PartKind | None, str]] = {}
    signs = iter(range(FIRST_SIGN, LAST_SIGN))
    for (element, kind, reach), number in zip(marks, signs, strict=False):
        opened, closed = chr(number), chr(next(signs, LAST_SIGN))
        kinds[opened] = (kind, closed)
        kinds[closed] = (None, closed)
        if len(element) == 0 and not (element.text or "").strip():
            element.tail = f"{opened}{element.tail or ''}" if reach is not Reach.ITSELF else element.tail
        else:
            element.text = f"{opened}{element.text or ''}"
        if reach is Reach.ITSELF:
            _append(element, closed)
        elif reach is Reach.UP_TO_QUOTATION:
            for quotation in element.xpath(f"following::{QUOTATION}[1]"):
                quotation.text = f"{closed}{quotation.text or ''}"
    return kinds


def _flatten(tree: HtmlElement) -> None:
    """Take away the elements that lie too deep, and keep their words."""
    waiting, deep = [(tree, 0)], list[HtmlElement]()
    while waiting:
        element, depth = waiting.pop()
        if depth > DEEPEST and isinstance(element.tag, str):
            deep.append(element)
        waiting.extend((child, depth + 1) for child in element)
    for element in reversed(deep):
        element.drop_tag()


def _append(element: HtmlElement, sign: str) -> None:
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{sign}"
    else:
        element.text = f"{element.text or ''}{sign}"


def _without_signs_again(
    laid_out: str, kinds: dict[str, tuple[PartKind | None, str]]
) -> tuple[str, tuple[MessagePart, ...]]:
    """The text, and what stretches of it are; where one lies in another, the outer one says what both are."""
    lines: list[str] = []
    found: list[MessagePart] = []
    length, open_parts = 0, dict[str, PartKind]()
    for line in laid_out.splitlines():
        words: list[tuple[str, PartKind | None]] = []
        for character in line:
            kind, closed = kinds.get(character, (None, ""))
            if not closed:
                words.append((character, next(iter(open_parts.values()), None)))
            elif kind is None:
                open_parts.pop(closed, None)
            else:
                open_parts[closed] = kind
        stripped = _stripped(words)
        if not stripped and (not lines or not lines[-1]):
            continue
        lines.append("".join(character for character, _ in stripped))
        found += _stretches(stripped, length)
        length += len(lines[-1]) + 1
    text = "\n".join(lines).rstrip()
    return text, tuple(part for part in _joined(text, found) if part.start < len(text))


def _stripped(words: list[tuple[str, PartKind | None]]) -> list[tuple[str, PartKind | None]]:
    line = "".join(character for character, _ in words)
    begin = len(line) - len(line.lstrip())
    return words[begin : len(line.rstrip())] if line.strip() else []


def _stretches(words: list[tuple[str, PartKind | None]], offset: int) -> Iterator[MessagePart]:
    begin = 0
    for at in range(1, len(words) + 1):
        kind = words[begin][1]
        if at == len(words) or words[at][1] is not kind:
            if kind is not None:
                yield MessagePart(kind=kind, start=offset + begin, end=offset + at)
            begin = at


def _joined(text: str, parts: list[MessagePart]) -> list[MessagePart]:
    joined: list[MessagePart] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is not None and last.kind is part.kind and not text[last.end : part.start].strip():
            joined[-1] = last.model_copy(update={"end": part.end})
        else:
            joined.append(part)
    return joined
