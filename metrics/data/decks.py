"""Dealing the images of each class like cards, so that none comes again before all have come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Decks:
    """The images of each class, as a deck of cards that is shuffled whenever it runs out.

    Its whole state is in the two attributes: they may be copied, and written to as arrays.

    Args:
        class_of: shape ``(n,)``, int64: the class of each image, in ``0 … classes - 1``.

    Attributes:
        order: shape ``(n,)``, int64: the decks one after another.
        dealt: shape ``(classes,)``, int64: cards of each deck that were dealt.
    """

    def __init__(self, class_of: NDArray[np.int64]) -> None:
        counts = np.bincount(class_of)
        self._stops = np.cumsum(counts)
        self.order = np.argsort(class_of, kind="stable")
        self.dealt = counts.copy()

    def deal(self, deck: int, count: int, generator: np.random.Generator) -> list[int]:
        """Return the next ``count`` distinct images, no more than the deck has."""
        stop = int(self._stops[deck])
        start = int(self._stops[deck - 1]) if deck else 0
        cards = self.order[start:stop]
        at = int(self.dealt[deck])
        hand: list[int] = cards[at : at + count].tolist()
        self.dealt[deck] = at + count
        if (missing := count - len(hand)) > 0:
            # What is in the hand goes to the bottom, so that it is not dealt twice at once.
            shuffled = generator.permutation(cards[:at])
            cards[:] = np.concatenate([shuffled, np.array(hand, dtype=np.int64)])
            hand += shuffled[:missing].tolist()
            self.dealt[deck] = missing
        return hand
