"""What is to become of each image of a delivery: decided before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from common.intake.checking import Accepted
from common.pipeline import Skipped
from common.storage.base import StoredFile
from common.syncing.difference import DuplicatePolicy

Verdict: TypeAlias = Literal["added", "replaced", "unchanged"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is to become of the images of a delivery.

    Attributes:
        verdicts: by path, of those that are in the category afterwards.
        accepted: the image behind each path.
        to_put: paths whose image is not there yet.
        paths: by what each is known as to whoever handed it in.
        duplicates: paths with that of an image of equal content; where duplicates are left out
            they are in no other list.
        skipped: images that cannot be put where they are named to.
        unnamed: paths of those of them that rows would call as another is called.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    accepted: dict[str, Accepted] = field(default_factory=dict)
    to_put: set[str] = field(default_factory=set)
    paths: dict[str, str] = field(default_factory=dict)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def decide(
    images: Sequence[Accepted],
    existing: Mapping[str, StoredFile],
    hash_of: Callable[[str], str],
    policy: DuplicatePolicy,
    called: Callable[[str], str | None] = lambda path: path,
) -> Decisions:
    """Decide about images.

    Of two of one path the first counts. An image whose content another path has already, in the
    category or earlier in the delivery, is a duplicate; what the delivery replaces, before it or
    after, is in the category no more.

    Args:
        images: that were accepted, in their order.
        existing: the category's files, by path.
        hash_of: returns the sha256 of an existing file; asked only where lengths are equal.
        policy: about duplicates: ``keep`` places them too, ``skip`` does not.
        called: returns what rows of the category's table call the image of a path, None where they
            have no name for it. No image is added that would share its name with another.
    """
    decisions = Decisions()
    known = _Contents(existing, hash_of)
    replaced = known.replaced_by(images)
    names = {called(path): path for path in existing}
    folders = {parent for path in existing for parent in _parents(path)}
    for image in images:
        path = image.path
        earlier = decisions.accepted.get(path)
        if earlier is not None:
            if earlier.sha256 != image.sha256:
                decisions.skipped.append(_named_twice(path))
            decisions.paths[image.given] = path
            continue
        if path in folders or any(
            parent in existing or parent in decisions.accepted for parent in _parents(path)
        ):
            decisions.skipped.append(_in_the_way(path))
            continue
        found = existing.get(path)
        name = called(path)
        taken = found is None and name is not None and name in names
        if found is not None and known.is_same(path, image):
            verdict: Verdict = "unchanged"
        else:
            same = known.same_as(image, replaced)
            left_out = same is not None and policy == "skip" and found is None
            if name is not None and taken and not left_out:
                decisions.skipped.append(_name_is_taken(path, name, names[name]))
                decisions.unnamed.append(path)
                continue
            if same is not None:
                decisions.duplicates.append((path, same))
            if left_out:
                continue
            known.add(image)
            verdict = "added" if found is None else "replaced"
        decisions.verdicts[path] = verdict
        if verdict != "unchanged":
            decisions.to_put.add(path)
        decisions.accepted[path] = image
        decisions.paths[image.given] = path
        folders.update(_parents(path))
        names.setdefault(name, path)
    return decisions


class _Contents:
    """The contents of existing files, hashed only where a length makes them worth it."""

    def __init__(self, existing: Mapping[str, StoredFile], hash_of: Callable[[str], str]) -> None:
        self._existing = existing
        self._hash_of = hash_of
        self._hashes: dict[str, str] = {}
        self._of_length: defaultdict[int, list[str]] = defaultdict(list)
        for path, stored in existing.items():
            self._of_length[stored.size_bytes].append(path)
        self._delivered: dict[str, str] = {}

    def is_same(self, path: str, image: Accepted) -> bool:
        equal_length = self._existing[path].size_bytes == image.size_bytes
        return equal_length and self._hash(path) == image.sha256

    def replaced_by(self, images: Sequence[Accepted]) -> set[str]:
        """Return the existing paths that get other content from a delivery's images."""
        firsts: dict[str, Accepted] = {}
        for image in images:
            if image.path in self._existing:
                firsts.setdefault(image.path, image)
        return {path for path, image in firsts.items() if not self.is_same(path, image)}

    def same_as(self, image: Accepted, replaced: Collection[str]) -> str | None:
        """Return another path of an image's content: of an image that stays, or one placed."""
        for path in self._of_length[image.size_bytes]:
            stays = path != image.path and path not in replaced
            if stays and self._hash(path) == image.sha256:
                return path
        return self._delivered.get(image.sha256)

    def add(self, image: Accepted) -> None:
        self._delivered.setdefault(image.sha256, image.path)

    def _hash(self, path: str) -> str:
        if path not in self._hashes:
            self._hashes[path] = self._hash_of(path)
        return self._hashes[path]


def _parents(path: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(path).parents][:-1]


def _named_twice(path: str) -> Skipped:
    return Skipped(
        path,
        "named twice",
        f"There are two images '{path}' of different content, of which the first counts. "
        "Rename the other.",
    )


def _name_is_taken(path: str, name: str, other: str) -> Skipped:
    return Skipped(
        path,
        "name is taken",
        f"The category's table names images without folder and ending, and '{name}' is "
        f"'{other}' already. Rename '{path}'.",
    )


def _in_the_way(path: str) -> Skipped:
    return Skipped(
        path,
        "path is taken",
        f"'{path}' cannot be put there: a file has the name of one of its folders, or a folder "
        "has its name. Rename it.",
    )
