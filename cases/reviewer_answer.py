"""What the customer's answer to a reviewer's question says of the request that the reviewer had before them."""

from cases.classification import RequestEvidence
from cases.record import Record


class ReviewerAnswer(Record):
    """What code can tell of an answer. The rest is the reviewer's to read."""

    stands: bool = False
    """Whether what was asked for before still stands: a question of fact was answered by a fact."""
    requests: tuple[RequestEvidence, ...] = ()
    """What the answer itself asks for, or plainly agrees to."""
