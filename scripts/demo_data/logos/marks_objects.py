"""Things: vessels, tools and buildings. Every mark fits a square of 200 units."""

from __future__ import annotations

from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import (
    arc_data,
    around,
    circle,
    group,
    mirrored,
    path,
    petal_data,
    polygon,
    rectangle,
    ring_data,
    star_points,
)


def key(c: Scheme) -> str:
    """A key whose bow is a clover."""
    bow = around(3, circle(27, (0, -28), fill=c.main), 0, (0, -42)) + around(
        3, circle(12, (0, -29), fill=c.field), 0, (0, -42)
    )
    return group(
        rectangle(-8, -44, 16, 140, 4, fill=c.main)
        + rectangle(6, 48, 34, 15, 2, fill=c.second)
        + rectangle(6, 74, 24, 15, 2, fill=c.second)
        + bow
        + circle(9, (0, -42), fill=c.accent),
        turn=35,
    )


def lighthouse(c: Scheme) -> str:
    """A striped tower and its two beams."""

    def course(top: float, bottom: float, fill: str) -> str:
        half_top, half_bottom = 17 + (top + 42) * 0.115, 17 + (bottom + 42) * 0.115
        return polygon([(-half_top, top), (half_top, top), (half_bottom, bottom),
                        (-half_bottom, bottom)], fill=fill)  # fmt: skip

    edges = (-42, -14, 14, 42, 70)
    tower = "".join(
        course(top, bottom, fill)
        for top, bottom, fill in zip(edges[:-1], edges[1:], (c.main, c.second) * 2, strict=True)
    )
    return (
        mirrored(polygon([(12, -62), (98, -92), (98, -36)], fill=c.accent))
        + tower
        + rectangle(-25, -50, 50, 8, 2, fill=c.main)
        + rectangle(-12, -74, 24, 24, fill=c.accent)
        + path("M-17 -74A17 17 0 0 1 17 -74Z", fill=c.main)
        + path("M-74 84q18.5 -16 37 0t37 0t37 0t37 0", fill="none", stroke=c.main, stroke_width=8)
    )


def teapot(c: Scheme) -> str:
    """A round pot with a curl of steam."""
    return (
        path(arc_data(36, 20, 160, (50, 14)), fill="none", stroke=c.main, stroke_width=12)
        + path("M-46 30C-78 30 -70 -14 -98 -20L-92 -34C-56 -28 -66 2 -36 0Z", fill=c.main)
        + circle(58, (0, 22), fill=c.main)
        + path("M-46 -6A60 60 0 0 1 46 -6Z", fill=c.second)
        + circle(9, (0, -44), fill=c.second)
        + rectangle(-34, 76, 68, 11, 5, fill=c.second)
        + path("M-10 -62C-22 -74 4 -80 -8 -96M14 -62C2 -74 28 -80 16 -96", fill="none",
               stroke=c.accent, stroke_width=6, stroke_linecap="round")
        + path(arc_data(42, 205, 265, (0, 22)), fill="none", stroke=c.field, stroke_width=6,
               stroke_linecap="round")
    )  # fmt: skip


def anchor(c: Scheme) -> str:
    """An anchor with a rope."""
    return (
        path("M0 -52V84M-34 -34H34", stroke=c.main, stroke_width=14, stroke_linecap="round")
        + path("M-72 22C-68 66 -30 86 0 86C30 86 68 66 72 22", fill="none", stroke=c.main,
               stroke_width=15)
        + mirrored(polygon([(48, 30), (94, 30), (76, -4)], fill=c.main))
        + circle(18, (0, -72), fill="none", stroke=c.main, stroke_width=10)
        + path("M14 -66C56 -60 52 -20 4 -4C-40 12 -40 40 2 48C36 54 42 74 26 96", fill="none",
               stroke=c.field, stroke_width=16)
        + path("M14 -66C56 -60 52 -20 4 -4C-40 12 -40 40 2 48C36 54 42 74 26 96", fill="none",
               stroke=c.second, stroke_width=8, stroke_linecap="round")
    )  # fmt: skip


def rocket(c: Scheme) -> str:
    """A rocket leaving a trail of three flames."""
    return group(
        path("M0 -98C34 -66 40 -22 28 36H-28C-40 -22 -34 -66 0 -98Z", fill=c.main)
        + path("M0 -98C18 -82 28 -64 32 -46H-32C-28 -64 -18 -82 0 -98Z", fill=c.second)
        + mirrored(path("M30 -2C54 14 60 36 54 62L26 38Z", fill=c.second))
        + circle(15, (0, -18), fill=c.field)
        + circle(8, (0, -18), fill=c.accent)
        + path(petal_data(52, 26), fill=c.accent, transform="translate(0 42) rotate(180)")
        + mirrored(path(petal_data(32, 17), fill=c.second,
                        transform="translate(19 44) rotate(170)")),
        turn=32,
    )  # fmt: skip


def compass(c: Scheme) -> str:
    """A needle, half light and half dark."""
    return (
        path(ring_data(94, 80), fill=c.main, fill_rule="evenodd")
        + around(4, rectangle(-3.5, -76, 7, 16, fill=c.main))
        + around(4, circle(4, (0, -66), fill=c.second), 45)
        + group(
            polygon([(0, -66), (17, 0), (0, 0)], fill=c.accent)
            + polygon([(0, -66), (-17, 0), (0, 0)], fill=c.second)
            + polygon([(0, 66), (17, 0), (0, 0)], fill=c.main)
            + polygon([(0, 66), (-17, 0), (0, 0)], fill=c.main, fill_opacity=0.7)
            + circle(7, fill=c.field),
            turn=38,
        )
    )


def quartered_shield(c: Scheme) -> str:
    """Arms with a chevron and three stars."""
    outline = "M-76 -86H76V2C76 50 40 80 0 96C-40 80 -76 50 -76 2Z"
    stars = "".join(polygon([(x + dx, y + dy) for dx, dy in star_points(5, 19, 7.6)], fill=c.accent)
                    for x, y in ((-38, -54), (38, -54), (0, 54)))  # fmt: skip
    return (
        path(outline, fill=c.main)
        + path("M-76 14L0 -50L76 14V2C76 18 72 32 66 44L0 -8L-66 44C-72 32 -76 18 -76 2Z",
               fill=c.second)
        + stars
        + group(path(outline, fill="none", stroke=c.field, stroke_width=4), scale=0.88)
    )  # fmt: skip


def balloon(c: Scheme) -> str:
    """A hot-air balloon in gores."""
    return (
        path("M0 -98C58 -98 84 -56 78 -14C74 20 40 40 26 58H-26C-40 40 -74 20 -78 -14"
             "C-84 -56 -58 -98 0 -98Z", fill=c.main)
        + mirrored(path("M0 -98C46 -90 60 -50 54 -10C50 18 34 38 22 58H11C20 36 26 16 28 -14"
                        "C30 -50 22 -84 0 -98Z", fill=c.second))
        + path("M0 -98C12 -80 14 -20 5 58H-5C-14 -20 -12 -80 0 -98Z", fill=c.accent)
        + mirrored(path("M20 62L13 78", stroke=c.main, stroke_width=4))
        + path("M-18 76H18L14 98H-14Z", fill=c.accent)
    )  # fmt: skip


def umbrella(c: Scheme) -> str:
    """A scalloped canopy."""
    return (
        path("M0 0V66A19 19 0 0 1 -38 66", fill="none", stroke=c.accent, stroke_width=9,
             stroke_linecap="round")
        + path("M-94 12A94 94 0 0 1 94 12A31.4 31.4 0 0 0 31.4 12A31.4 31.4 0 0 0 -31.4 12"
               "A31.4 31.4 0 0 0 -94 12Z", fill=c.main)
        + path("M0 -82C24 -60 31 -24 31.4 12A31.4 31.4 0 0 0 -31.4 12C-31 -24 -24 -60 0 -82Z",
               fill=c.second)
        + path("M0 -80V-96", stroke=c.accent, stroke_width=8, stroke_linecap="round")
    )  # fmt: skip


def sailing_boat(c: Scheme) -> str:
    """Two sails of quarter discs."""
    return (
        path("M-4 -92V34H-76C-76 -20 -44 -70 -4 -92Z", fill=c.main)
        + path("M8 -62C40 -40 62 -6 66 34H8Z", fill=c.second)
        + path("M-88 46H88C80 72 58 84 30 84H-40C-66 84 -82 70 -88 46Z", fill=c.accent)
        + path("M-60 96H66", stroke=c.main, stroke_width=6, stroke_linecap="round")
    )


def kite(c: Scheme) -> str:
    """A kite in four colours with a tail of bows."""
    bow = mirrored(polygon([(0, 0), (15, -9), (15, 9)], fill=c.main))
    return group(
        polygon([(0, -96), (0, -26), (-56, -26)], fill=c.main)
        + polygon([(0, -96), (0, -26), (56, -26)], fill=c.second)
        + polygon([(0, 46), (0, -26), (-56, -26)], fill=c.accent)
        + polygon([(0, 46), (0, -26), (56, -26)], fill=c.main)
        + path("M0 46C20 60 -22 74 0 88C10 94 12 100 8 106", fill="none", stroke=c.second,
               stroke_width=4)
        + group(bow, at=(2, 62), turn=20)
        + group(bow, at=(-2, 86), turn=-16),
        turn=28,
    )  # fmt: skip


def hourglass(c: Scheme) -> str:
    """Sand that has half run through."""
    return (
        rectangle(-66, -94, 132, 17, 6, fill=c.main)
        + rectangle(-66, 77, 132, 17, 6, fill=c.main)
        + path("M-52 -72H52C52 -30 8 -20 8 0C8 20 52 30 52 72H-52C-52 30 -8 20 -8 0"
               "C-8 -20 -52 -30 -52 -72Z",
               fill=c.second)
        + path("M-40 -40H40C28 -20 4 -16 0 4C-4 -16 -28 -20 -40 -40Z", fill=c.accent)
        + path("M-45 66C-32 30 32 30 45 66Z", fill=c.accent)
        + rectangle(-2, 0, 4, 44, fill=c.accent)
    )  # fmt: skip


def tent(c: Scheme) -> str:
    """A tent under one star."""
    return (
        polygon([(0, -40), (-94, 74), (94, 74)], fill=c.main)
        + polygon([(0, -40), (94, 74), (46, 74)], fill=c.second)
        + polygon([(0, -2), (-30, 74), (30, 74)], fill=c.field)
        + polygon([(0, -2), (30, 74), (12, 74)], fill=c.accent)
        + path("M0 -40L-14 -60M0 -40L14 -60", stroke=c.main, stroke_width=7, stroke_linecap="round")
        + polygon([(x + 52, y - 66) for x, y in star_points(4, 24, 7)], fill=c.accent)
        + path("M-98 86H98", stroke=c.main, stroke_width=7, stroke_linecap="round")
    )


def windmill(c: Scheme) -> str:
    """Lattice sails before a tapering tower."""
    sail = polygon([(3, -8), (3, -80), (26, -80), (26, -18)], fill=c.second) + path(
        "M0 0V-84", stroke=c.main, stroke_width=6
    )
    bars = path("M3 -34H26M3 -57H26M14.5 -20V-80", stroke=c.field, stroke_width=2.5)
    return (
        polygon([(-26, -12), (26, -12), (44, 96), (-44, 96)], fill=c.main)
        + path("M-30 -10C-26 -42 26 -42 30 -10Z", fill=c.main)
        + path("M-12 96V72A12 12 0 0 1 12 72V96Z", fill=c.field)
        + group(around(4, sail + bars), at=(0, -14), turn=22)
        + circle(9, (0, -14), fill=c.accent)
    )


def bicycle(c: Scheme) -> str:
    """Two wheels and as few lines as will ride."""
    wheel = path(ring_data(42, 32), fill_rule="evenodd")
    return (
        group(wheel, fill=c.main, at=(-54, 30))
        + group(wheel, fill=c.main, at=(54, 30))
        + path("M-54 30L-26 -26H34L2 30ZM2 30L-32 -44M54 30L30 -54H48", fill="none",
               stroke=c.second, stroke_width=9, stroke_linejoin="round", stroke_linecap="round")
        + path("M-46 -48H-20", stroke=c.accent, stroke_width=11, stroke_linecap="round")
        + circle(10, (2, 30), fill=c.accent)
    )  # fmt: skip


def open_book(c: Scheme) -> str:
    """Pages that open like wings."""
    return (
        mirrored(path("M5 78C20 52 56 46 96 56V-34C56 -46 20 -38 5 -12Z", fill=c.main))
        + mirrored(path("M5 -24C16 -46 46 -56 84 -48V-62C50 -74 16 -66 5 -42Z", fill=c.second))
        + mirrored(path("M5 -56C12 -70 34 -82 66 -76V-88C40 -98 14 -92 5 -74Z", fill=c.accent))
        + mirrored(path("M22 8C38 -6 58 -8 78 -4M22 34C38 20 58 18 78 22", fill="none",
                        stroke=c.field, stroke_width=5, stroke_linecap="round"))
    )  # fmt: skip


def coffee_bean(c: Scheme) -> str:
    """Two halves that part along a wave."""
    left = (
        "M-14 -92C-62 -84 -76 -36 -72 4C-68 50 -40 90 6 94C-30 60 20 30 4 -10"
        "C-6 -36 -30 -56 -14 -92Z"
    )
    return group(path(left, fill=c.main) + group(path(left, fill=c.second), turn=180), turn=28)
