"""Time a whole query in the page's process, split into its stages: ``make bench``.

The query is a JPEG of 2 megapixels, made from each of the category's example pictures, against the
category as it is indexed now.
"""

from __future__ import annotations

import argparse
import io
import sys

import numpy as np
from PIL import Image, ImageOps

from common.assembly import assemble
from common.errors import IndexingError
from common.search import SearchOptions
from common.settings import load_settings
from scripts.terminal import exit_status

SIZE_PX = (1632, 1224)  # 2.0 megapixels
WARM_UP = 5


def main() -> None:
    """Print p50 and p95 of each stage in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--category", default="tiles")
    parser.add_argument("--repeats", type=int, default=200)
    arguments = parser.parse_args()
    live = assemble(load_settings())
    category = live.catalog.get(arguments.category)
    if not category.manifest.examples:
        raise IndexingError(f"Category '{category.name}' has no example", "Choose another")
    queries = [
        _photo(live.pictures.example(category.name, example.file))
        for example in category.manifest.examples
    ]
    stages: dict[str, list[float]] = {}
    for i in range(WARM_UP + arguments.repeats):
        answer = live.search.by_image(category.name, queries[i % len(queries)], SearchOptions(k=9))
        if i >= WARM_UP:
            for stage, seconds in answer.seconds.items():
                stages.setdefault(stage, []).append(seconds * 1000)
            stages.setdefault("total", []).append(sum(answer.seconds.values()) * 1000)
    manifest = live.search.manifest(category.name)
    print(
        f"Query of a 2-megapixel JPEG ({len(queries[0]) / 1e6:.1f} MB) against '{category.name}' "
        f"({manifest.count} pictures, {manifest.spec.embedder}), {arguments.repeats} times, ms:"
    )
    print(f"{'stage':>8} {'p50':>8} {'p95':>8}")
    for stage, values in stages.items():
        print(f"{stage:>8} {np.percentile(values, 50):8.1f} {np.percentile(values, 95):8.1f}")


def _photo(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        photo = ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), SIZE_PX)
    target = io.BytesIO()
    photo.save(target, "JPEG", quality=90)
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(exit_status(main))
