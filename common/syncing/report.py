"""What a sync is about to do, and what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.pipeline import Skipped
from common.vectors.base import GenerationManifest


@dataclass(frozen=True, slots=True)
class Changes:
    """How many records a sync touches, each counted once.

    Attributes:
        added: of new files.
        replaced: of files with another content than before.
        moved: of files that were renamed or moved.
        updated: of files with other metadata only.
        removed: of files that are gone or left out.
        unchanged: that stay as they are.
        kept: that stay although their file could not be read this time.
    """

    added: int = 0
    replaced: int = 0
    moved: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync would do now; nothing was changed to find out.

    Attributes:
        category: the category's name.
        changes: as far as they are known before files are decoded.
        to_embed: number of files whose vector must be made.
        reused: number of vectors that are there already, for records to be written.
        skipped: files to be left out, with reasons, in path order.
        duplicates: groups of files with equal content.
        refusal: why the sync would refuse, empty where it would not.
        rebuild: all vectors are made anew, as the embedder is another.
    """

    category: str
    changes: Changes
    to_embed: int
    reused: int
    skipped: Sequence[Skipped]
    duplicates: Sequence[Sequence[str]]
    refusal: str
    rebuild: bool


@dataclass(frozen=True, slots=True)
class IndexingReport:
    """What became of each file.

    Attributes:
        manifest: of the generation that is current now.
        published: whether it is new; False where nothing had changed.
        changes: from the generation before.
        embedded: number of vectors that were made.
        reused: number of records written with a vector that was there already.
        skipped: files that are not in it, with reasons, in path order.
        duplicates: groups of files with equal content, each in path order.
        seconds: from the first look at the files to the published generation.
    """

    manifest: GenerationManifest
    published: bool
    changes: Changes
    embedded: int
    reused: int
    skipped: Sequence[Skipped]
    duplicates: Sequence[Sequence[str]]
    seconds: float

    @property
    def indexed(self) -> int:
        """Number of images in the generation."""
        return self.manifest.count

    def reasons(self) -> Mapping[str, int]:
        """Return how many files were skipped for each reason, most frequent first."""
        return dict(Counter(skip.reason for skip in self.skipped).most_common())
