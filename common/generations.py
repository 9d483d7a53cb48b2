"""The use case of looking after a category's generations: listing, rolling back, removing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from common.errors import GenerationNotFound
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationManifest, VectorStore

PREVIOUS = "previous"
OLD = "old"


@dataclass(frozen=True, slots=True)
class Generations:
    """The generations of one category, changed under the lock under which it is indexed.

    Attributes:
        category: the category's name.
        store: of its generations.
        workplace: holds the lock.
        on_waiting: called when an index at work must be waited for.
    """

    category: str
    store: VectorStore
    workplace: Workplace
    on_waiting: Callable[[], None]

    def current(self) -> str | None:
        """Return the current generation's name, None where there is none."""
        return self.store.current(self.category)

    def list(self) -> Sequence[GenerationManifest]:
        """Return the published generations, oldest first."""
        return self.store.generations(self.category)

    def roll_back(self, generation: str = PREVIOUS) -> GenerationManifest:
        """Make another generation the current one. Newer ones stay until they are removed.

        Args:
            generation: its name, or :data:`PREVIOUS`: the newest that is older than the current.

        Raises:
            GenerationNotFound: there is no such generation.
        """
        with self.workplace.locked(self.on_waiting):
            name = self._previous() if generation == PREVIOUS else generation
            # Opened, not just listed: a damaged one must not become the current.
            index = self.store.open(self.category, name)
            index.close()
            self.store.switch(self.category, name)
        return index.manifest

    def remove(self, generation: str = OLD) -> Sequence[str]:
        """Remove generations; the current one always stays.

        Args:
            generation: the name of one, or :data:`OLD`: all but the current one.

        Returns:
            The names of those removed.

        Raises:
            GenerationNotFound: there is no such generation.
            VectorStoreError: it is the current one.
        """
        with self.workplace.locked(self.on_waiting):
            current = self.current()
            names = (
                [m.generation for m in self.list() if m.generation != current]
                if generation == OLD
                else [generation]
            )
            for name in names:
                self.store.remove(self.category, name)
        return names

    def _previous(self) -> str:
        current = self.current() or ""
        older = [m.generation for m in self.list() if m.generation < current]
        if not older:
            raise GenerationNotFound(
                f"Category '{self.category}' has no generation older than the current one",
                f"List them with 'make generations CATEGORY={self.category}'",
            )
        return older[-1]
