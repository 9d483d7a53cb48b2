"""What became of a delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.pipeline import Skipped


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of the files of a delivery, before indexing.

    Attributes:
        added: paths of images that are new.
        replaced: paths of images that took the place of others.
        unchanged: paths of images that were there already.
        duplicates: paths of images with that of another of equal content; whether they were placed
            all the same was for whoever handed them in to say.
        skipped: files, and addresses, that were not taken, with their reasons.
    """

    added: Sequence[str]
    replaced: Sequence[str]
    unchanged: Sequence[str]
    duplicates: Sequence[tuple[str, str]]
    skipped: Sequence[Skipped]

    def reasons(self) -> Mapping[str, int]:
        """Return how many files were skipped for each reason, the most frequent first."""
        return dict(Counter(skip.reason for skip in self.skipped).most_common())
