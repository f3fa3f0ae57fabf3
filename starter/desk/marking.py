"""Sources with the words that a draft quotes from them marked."""

import re
from collections.abc import Sequence

from cases.draft import Draft, Source
from cases.record import Record


class Span(Record):
    """Some words of a source."""

    text: str
    marked: bool


class ShownSource(Record):
    """A source as it is shown: the quoted words marked, and what the draft says on the strength of them."""

    source: Source
    spans: tuple[Span, ...]
    statements: tuple[str, ...]

    @property
    def quoted(self) -> bool:
        """Whether the draft stands on it."""
        return bool(self.statements)


def shown_sources(sources: Sequence[Source], draft: Draft | None) -> tuple[ShownSource, ...]:
    """Every source, those that are quoted first."""
    shown = [_shown(source, draft) for source in sources]
    return tuple(sorted(shown, key=lambda source: not source.quoted))


def marked(text: str, quotes: Sequence[str]) -> tuple[Span, ...]:
    """The text with every quotation marked that stands in it; spaces and letter case aside, as the check reads it."""
    inside = [False] * len(text)
    for quote in quotes:
        words = quote.split()
        if not words:
            continue
        for found in re.finditer(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE):
            inside[found.start() : found.end()] = [True] * (found.end() - found.start())
    spans: list[Span] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or inside[place] != inside[start]:
            spans.append(Span(text=text[start:place], marked=inside[start]))
            start = place
    return tuple(spans)


def _shown(source: Source, draft: Draft | None) -> ShownSource:
    claims = [claim for claim in draft.claims if claim.source_id == source.id] if draft else []
    return ShownSource(
        source=source,
        spans=marked(source.text, [claim.quote for claim in claims]),
        statements=tuple(dict.fromkeys(claim.statement for claim in claims)),
    )
