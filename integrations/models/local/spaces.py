"""Spaces: what one encoder sees of a text, or what several see, side by side in one vector.

One head in a space of several encoders is better than the mean of a head for each, and calibrated as it is. The shares
were chosen on draws of banking77 that no bar asks and, for other languages, on Italian xSID: `bench/README.md`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from integrations.models.local.encoders import EncoderName, Encoding, Vectors, unit


class Share(NamedTuple):
    """One encoder's part of a space: a longer vector counts for more.

    `centred` takes away what all examples have in common, which is most of what E5 says of any text.
    """

    encoder: EncoderName
    length: float
    centred: bool


class SpaceName(StrEnum):
    """The spaces there are: `SPACES` has what each is made of."""

    MINILM = "minilm"
    E5 = "e5"
    MINILM_USE = "minilm-use"
    MINILM_E5_USE = "minilm-e5-use"
    E5_USE = "e5-use"


_MINILM = Share(EncoderName.MINILM, 1.0, centred=False)

SPACES = {
    SpaceName.MINILM: (_MINILM,),
    SpaceName.E5: (Share(EncoderName.E5, 1.0, centred=True),),
    SpaceName.MINILM_USE: (_MINILM, Share(EncoderName.USE, 0.5, centred=False)),
    SpaceName.MINILM_E5_USE: (
        _MINILM,
        Share(EncoderName.E5, 0.6, centred=True),
        Share(EncoderName.USE, 0.4, centred=False),
    ),
    SpaceName.E5_USE: (Share(EncoderName.E5, 1.0, centred=True), Share(EncoderName.USE, 1.0, centred=False)),
}
"""Which encoders make a space, and how much each counts."""


class Seen(NamedTuple):
    """Texts as each encoder of a space sees them, in its order."""

    space: SpaceName
    views: tuple[Vectors, ...]

    def centre(self) -> NDArray[np.float32]:
        """What these texts have in common; nothing for encoders that are not centred."""
        shared = [
            view.mean(axis=0) if share.centred else np.zeros(view.shape[1], dtype=np.float32)
            for share, view in zip(SPACES[self.space], self.views, strict=True)
        ]
        return np.concatenate(shared)

    def joined(self, centre: NDArray[np.float32]) -> Vectors:
        """One row of unit length a text."""
        starts = np.cumsum([view.shape[1] for view in self.views])[:-1]
        parts = [
            share.length * unit(view - shared)
            for share, view, shared in zip(SPACES[self.space], self.views, np.split(centre, starts), strict=True)
        ]
        return unit(np.hstack(parts))


def seen(encoders: Encoding, space: SpaceName, texts: Sequence[str]) -> Seen:
    """Texts through the encoders of a space. Takes processor time."""
    return Seen(space, tuple(encoders.encode(share.encoder, texts) for share in SPACES[space]))
