"""The part of a message that says what is wanted: without quoted mails, logs, greetings and signatures."""

import re

from cases.policy.local import ReadingRules

LAST_CLAUSES = 3
"""How many of the clauses that are looked at are the last ones."""

CLAUSE_CHARACTERS = 300
WHOLE_CHARACTERS = 600
"""How much of a text an encoder is given: 128 tokens, as many as MiniLM reads, are about so many characters."""

_CODE_BLOCK = re.compile(r"```.*?(```|$)", re.DOTALL)
_NOISE_LINE = re.compile(
    r"^\s*(?:>.*"  # quoted mail
    r"|(?:from|to|sent|subject|date|von|an|gesendet|betreff|kimden|kime|konu|tarih):.*"  # mail headers
    r"|on .{5,80} wrote:|am .{5,80} schrieb.*:|-{3,}.*"
    r"|\s*at [\w.$<>]+\(.*\)|traceback .*|\s*file \".*\", line \d+.*|caused by:.*"  # stack traces
    r"|\S{40,}|\S*\[….*…\]"  # encoded files, and what says that a part was left out
    r"|\[?\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*|\d\d:\d\d:\d\d.*|(?:error|warn|info|debug)\b[: \[].*"  # logs
    r"|(?:hi|hello|hey|dear|good (?:morning|day|evening)|hallo|guten (?:tag|morgen|abend)|liebes? .{0,30}"
    r"|sehr geehrte.{0,60}|merhaba|selam|iyi günler)\b[\w .!]{0,30},?\s*"  # greetings
    r"|(?:thanks|thank you|regards|best|kind regards|best regards|cheers|viele grüße|mit freundlichen grüßen|mfg|lg"
    r"|danke|teşekkürler|saygılar(?:ımla)?|sent from my .*|von meinem .* gesendet)[\s,.!]*)\s*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|\s+[-–—]\s+")
_JOINT = re.compile(
    r",?\s+(?:and also|and still|and|also|but|plus|und außerdem|und|außerdem|aber|ve ayrıca|ayrıca|ve|ama)\s+",
    re.IGNORECASE,
)


def salient_text(text: str) -> str:
    """What is left when quoted mails, logs, greetings and signatures are gone; the text itself if nothing is."""
    lines = [line for line in _CODE_BLOCK.sub("\n", text).splitlines() if line.strip() and not _NOISE_LINE.match(line)]
    kept = "\n".join(line.strip() for line in lines)
    return kept or " ".join(text.split())


def segments(text: str, rules: ReadingRules) -> tuple[str, ...]:
    """The sentences and clauses of a text, at most as many as the rules allow: the first ones and the last three."""
    sentences = [part.strip()[:CLAUSE_CHARACTERS] for part in _SENTENCE_END.split(text) if part.strip()]
    clauses = [clause for sentence in sentences for clause in _clauses(sentence, rules.clause_words)]
    if len(clauses) > rules.clauses:
        clauses = [*clauses[: rules.clauses - LAST_CLAUSES], *clauses[-LAST_CLAUSES:]]
    return tuple(dict.fromkeys(clauses))


def _clauses(sentence: str, clause_words: int) -> list[str]:
    """The parts of a sentence between its joints, or the whole of it where one would be too short."""
    parts = _JOINT.split(sentence)
    if len(parts) == 1 or any(len(part.split()) < clause_words - 1 for part in parts):
        return [sentence]
    return parts
