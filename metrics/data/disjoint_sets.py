"""Union-find: which of n things belong together, told pair by pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class DisjointSets:
    """A partition of ``0 … count - 1`` that starts with everyone alone and only grows together.

    The root of a set is its smallest member, so that the result does not depend on the order in
    which pairs are told.

    Source: Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms", J. ACM 1984
    (path halving).

    Args:
        count: of things, 0 or more.
    """

    def __init__(self, count: int) -> None:
        self._parent = np.arange(count, dtype=np.int64)

    def find(self, member: int) -> int:
        """Return the smallest member of the set that ``member`` is in."""
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = int(parent[member])
        return member

    def union(self, first: int, second: int) -> None:
        """Make one set of the sets of two members."""
        low, high = sorted((self.find(first), self.find(second)))
        self._parent[high] = low

    def union_pairs(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
        """Make one set of the sets of ``first[i]`` and ``second[i]``, for every i.

        Many pairs inside sets that are known already cost little: they are dropped as whole
        arrays.

        Args:
            first: shape ``(pairs,)``.
            second: shape ``(pairs,)``.
        """
        roots = self.roots()
        ends = np.stack([roots[first], roots[second]], axis=1)
        ends = ends[ends[:, 0] != ends[:, 1]]
        for low, high in np.unique(ends, axis=0).tolist():
            self.union(low, high)

    def union_equal(self, keys: NDArray[np.int64]) -> None:
        """Make one set of all members with equal keys.

        Args:
            keys: shape ``(count,)``; members with a negative key are left as they are.
        """
        members = np.flatnonzero(keys >= 0)
        _, firsts, inverse = np.unique(keys[members], return_index=True, return_inverse=True)
        self.union_pairs(members[firsts][inverse], members)

    def roots(self) -> NDArray[np.int64]:
        """Return the smallest member of everyone's set: shape ``(count,)``, int64."""
        # Each round halves the way to the root, for all members at once.
        while not np.array_equal(shorter := self._parent[self._parent], self._parent):
            self._parent = shorter
        return self._parent.copy()
