"""The values of a text: what can be wrong in it in a way that costs money or trust, and so must stand in a source."""

import re

_FILE = "pdf|jpe?g|png|gif|heic|txt|csv|docx?|xlsx?|zip"
_PLACE = (
    r"(?i:https?)://[^\s<>()]+"  # a link
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?<![\w@/.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+"  # a host without its scheme, which mail programs make a link of
    rf"(?!(?i:{_FILE})(?!\w))(?:[a-z]{{2,24}}|[A-Z]{{2,24}}|(?i:xn--)[\w-]+)(?![\w@])(?:[/?#][^\s<>()]*)?"
)
# Each begins where nothing of its kind stands before it: a long text without any is then read once, and not from every
# letter anew.
_VALUE = re.compile(rf"{_PLACE}|(?<![A-Za-z_])[A-Za-z_]*\d[\w./:,-]*")  # or an amount, a date, a number, an id
_FINAL = ".,:;-/"


def written_values(text: str) -> tuple[str, ...]:
    """Every number, date, amount, address, link and id of a text once, as written but for final punctuation."""
    return _once(_VALUE, text)


def written_places(text: str) -> tuple[str, ...]:
    """Every link, host and e-mail address of a text once: where somebody may be led."""
    return _once(re.compile(_PLACE), text)


def _once(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found[0].rstrip(_FINAL) for found in pattern.finditer(text)))
