"""The embedders that there are, by name, each loaded once and only when asked for."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from common.embedding.base import Embedder, ModelCard
from common.embedding.card import BUNDLE_NAME, CARD_FILE, read_card
from common.embedding.histogram import HistogramEmbedder
from common.embedding.onnx import OnnxEmbedder
from common.errors import EmbedderNotFound, ModelBundleError

BUILT_IN: Final = "histogram"


class BundleSource(Protocol):
    """Where bundles can be had from that are under no root yet."""

    def fetch(self, name: str) -> bool:
        """Put a bundle under a root of the registry; return whether there is one of that name.

        Raises:
            EmbedderError: it cannot be had, or is not what its card says.
        """
        ...


class EmbedderRegistry:
    """Finds model bundles under some directories, and keeps those in use in memory. Thread-safe.

    A bundle is the directory ``<root>/<name>`` with a card in it. Bundles may come, go and be
    replaced while the program runs: each call looks again, which costs a directory listing.

    Args:
        roots: searched in this order; of two bundles of one name the first is taken.
        threads: that one inference may use; None for one a core.
        source: is asked for a bundle when it is wanted and under no root.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        threads: int | None = None,
        source: BundleSource | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._source = source
        self._threads = threads
        self._loaded: dict[str, Embedder] = {}
        self._lock = Lock()
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)

    def names(self) -> list[str]:
        """Return what :meth:`get` may be asked for: the built-in first, then by name.

        A bundle whose card cannot be read is among them.
        """
        return [BUILT_IN, *sorted(self._bundles())]

    def cards(self) -> dict[str, ModelCard]:
        """Return the cards by name, in the order of :meth:`names`, without those in ``broken``."""
        return self._read_all()[0]

    def broken(self) -> dict[str, ModelBundleError]:
        """Return, by name, why a card cannot be read. Model files are checked when loaded only."""
        return self._read_all()[1]

    def get(self, name: str) -> Embedder:
        """Return an embedder, loaded by the first who asks; the others wait for it.

        A bundle that was replaced by another (another fingerprint) is loaded anew. Who holds the
        old one may go on with it.

        Raises:
            EmbedderNotFound: there is none of that name.
            ModelBundleError: it cannot be loaded; the next call tries again.
            EmbedderError: it has to be fetched, and that fails; the next call tries again.
        """
        if name == BUILT_IN:
            return self._built_in()
        directory = self._bundles().get(name)
        if directory is None and self._source is not None and self._source.fetch(name):
            directory = self._bundles().get(name)
        if directory is None:
            raise self._not_found(name)
        card = _read_named(directory)
        with self._lock:
            lock = self._locks[name]
        with lock:
            loaded = self._loaded.get(name)
            if loaded is None or loaded.card.fingerprint != card.fingerprint:
                loaded = self._loaded[name] = OnnxEmbedder.load(directory, self._threads)
            return loaded

    def directory(self, name: str) -> Path | None:
        """Return where a bundle lies; None for the built-in, and where there is none."""
        return self._bundles().get(name)

    def _built_in(self) -> Embedder:
        with self._lock:
            return self._loaded.setdefault(BUILT_IN, HistogramEmbedder())

    def _bundles(self) -> dict[str, Path]:
        """Find the bundle directories. Names come from listings, so none leads out of its root."""
        found: dict[str, Path] = {}
        for root in self._roots:
            for card in root.glob(f"*/{CARD_FILE}"):
                name = card.parent.name
                if BUNDLE_NAME.fullmatch(name) and name != BUILT_IN:
                    found.setdefault(name, card.parent)
        return found

    def _read_all(self) -> tuple[dict[str, ModelCard], dict[str, ModelBundleError]]:
        cards: dict[str, ModelCard] = {BUILT_IN: self._built_in().card}
        broken: dict[str, ModelBundleError] = {}
        for name, directory in sorted(self._bundles().items()):
            try:
                cards[name] = _read_named(directory)
            except ModelBundleError as error:
                broken[name] = error
        return cards, broken

    def _not_found(self, name: str) -> EmbedderNotFound:
        known = self.names()
        close = difflib.get_close_matches(name, known, n=1)
        guess = f"Did you mean {close[0]}? " if close else ""
        return EmbedderNotFound(
            f"There is no embedder named {name!r}", f"{guess}There are: {', '.join(known)}"
        )


def _read_named(directory: Path) -> ModelCard:
    """Read the card of a bundle whose directory must bear its name."""
    card = read_card(directory)
    if card.name != directory.name:
        raise ModelBundleError(
            f"The model card {directory / CARD_FILE} is of {card.name!r}",
            "Rename the directory, or correct the name in the card",
        )
    return card
