"""How sure it is that a passage answers a question, 0 to 1.

    confidence = logistic(bias + nearness · cosine + shared_words · share)

`cosine` is that of the question's and the passage's vectors; `share` is the share of the question's words, without stop
words and by their stems, that the passage has too. The two fail differently: vectors miss names and rare words, words
miss synonyms and other languages (where the share is 0 and the vectors must carry the whole proof). What the best
passage has over the second best was measured too, and adds nothing.

The numbers belong to an embedder, because each spreads its cosines differently: of unrelated texts they are about 0.05
with the Universal Sentence Encoder and 0.78 with E5. They were fitted by logistic regression on 85 questions of our own
in three languages, 48 that the articles of `tests/ledger/articles.py` answer and 37 near ones that they do not. Of 51
others (`tests/ledger/questions.py`) 31 of 32 answerable ones come out at 0.5 or more, and all 19 unanswerable ones
below.
"""

import math

from cases.errors import InvalidInput
from cases.record import Record


class Calibration(Record):
    """The three numbers of one embedder."""

    bias: float
    nearness: float
    shared_words: float

    def confidence(self, cosine: float, share: float) -> float:
        """How sure it is that a passage with these figures answers the question."""
        return 1 / (1 + math.exp(-(self.bias + self.nearness * cosine + self.shared_words * share)))


CALIBRATIONS = {"use-multilingual-3": Calibration(bias=-7.0, nearness=26.0, shared_words=5.0)}
"""By the embedder's name."""


def calibration_of(embedder: str) -> Calibration:
    """The numbers of an embedder. Raises InvalidInput for one that was never measured."""
    try:
        return CALIBRATIONS[embedder]
    except KeyError:
        known = ", ".join(sorted(CALIBRATIONS))
        raise InvalidInput(
            "embedder",
            f"{embedder} has no calibration: its similarities mean nothing yet.",
            f"Use {known}, or measure it and add a row in ledger/retrieval_confidence.py.",
        ) from None
