"""Cutting an article into passages: long enough to answer a question, short enough to be about one thing."""

import re
from collections.abc import Iterator

from cases.record import Record

MINIMUM_WORDS = 40
MAXIMUM_WORDS = 120

HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>.+?)[ \t]*#*$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n\s*\n")
LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<address>[^)\s]+)\)")
MARKS = re.compile(r"(\*\*|__|`)")


class PassageText(Record):
    """A passage before it is indexed: plain text, and the headings it stands under in the article."""

    headings: tuple[str, ...]
    text: str

    @property
    def words(self) -> int:
        """How many there are, as spaces part them."""
        return len(self.text.split())

    def with_next(self, following: "PassageText") -> "PassageText":
        """Both as one."""
        return PassageText(
            headings=tuple(dict.fromkeys((*self.headings, *following.headings))),
            text=f"{self.text}\n\n{following.text}",
        )


def cut(markdown: str) -> tuple[PassageText, ...]:
    """An article's passages, in its order.

    Each has at most 120 words, and at least 40 where that needs no paragraph to be broken: a passage ends with its
    section or its paragraph, and only a longer paragraph is cut, between sentences. No words are lost.
    """
    passages: list[PassageText] = []
    for paragraph in _paragraphs(markdown):
        last = passages[-1] if passages else None
        if last is not None and _belongs_to(last, paragraph):
            passages[-1] = last.with_next(paragraph)
        else:
            passages.append(paragraph)
    return tuple(_without_short_end(passages))


def _belongs_to(passage: PassageText, paragraph: PassageText) -> bool:
    fits = passage.words + paragraph.words <= MAXIMUM_WORDS
    same_section = passage.headings[-1:] == paragraph.headings[-1:]
    return fits and (same_section or passage.words < MINIMUM_WORDS)


def _without_short_end(passages: list[PassageText]) -> list[PassageText]:
    if len(passages) < 2 or passages[-1].words >= MINIMUM_WORDS:
        return passages
    *before, previous, last = passages
    if previous.words + last.words > MAXIMUM_WORDS:
        return passages
    return [*before, previous.with_next(last)]


def _paragraphs(markdown: str) -> Iterator[PassageText]:
    heading: tuple[str, ...] = ()
    for block in BLANK_LINES.split(HEADING.sub(r"\n\n\g<0>\n\n", markdown.replace("\r\n", "\n"))):
        if found := HEADING.fullmatch(block.strip()):
            heading = (_plain(found["text"]),)
            continue
        for text in _bounded(_joined(block.splitlines())):
            yield PassageText(headings=heading, text=text)


def _joined(lines: list[str]) -> str:
    """Wrapped lines as one; the items of a list keep their lines."""
    text = ""
    for line in filter(str.strip, lines):
        separator = "\n" if LIST_ITEM.match(line) else " "
        text = f"{text}{separator if text else ''}{_plain(line.strip())}"
    return text


def _plain(text: str) -> str:
    return MARKS.sub("", LINK.sub(r"\g<text> (\g<address>)", text))


def _bounded(text: str) -> Iterator[str]:
    """The text in parts of at most 120 words, cut between sentences, or within one that is longer by itself."""
    part: list[str] = []
    length = 0
    for sentence in _sentences(text):
        words = len(sentence.split())
        if part and length + words > MAXIMUM_WORDS:
            yield " ".join(part)
            part, length = [], 0
        part.append(sentence)
        length += words
    if part:
        yield " ".join(part)


def _sentences(text: str) -> Iterator[str]:
    if len(text.split()) <= MAXIMUM_WORDS:
        yield from (part for part in (text,) if part)
        return
    for sentence in SENTENCE_END.split(text):
        words = sentence.split()
        for start in range(0, len(words), MAXIMUM_WORDS):
            yield " ".join(words[start : start + MAXIMUM_WORDS])
