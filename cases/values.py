"""The values of a text: what can be wrong in it in a way that costs money or trust, and so must stand in a source."""

import re

_VALUE = re.compile(
    r"https?://[^\s<>()]+"  # a link
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|[A-Za-z_]*\d[\w./:,-]*"  # an amount, a date, a number, an id
)


def written_values(text: str) -> tuple[str, ...]:
    """Every number, date, amount, address, link and id of a text once, as written but for final punctuation."""
    return tuple(dict.fromkeys(found[0].rstrip(".,:;-/") for found in _VALUE.finditer(text)))
