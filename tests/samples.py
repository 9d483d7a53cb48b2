"""Small pictures and categories made in code, so that no test needs a download."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from common.assembly import Services, assemble
from common.categories import CategoryManifest, Example, FieldDescription, Source, write_manifest
from common.settings import load_settings

COLOURS = {"crimson": (190, 30, 60), "teal": (20, 130, 130), "amber": (240, 170, 30)}


def picture(colour: str, variant: int, side_px: int = 96, height_px: int | None = None) -> bytes:
    """Return a JPEG of a shape in a colour, a little different for each variant."""
    height = height_px or side_px
    rng = np.random.default_rng([sum(map(ord, colour)), variant])
    noise = rng.integers(215, 256, (height, side_px, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    draw = ImageDraw.Draw(image)
    shift = int(rng.integers(0, side_px // 8))
    box = (side_px // 5 + shift, height // 5, side_px * 3 // 4 + shift, height * 4 // 5)
    match colour:
        case "crimson":
            draw.ellipse(box, fill=COLOURS[colour])
        case "teal":
            draw.rectangle(box, fill=COLOURS[colour])
        case _:
            draw.polygon(
                [(box[0], box[3]), (box[2], box[3]), ((box[0] + box[2]) // 2, box[1])],
                fill=COLOURS[colour],
            )
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90)
    return data.getvalue()


def fill_folder(folder: Path, each: int = 4) -> None:
    """Write ``each`` pictures of every colour, one sub-folder a colour."""
    for colour in COLOURS:
        (folder / colour).mkdir(parents=True, exist_ok=True)
        for variant in range(each):
            (folder / colour / f"{variant}.jpg").write_bytes(picture(colour, variant))


def add_category(root: Path, name: str, title: str, each: int = 4) -> None:
    """Make a category with a metadata table and an example; it is not indexed yet."""
    directory = root / "metric_datasets" / name
    fill_folder(directory / "images", each)
    (directory / "examples").mkdir()
    (directory / "examples" / "1.jpg").write_bytes(picture("crimson", 99, 400))
    with (directory / "meta.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "class", "label", "price", "colours", "note", "page"])
        for label, colour in enumerate(COLOURS):
            for variant in range(each):
                writer.writerow(
                    [
                        f"{colour}/{variant}.jpg",
                        f"{colour} shape",
                        label,
                        10.5 + variant,
                        f"{colour};white",
                        "<script>alert(1)</script> **bold** :red[x]",
                        f"https://example.org/{colour}/{variant}",
                    ]
                )
    write_manifest(
        directory,
        CategoryManifest(
            title=title,
            description="Shapes <i>drawn</i> in code.",
            business_usage="To test with.",
            source=Source(name="Drawn here", url="https://example.org"),
            licence="MIT",
            metadata="meta.csv",
            link_field="page",
            fields={
                "price": FieldDescription(type="number", label="Price", unit="EUR"),
                "colours": FieldDescription(type="list", label="Colours"),
                "page": FieldDescription(type="link"),
            },
            examples=(Example(file="examples/1.jpg", title="A crimson disc"),),
        ),
    )


def make_services(data_dir: Path, **settings: object) -> Services:
    """Return live objects over a data directory, untouched by the machine's settings."""
    base = load_settings(env_file=None)
    # QDRANT_URL selects a server in the contract suite; everything else is tested embedded. So does
    # MINIO_HOST in the tests of buckets.
    local = {"qdrant_url": "", "qdrant_host": "", "type": "LOCAL", "minio_host": ""}
    update = {"data_dir": data_dir, **local, **settings}
    return assemble(base.model_copy(update=update))


def index_all(live: Services) -> None:
    """Index every category."""
    for entry in live.catalog.list():
        live.index(live.catalog.get(entry.name))
