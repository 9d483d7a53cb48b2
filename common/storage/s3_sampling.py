"""Drawing files at random from a bucket too large to list.

A server lists in order, a thousand names a page, from wherever it is told to start. What fits one
page is drawn from exactly. Else one goes down from directory to directory, every entry of a page
being as likely as another; where a directory has more than a page, the page begins at a name that
is made up: one that is known, with digits, and letters where names differ, drawn anew from some
place on.

So a file of a small directory comes more often than one of a large directory, and one after a gap
in the names more often than one in a crowd. Every file can come, in few requests however many
files there are: that is enough for a glimpse, and no statistic should rest on it.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import Final

PAGE: Final = 1000
_DRAWS_A_FILE: Final = 4
_ANYWHERE: Final = 0.5

ListKeys = Callable[[], Iterator[str]]
"""Lists all files, in order."""
ListNames = Callable[[str, str], Iterator[str]]
"""Lists the names in a directory, those of directories ending in a slash, page by page and in any
order within a page. Takes the directory (empty, or ending in a slash) and a name to begin after."""


def sample_files(
    list_keys: ListKeys, list_names: ListNames, count: int, rng: random.Random
) -> list[str]:
    """Draw distinct files.

    Args:
        list_keys: lists all of them.
        list_names: lists a directory.
        count: how many to draw.
        rng: that draws.

    Returns:
        ``count`` paths, or all, if there are fewer.
    """
    first = list(islice(list_keys(), PAGE))
    if len(first) < PAGE:
        return rng.sample(first, min(count, len(first)))
    if count > PAGE:  # it takes no more requests to list them
        return _reservoir(list_keys(), count, rng)
    pages = _Pages(list_names, rng)
    drawn: dict[str, None] = {}
    for _ in range(_DRAWS_A_FILE * count):
        file = pages.draw()
        if file is not None:
            drawn[file] = None
        if len(drawn) == count:
            return list(drawn)
    return _reservoir(list_keys(), count, rng)


class _Pages:
    """The first page of every directory that was looked into, and what is drawn from them."""

    def __init__(self, list_names: ListNames, rng: random.Random) -> None:
        self._list = list_names
        self._rng = rng
        self._first: dict[str, list[str]] = {}

    def draw(self) -> str | None:
        """Go down to a file; None where the way ends without one."""
        directory = ""
        while names := self._page(directory):
            name = self._rng.choice(names)
            if not name.endswith("/"):
                return directory + name
            directory += name
        return None

    def _page(self, directory: str) -> list[str]:
        first = self._first.get(directory)
        if first is None:
            first = self._first[directory] = list(islice(self._list(directory, ""), PAGE))
        if len(first) < PAGE:
            return first
        start = _made_up(first, self._rng)
        # Past the last name the first ones follow.
        return list(islice(self._list(directory, start), PAGE)) or first


def _made_up(names: list[str], rng: random.Random) -> str:
    name = rng.choice(names)
    differing = {
        place
        for other in rng.sample(names, 20)
        for place, (one, two) in enumerate(zip_longest(name, other))
        if one != two
    }
    free = [
        place
        for place, character in enumerate(name)
        if character in string.digits or place in differing
    ]
    free = free or list(range(len(name)))
    begin = free[0]
    # Half of the time anywhere at all, else nearer to names that are known.
    for place in free[1:]:
        if rng.random() < _ANYWHERE:
            break
        begin = place
    return name[:begin] + "".join(
        _alike(character, rng) if place in free else character
        for place, character in enumerate(name[begin:], start=begin)
    )


def _alike(character: str, rng: random.Random) -> str:
    for kind in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
        if character in kind:
            return rng.choice(kind)
    return character


def _reservoir(keys: Iterator[str], count: int, rng: random.Random) -> list[str]:
    """Draw exactly, by listing all. Source: Vitter 1985, algorithm R."""
    reservoir: list[str] = []
    for seen, key in enumerate(keys):
        if seen < count:
            reservoir.append(key)
        elif (slot := rng.randrange(seen + 1)) < count:
            reservoir[slot] = key
    return reservoir
