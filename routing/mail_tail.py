"""What stands under a text: signature, and what programs and offices add."""

import re
from collections.abc import Sequence

from cases.message_part import PartKind
from routing.mail_footers import label_footers
from routing.mail_lines import Line, Marks, paragraphs_of
from routing.mail_names import JOINERS, is_title, named_at
from routing.quoted_mail import ADDRESS

SENTENCE_WORDS = 7
"""So many words that end like a sentence are said to somebody; positions and companies are shorter."""

SIGNATURE_LINES = 20
NAME_WORDS = 5

_DELIMITER = re.compile(r"(--|—|–)\s*")
_PHONE = re.compile(r"(?<![\w-])(?:\+|\(|0)[\d\s()/.\-–]{6,20}\d(?!\w)")
_URL = re.compile(
    r"\b(?:https?://|www\.)\S+|^\S+\.(?:com|de|at|ch|net|org|io|eu|co\.uk|com\.tr|example)$", re.IGNORECASE
)
_POSTAL = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d_]{2,}|\b[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}\b|\b[A-Z]{2}\s\d{5}\b"
)
_SENTENCE_END = re.compile(r"[.!…]\W*$")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", re.UNICODE)


def label_tail(lines: Sequence[Line], marks: Marks, behind: PartKind | None = None) -> list[PartKind]:
    """What each line of new words is, where they are followed by nothing but history.

    `behind` is what is known to follow them: a mail has one signature.
    """
    kinds = [PartKind.NEW] * len(lines)
    for at, line in enumerate(lines):
        if line.text and _is_sent_from(line, marks):
            kinds[at] = PartKind.FOOTER
    label_footers(lines, kinds, marks)
    if behind is not PartKind.SIGNATURE and not _label_delimited(lines, kinds, marks):
        _label_signature(lines, kinds, marks)
    return kinds


def _is_sent_from(line: Line, marks: Marks) -> bool:
    return (
        len(line.text) <= 160 and "?" not in line.text and any(pattern.match(line.text) for pattern in marks.sent_from)
    )


def _label_delimited(lines: Sequence[Line], kinds: list[PartKind], marks: Marks) -> bool:
    """Below the line `-- ` stands a signature, by convention: but not whatever somebody says to us there."""
    new = [at for at, line in enumerate(lines) if line.text and kinds[at] is PartKind.NEW]
    for at in new[-SIGNATURE_LINES - 1 :]:
        if not _DELIMITER.fullmatch(lines[at].text):
            continue
        paragraphs = paragraphs_of(lines, kinds, begin=at + 1)
        speaking = [_speaks(lines, paragraph, marks, sentences=False) for paragraph in paragraphs]
        if not paragraphs or speaking[0]:
            continue
        kinds[at] = PartKind.SIGNATURE
        for paragraph, speaks in zip(paragraphs, speaking, strict=True):
            for number in paragraph:
                kinds[number] = PartKind.NEW if speaks else PartKind.SIGNATURE
        return True
    return False


def _label_signature(lines: Sequence[Line], kinds: list[PartKind], marks: Marks) -> None:
    """A signature without delimiter: below a sign-off, or as a last paragraph that shows how to reach somebody."""
    new = [at for at, kind in enumerate(kinds) if kind is PartKind.NEW and lines[at].text]
    signed = next((at for at in reversed(new) if is_sign_off(lines[at], marks)), None)
    paragraphs = paragraphs_of(lines, kinds, begin=0 if signed is None else signed + 1)
    if signed is None and _label_named(lines, kinds, marks):
        return
    if signed is None:
        last = paragraphs[-1] if len(paragraphs) > 1 else []
        introduced = bool(last) and _introduces(lines, last[0], marks)
        block = [last] if last and not introduced and len(_evidence(lines, last, marks)) >= 2 else []
    else:
        block = [part for part in paragraphs if not _speaks(lines, part, marks, sentences=True)]
        if not any(_evidence(lines, part, marks) | _place(lines, part, marks) for part in block):
            return
    for paragraph in block:
        if len(paragraph) <= SIGNATURE_LINES and not _speaks(lines, paragraph, marks, sentences=True):
            for at in paragraph:
                kinds[at] = PartKind.SIGNATURE


def _label_named(lines: Sequence[Line], kinds: list[PartKind], marks: Marks) -> bool:
    """A name with nothing but titles and offices below it is a signature, though nobody takes leave above it."""
    new = [at for at, kind in enumerate(kinds) if kind is PartKind.NEW and lines[at].text]
    named = named_at(lines, new, marks)
    block = [at for at in new if named is not None and at >= named]
    if not block or _introduces(lines, block[0], marks) or len(block) > SIGNATURE_LINES:
        return False
    evidence = _evidence(lines, block, marks)
    if PartKind.FOOTER in kinds[block[-1] :] and len(block) > 1:
        evidence.add("footer")
    if not evidence or _place(lines, block, marks) or not all(is_title(lines[at].text) for at in block[1:]):
        return False
    if _speaks(lines, block, marks, sentences=True):
        return False
    for at in block:
        kinds[at] = PartKind.SIGNATURE
    return True


def is_sign_off(line: Line, marks: Marks) -> bool:
    """Whether a line takes leave, and nothing else: with the name of whoever writes, at most."""
    first = marks.sign_off.match(line.text)
    if first is None or len(line.text) > 80 or "?" in line.text:
        return False
    rest = _WORD.findall(marks.sign_off.sub(" ", line.text))
    if len(rest) > NAME_WORDS or any(letter.isdigit() for letter in line.text):
        return False
    return all(word[0].isupper() or word.casefold() in JOINERS for word in rest)


def _introduces(lines: Sequence[Line], at: int, marks: Marks) -> bool:
    before = next((lines[number].text for number in range(at - 1, -1, -1) if lines[number].text), "")
    return before.endswith(":") or marks.leads_on.search(before) is not None


def _speaks(lines: Sequence[Line], paragraph: Sequence[int], marks: Marks, *, sentences: bool) -> bool:
    """Whether something is said to us there."""
    text = " ".join(lines[at].text for at in paragraph)
    if "?" in _URL.sub(" ", text) or marks.own_voice.search(text):
        return True
    if marks.postscript.match(lines[paragraph[0]].text) or marks.value_label.search(text):
        return True
    if any(marks.reference.search(lines[at].text) and any(c.isdigit() for c in lines[at].text) for at in paragraph):
        return True
    return sentences and any(_is_sentence(lines[at].text, marks) for at in paragraph)


def _is_sentence(text: str, marks: Marks) -> bool:
    return len(text.split()) >= SENTENCE_WORDS and _SENTENCE_END.search(text) is not None


def _evidence(lines: Sequence[Line], paragraph: Sequence[int], marks: Marks) -> set[str]:
    """By what a paragraph shows that it is a signature: ways to reach somebody, and what they are."""
    found: set[str] = set()
    for at in paragraph:
        text = lines[at].text
        shapes = {
            "phone": _PHONE.search(text),
            "address": ADDRESS.search(text),
            "page": _URL.search(text),
            "organisation": marks.organisation.search(text),
            "label": marks.contact_label.search(text),
        }
        found |= {name for name, shape in shapes.items() if shape and len(text) <= 120}
    return found


def _place(lines: Sequence[Line], paragraph: Sequence[int], marks: Marks) -> set[str]:
    texts = [lines[at].text for at in paragraph]
    return {"place"} if any(_POSTAL.search(text) or marks.street.search(text) for text in texts) else set()
