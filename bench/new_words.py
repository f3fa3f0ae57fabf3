"""How well new words are told from what stands around them, by client and language: `python -m bench.new_words`.

`--held-out` measures the third that is kept back, `--libraries` what three libraries make of the same mails, and
`--show` prints what went wrong.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bench.mail_set import Mail, by, mails
from cases.message_part import MessagePart, PartKind
from cases.policy.packs.pack import LanguagePack
from routing.new_words import split
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

KEPT_BAR = 0.98
THROUGH_BAR = 0.01

_WORD = re.compile(r"\w+(?:[.,:@'’-]\w+)*")

Splitter = Callable[[Mail], str]


class Figures(NamedTuple):
    """Words counted over some mails."""

    mails: int
    new: int
    kept: int
    around: int
    through: int

    @property
    def kept_share(self) -> float:
        """Of the new words, so many are read."""
        return self.kept / self.new if self.new else 1.0

    @property
    def through_share(self) -> float:
        """Of the words around them, so many are read."""
        return self.through / self.around if self.around else 0.0


def measured(some: Iterable[Mail], splitter: Splitter) -> Figures:
    """Count what a splitter keeps, and what it lets through."""
    each = [_of_one(mail, splitter(mail)) for mail in some]
    return Figures(len(each), *(sum(one[at] for one in each) for at in range(1, 5)))


def _of_one(mail: Mail, read: str) -> Figures:
    new, neither, whole, got = (Counter(_WORD.findall(text)) for text in (mail.new, mail.neither, mail.text, read))
    around = whole - new - neither
    through = (got - new - neither) & around
    return Figures(1, new.total(), (new & got).total(), around.total(), through.total())


def ours(packs: Iterable[LanguagePack]) -> Splitter:
    """The product's own."""
    known = tuple(packs)
    return lambda mail: new_words(mail.text, split(mail.text, mail.marked, known, mail.subject))


def new_words(text: str, parts: tuple[MessagePart, ...]) -> str:
    """The new words of a text."""
    return "\n".join(text[part.start : part.end] for part in parts if part.kind is PartKind.NEW)


def packs() -> tuple[LanguagePack, ...]:
    """The packs of the policy that ships."""
    return tuple(read_policy(DEFAULT_POLICY).document.language_packs.values())


def _line(name: str, found: Figures) -> str:
    return f"{name:28} {found.mails:5} {found.kept_share:7.1%} {found.through_share:7.1%}"


def main(arguments: list[str]) -> None:
    """Print the table."""
    all_of_them = mails()
    chosen = tuple(mail for mail in all_of_them if mail.held_out is ("--held-out" in arguments))
    splitters: dict[str, Splitter] = {"ours": ours(packs())}
    if "--libraries" in arguments:
        from bench.mail_libraries import LIBRARIES

        splitters |= LIBRARIES
    for name, splitter in splitters.items():
        print(_line(name, measured(chosen, splitter)))
        for key in ("language", "client", "how"):
            for part, some in by(chosen, key).items():
                print(_line(f"  {part}", measured(some, splitter)))
    if "--show" in arguments:
        _show(chosen, splitters["ours"])


def _show(chosen: tuple[Mail, ...], splitter: Splitter) -> None:
    for mail in chosen:
        read = splitter(mail)
        found = _of_one(mail, read)
        if found.kept < found.new or found.through:
            print(f"\n=== {mail.name}: {found}\n{mail.text}\n--- read:\n{read}")


if __name__ == "__main__":
    main(sys.argv[1:])
