"""Show every file of the zoo to the decoder, and hold one photo in eight ways: ``make bench``."""

from __future__ import annotations

import sys
import time
from collections import Counter

from common.assembly import assemble
from common.embedding.base import Embedder, embed
from common.errors import ImageError
from common.images import ImageLimits, decode
from common.settings import load_settings
from scripts.terminal import exit_status
from scripts.zoo import hostile_files, oriented, scene

PHOTO_PX = (1632, 1224)  # 2.0 megapixels


def main() -> None:
    """Print how many files were taken or refused as they must be, and how alike the turns are."""
    live = assemble(load_settings())
    _show_zoo(live.limits)
    embedder = live.embedders.get(live.settings.embedder)
    similarity = orientation_similarity(embedder, live.limits)
    print(
        f"All 8 EXIF orientations of a photo, embedded by {embedder.card.name}: "
        f"least cosine between two {similarity:.4f}"
    )


def _show_zoo(limits: ImageLimits) -> None:
    zoo = hostile_files()
    outcomes: Counter[str] = Counter()
    as_expected = 0
    slowest_seconds, slowest = 0.0, ""
    for file in zoo:
        start = time.perf_counter()
        try:
            decode(file.data, limits)
            outcome: object = "accepted"
        except ImageError as error:
            outcome = type(error)
        slowest_seconds, slowest = max(
            (slowest_seconds, slowest), (time.perf_counter() - start, file.name)
        )
        as_expected += outcome == file.expected
        outcomes[outcome.__name__ if isinstance(outcome, type) else "accepted"] += 1
    print(f"{len(zoo)} odd and hostile files, {as_expected} as expected:")
    for name, count in outcomes.most_common():
        print(f"{name:>17} {count:4}")
    print(f"Slowest: {slowest}, {slowest_seconds * 1000:.0f} ms")


def orientation_similarity(embedder: Embedder, limits: ImageLimits) -> float:
    """Return the least cosine between the vectors of one photo, stored in all 8 orientations."""
    side = embedder.card.preprocessing.size_px
    photos = [
        decode(oriented(scene(*PHOTO_PX), "JPEG", orientation), limits, minimum_side_px=side)
        for orientation in range(1, 9)
    ]
    rows = embed(embedder, photos)
    return float((rows @ rows.T).min())


if __name__ == "__main__":
    sys.exit(exit_status(main))
