"""One form for texts that look alike: before any rule compares words, both sides are written the same way."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})


def normal(text: str) -> str:
    """The text with composed letters, plain quotation marks and nothing invisible: a phone types others than we do."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_QUOTES))


def folded(text: str) -> str:
    """The same in one case and with single spaces: Turkish has two letters i, and capitals tell not which was meant."""
    return " ".join(normal(text).split()).casefold().replace("i\u0307", "i").replace("ı", "i")
