"""The lines of a mail, and the words of all language packs by which they are told apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cases.message_part import PartKind
from cases.policy.packs.mail import HeaderNames, MailWords
from cases.policy.packs.pack import LanguagePack
from cases.policy.phrases import any_of
from routing.normal_text import normal

MAXIMUM_HEADER_NAME = 40
"""Characters before the colon of a line in a mail's head."""

_QUOTED = re.compile(r"\s*>")
_NO_MARK = re.compile(r"\s*>+\s*[\d€$£]")
_RULE = re.compile(r"[-_=*~–—·]{3,}")
_PREFIX = re.compile(r"^(?:\s*>)+\s?")


@dataclass(frozen=True)
class Line:
    """A line, by its place in the text."""

    start: int
    end: int
    """After its line break."""
    raw: str
    """Without its line break."""
    text: str
    """As rules compare it: one form of letters, and no white space around it."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text

    @property
    def is_quoted(self) -> bool:
        """Whether it begins with the mark of a quotation."""
        return _QUOTED.match(self.raw) is not None

    @property
    def may_be_a_comparison(self) -> bool:
        """Whether its mark may mean "more than": a number follows."""
        return _NO_MARK.match(self.raw) is not None

    @property
    def unquoted(self) -> str:
        """What it says behind its marks of quotation."""
        return _PREFIX.sub("", self.text, count=1).strip()


def lines_of(text: str, start: int, end: int) -> list[Line]:
    """The lines of a stretch of a text."""
    found: list[Line] = []
    for raw in text[start:end].splitlines(keepends=True):
        words = raw.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        found.append(Line(start, start + len(raw), words, normal(words).strip()))
        start += len(raw)
    return found


def paragraphs_of(lines: Sequence[Line], kinds: Sequence[PartKind], begin: int = 0) -> list[list[int]]:
    """The new lines between empty lines and rules."""
    found: list[list[int]] = [[]]
    for at in range(begin, len(lines)):
        text = lines[at].text
        if not text or _RULE.fullmatch(text) or kinds[at] is not PartKind.NEW:
            found.append([])
        else:
            found[-1].append(at)
    return [paragraph for paragraph in found if paragraph]


@dataclass(frozen=True)
class Marks:
    """What the packs know, together: nobody can tell the language of a mail before its new words are known."""

    attributions: tuple[re.Pattern[str], ...]
    quote_marker: re.Pattern[str]
    forward_marker: re.Pattern[str]
    header: re.Pattern[str]
    header_names: HeaderNames
    sent_from: tuple[re.Pattern[str], ...]
    sign_off: re.Pattern[str]
    footer_phrase: re.Pattern[str]
    footer_term: re.Pattern[str]
    notice: re.Pattern[str]
    to_us: re.Pattern[str]
    leads_on: re.Pattern[str]
    mail_itself: re.Pattern[str]
    register_term: re.Pattern[str]
    own_voice: re.Pattern[str]
    value_label: re.Pattern[str]
    contact_label: re.Pattern[str]
    organisation: re.Pattern[str]
    street: re.Pattern[str]
    reference: re.Pattern[str]
    postscript: re.Pattern[str]
    reply_prefix: re.Pattern[str]
    forward_prefix: re.Pattern[str]

    def header_of(self, text: str) -> re.Match[str] | None:
        """The name and the value, where a line is one of a mail's head."""
        # Most lines have no colon near their beginning, and are looked at from each line above them.
        return self.header.match(text) if ":" in text[:MAXIMUM_HEADER_NAME] else None

    def is_reply(self, subject: str) -> bool:
        """Whether the outermost prefix of a subject is that of a reply."""
        return self.reply_prefix.match(normal(subject)) is not None

    def is_forward(self, subject: str) -> bool:
        """Whether the outermost prefix of a subject is that of a forwarded mail."""
        return self.forward_prefix.match(normal(subject)) is not None


def marks_of(packs: Iterable[LanguagePack]) -> Marks:
    """What these packs know of mail."""
    return _marks(tuple(pack.mail for pack in packs))


@lru_cache(maxsize=16)
def _marks(words: tuple[MailWords, ...]) -> Marks:
    names = HeaderNames(
        sender=_all(word.headers.sender for word in words),
        recipient=_all(word.headers.recipient for word in words),
        sent=_all(word.headers.sent for word in words),
        subject=_all(word.headers.subject for word in words),
        others=_all(word.headers.others for word in words),
    )
    known = (*names.sender, *names.recipient, *names.sent, *names.subject, *names.others)
    tails = [word.tail for word in words]
    return Marks(
        attributions=tuple(_compiled(pattern) for word in words for pattern in word.attributions),
        quote_marker=_marker(_all(word.quote_markers for word in words)),
        forward_marker=_marker(_all(word.forward_markers for word in words)),
        header=re.compile(rf"\*?({_either(known)})\*?\s?:\*?\s*(.*)", re.IGNORECASE),
        header_names=names,
        sent_from=tuple(_compiled(pattern) for tail in tails for pattern in tail.sent_from),
        sign_off=any_of(_longest_first(tail.sign_offs for tail in tails)),
        footer_phrase=any_of(_all(tail.footer_phrases for tail in tails)),
        footer_term=any_of(_longest_first(tail.footer_terms for tail in tails)),
        notice=any_of(_longest_first(tail.notices for tail in tails)),
        to_us=any_of(_all(tail.to_us for tail in tails)),
        leads_on=re.compile(rf"(?:{any_of(_all(tail.leads_on for tail in tails)).pattern})\W*$", re.IGNORECASE),
        mail_itself=any_of(_all(tail.mail_itself for tail in tails)),
        register_term=any_of(_longest_first(tail.register_terms for tail in tails)),
        value_label=any_of(_all(tail.value_labels for tail in tails)),
        own_voice=re.compile(any_of(_all(tail.own_voice for tail in tails)).pattern),
        contact_label=re.compile(
            rf"(?<!\w)(?:{_either(_all(tail.contact_labels for tail in tails))})\s*[.:]+\s*\S", re.IGNORECASE
        ),
        organisation=any_of(_all(tail.organisation for tail in tails)),
        street=_any_ending(_all(tail.streets for tail in tails)),
        reference=any_of(_all(tail.reference_labels for tail in tails)),
        postscript=re.compile(rf"(?:{_either(_all(tail.postscripts for tail in tails))})\s*[.:)]", re.IGNORECASE),
        reply_prefix=_prefix(_all(word.reply_prefixes for word in words)),
        forward_prefix=_prefix(_all(word.forward_prefixes for word in words)),
    )


def _all(phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for some in phrases for phrase in some))


def _longest_first(phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(_all(phrases), key=len, reverse=True))


def _either(phrases: tuple[str, ...]) -> str:
    known = sorted(phrases, key=len, reverse=True)
    return "|".join(r"\s+".join(re.escape(part) for part in phrase.split()) for phrase in known) or "(?!)"


def _marker(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A line of nothing but the phrase, with dashes or the like before it, or a colon after it."""
    return re.compile(
        rf"(?:[^\w\s]{{2,40}}\s*(?:{_either(phrases)})|\W{{0,4}}(?:{_either(phrases)})\s*:)\W{{0,40}}$", re.IGNORECASE
    )


def _prefix(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{_either(phrases)})(?:\[\d+\]|\(\d+\)|\d+)?\s*:", re.IGNORECASE)


def _any_ending(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, and with `*` before them any word that ends so."""
    whole = any_of(tuple(word for word in words if not word.startswith("*"))).pattern
    endings = _either(tuple(word[1:] for word in words if word.startswith("*")))
    return re.compile(rf"(?:{whole}|\w*(?:{endings})(?!\w))", re.IGNORECASE)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
