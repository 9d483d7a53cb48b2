"""Animals from circles, arcs and facets. Every mark fits a square of 200 units."""

from __future__ import annotations

from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import (
    arc_data,
    around,
    circle,
    group,
    lens_data,
    mirrored,
    path,
    petal_data,
    polygon,
    regular,
    sector_data,
    star_points,
)


def fox(c: Scheme) -> str:
    """A head of seven facets."""
    return (
        polygon([(-84, -80), (-26, -36), (26, -36), (84, -80), (70, 12), (0, 86), (-70, 12)],
                fill=c.main)
        + mirrored(polygon([(-70, 12), (-24, 12), (0, 86)], fill=c.second))
        + mirrored(polygon([(-72, -56), (-42, -34), (-62, -6)], fill=c.accent))
        + mirrored(polygon([(-40, -4), (-14, 10), (-34, 10)], fill=c.accent))
        + polygon([(-13, 68), (13, 68), (0, 88)], fill=c.accent)
    )  # fmt: skip


def whale(c: Scheme) -> str:
    """A round-headed whale with a pleated throat."""
    body = (
        "M-96 8C-96 -44 -54 -60 -16 -56C26 -52 34 -12 70 -16C66 24 34 62 -24 62"
        "C-66 62 -96 46 -96 8Z"
    )
    belly = "M-96 8C-84 30 -48 36 -10 32C18 29 38 22 54 10C40 42 14 62 -24 62C-66 62 -96 46 -96 8Z"
    pleats = "M-78 28C-70 44 -58 52 -46 57M-54 34C-46 46 -36 54 -24 59M-28 35C-20 46 -12 52 0 55"
    tail = path(petal_data(46, 24), fill=c.main)
    return (
        group(tail, at=(68, -14), turn=-18)
        + group(tail, at=(68, -14), turn=62)
        + path(body, fill=c.main)
        + path(belly, fill=c.second)
        + path(pleats, fill="none", stroke=c.field, stroke_width=3.5, stroke_linecap="round")
        + circle(5.5, (-62, -4), fill=c.field)
        + path("M-30 -64C-30 -84 -44 -90 -54 -84M-30 -64C-30 -84 -16 -90 -6 -84", fill="none",
               stroke=c.accent, stroke_width=7, stroke_linecap="round")
    )  # fmt: skip


def owl(c: Scheme) -> str:
    """An owl of nested circles."""
    eye = (
        circle(33, (-34, -24), fill=c.field)
        + circle(22, (-34, -24), fill=c.second)
        + circle(11, (-34, -24), fill=c.main)
        + circle(4, (-30, -28), fill=c.field)
    )
    feathers = "".join(
        path(sector_data(12, 0, 90, 270, (x, y)), fill=c.second)
        for y, row in ((30, (-24, 0, 24)), (48, (-12, 12)), (66, (0,)))
        for x in row
    )
    return (
        path("M-76 -92C-48 -66 48 -66 76 -92V14A76 76 0 0 1 -76 14Z", fill=c.main)
        + feathers
        + mirrored(eye)
        + polygon([(0, -16), (13, 2), (0, 22), (-13, 2)], fill=c.accent)
    )


def heron(c: Scheme) -> str:
    """A heron at dawn, neck and legs in one line."""
    neck = "M18 34C-24 24 -26 -6 -2 -20C18 -32 16 -58 -8 -60"
    return (
        circle(46, (36, -36), fill=c.second)
        + path("M-2 40C6 10 50 4 84 44C58 62 14 64 -2 40Z", fill=c.main)
        + path(neck, fill="none", stroke=c.main, stroke_width=13, stroke_linecap="round")
        + polygon([(-4, -70), (-74, -56), (-6, -51)], fill=c.accent)
        + path("M22 56V100M40 54V100", stroke=c.main, stroke_width=4.5)
        + path("M4 100H60", stroke=c.accent, stroke_width=4.5, stroke_linecap="round")
        + circle(3.2, (-9, -62), fill=c.field)
    )


def bee(c: Scheme) -> str:
    """A bee: a striped drop between two pairs of wings."""
    wing = path(petal_data(74, 40), fill=c.second)
    small = path(petal_data(50, 28), fill=c.second)
    bands = "".join(
        path(
            f"M-{x} {y}Q0 {y + 12} {x} {y}L{x2} {y + 15}Q0 {y + 27} -{x2} {y + 15}Z", fill=c.accent
        )
        for y, x, x2 in ((-2, 39, 40), (28, 38, 34), (57, 25, 15))
    )
    return (
        mirrored(group(wing, at=(14, -16), turn=62) + group(small, at=(14, -2), turn=102))
        + path("M0 -34C30 -34 40 -10 40 8C40 46 20 76 0 92C-20 76 -40 46 -40 8"
               "C-40 -10 -30 -34 0 -34Z",
               fill=c.main)
        + bands
        + circle(25, (0, -48), fill=c.accent)
        + mirrored(path("M8 -68C10 -84 20 -92 30 -92", fill="none", stroke=c.accent,
                        stroke_width=5, stroke_linecap="round"))
        + mirrored(circle(5, (11, -50), fill=c.main))
    )  # fmt: skip


def elephant(c: Scheme) -> str:
    """Ears, forehead and a trunk that curls."""
    return (
        mirrored(path(sector_data(58, 0, -14, 194, (30, -20)), fill=c.second))
        + path("M-44 -40C-44 -92 44 -92 44 -40C44 0 22 10 20 40C18 62 24 72 40 70V92"
               "C6 96 -14 78 -14 44"
               "C-14 14 -44 4 -44 -40Z", fill=c.main)
        + mirrored(circle(5.5, (20, -32), fill=c.field))
        + mirrored(path("M27 8C30 26 36 36 48 42C48 28 44 12 36 0Z", fill=c.accent))
        + path("M-10 44H14M-8 56H14M-4 68H18", stroke=c.field, stroke_width=3)
    )  # fmt: skip


def sleeping_cat(c: Scheme) -> str:
    """A cat curled up into a disc."""
    return (
        circle(88, fill=c.main)
        + path("M-58 30C-50 72 40 84 62 22", fill="none", stroke=c.field, stroke_width=9,
               stroke_linecap="round")
        + polygon([(-66, -20), (-66, -72), (-22, -52)], fill=c.main)
        + circle(42, (-32, -8), fill=c.second)
        + polygon([(-72, -18), (-72, -58), (-44, -46)], fill=c.second)
        + polygon([(8, -18), (8, -58), (-20, -46)], fill=c.second)
        + path("M-52 -8q8 8 16 0M-28 -8q8 8 16 0", fill="none", stroke=c.field, stroke_width=4.5,
               stroke_linecap="round")
        + path("M-37 8H-27L-32 15Z", fill=c.accent)
    )  # fmt: skip


def leaping_fish(c: Scheme) -> str:
    """A fish of two arcs with scalloped scales."""
    scales = "".join(
        path(arc_data(13, 180, 360, (x, y)), fill="none", stroke=c.field, stroke_width=4.5)
        for x, rows in ((-18, (-22, 0, 22)), (6, (-11, 11)), (28, (0,)))
        for y in rows
    )
    fish = (
        group(path(lens_data(150, 92, -75), fill=c.main), turn=90, at=(-18, 0))
        + path("M48 0L98 -44C88 -14 88 14 98 44Z", fill=c.second)
        + path(sector_data(60, 52, 60, 120, (-96, 0)), fill=c.field)
        + circle(7, (-62, -8), fill=c.field)
        + circle(3, (-62, -8), fill=c.accent)
        + group(scales, at=(8, 0))
    )
    return group(fish, turn=-24)


def snail(c: Scheme) -> str:
    """A shell of half circles on a gliding foot."""
    whorl = "".join(
        circle(radius, (x, -4), fill=fill)
        for radius, x, fill in ((58, 14, c.main), (45, 22, c.field), (36, 17, c.second),
                                (24, 24, c.field), (15, 20, c.main))
    )  # fmt: skip
    return (
        path("M-92 -30C-94 20 -74 66 -20 66H94C84 44 60 44 30 44H-30C-54 44 -62 10 -62 -26Z",
             fill=c.accent)
        + whorl
        + path("M-84 -28L-98 -66M-72 -28L-66 -68", stroke=c.accent, stroke_width=6,
               stroke_linecap="round")
        + circle(6, (-98, -66), fill=c.accent)
        + circle(6, (-66, -68), fill=c.accent)
    )  # fmt: skip


def swan(c: Scheme) -> str:
    """A swan with a wing of three feathers."""
    feathers = "".join(
        group(path(petal_data(length, 40, 0, 0.6), fill=fill), at=(-32, 52), turn=turn)
        for turn, length, fill in ((88, 116, c.second), (66, 112, c.main), (44, 96, c.second))
    )
    return (
        feathers
        + path("M-84 84C-96 40 -30 30 -22 -4C-16 -30 -40 -44 -54 -30", fill="none", stroke=c.main,
               stroke_width=17, stroke_linecap="round")
        + path("M-90 52C-70 92 30 96 84 58C74 92 40 96 0 96C-50 96 -84 90 -90 52Z", fill=c.main)
        + polygon([(-60, -38), (-92, -20), (-54, -20)], fill=c.accent)
    )  # fmt: skip


def stag(c: Scheme) -> str:
    """Antlers in one line above a narrow head."""
    antler = "M10 -2C14 -30 54 -34 58 -90M34 -32C34 -50 28 -62 20 -72M48 -46C66 -50 80 -62 84 -76"
    return (
        mirrored(path(antler, fill="none", stroke=c.main, stroke_width=9, stroke_linecap="round"))
        + path("M-24 0C-24 -14 24 -14 24 0L14 74C12 96 -12 96 -14 74Z", fill=c.main)
        + mirrored(path("M24 2C44 -8 62 -4 70 6C54 22 36 22 24 18Z", fill=c.second))
        + path("M-11 74C-11 90 11 90 11 74C8 68 -8 68 -11 74Z", fill=c.accent)
        + mirrored(polygon([(6, 22), (16, 18), (14, 28)], fill=c.field))
    )


def turtle(c: Scheme) -> str:
    """A turtle from above: a shell of hexagons."""
    scutes = polygon(regular(6, 26), fill=c.second) + around(
        6, polygon([(-13, -29), (13, -29), (22, -50), (-22, -50)], fill=c.second), 30
    )
    fin = path(petal_data(52, 34), fill=c.accent)
    return (
        mirrored(group(fin, at=(40, -34), turn=62) + group(fin, at=(38, 36), turn=128, scale=0.8))
        + path(petal_data(46, 38, 46, 0.6), fill=c.accent)
        + polygon([(-8, 56), (8, 56), (0, 88)], fill=c.accent)
        + path("M0 -66C44 -66 62 -30 62 2C62 44 34 68 0 68C-34 68 -62 44 -62 2"
               "C-62 -30 -44 -66 0 -66Z",
               fill=c.main)
        + scutes
    )  # fmt: skip


def hedgehog(c: Scheme) -> str:
    """A half disc of spines."""
    spines = polygon(
        [point for k, point in enumerate(star_points(15, 90, 66, 6)) if point[1] < 50], fill=c.main
    )
    return (
        spines
        + circle(62, (0, 0), fill=c.second)
        + path("M-30 -34C-70 -20 -84 10 -98 36C-86 50 -70 52 -50 52H10C20 0 0 -30 -30 -34Z",
               fill=c.accent)
        + circle(8, (-94, 36), fill=c.main)
        + circle(6, (-52, 12), fill=c.main)
        + path("M-70 54H66", stroke=c.main, stroke_width=10, stroke_linecap="round")
    )  # fmt: skip


def ladybird(c: Scheme) -> str:
    """Wing cases opening over a dark body."""
    case = path(sector_data(78, 0, 0, 180), fill=c.main) + "".join(
        circle(radius, xy, fill=c.second)
        for radius, xy in ((13, (34, -30)), (15, (40, 14)), (10, (18, 48)))
    )
    return (
        path(sector_data(46, 0, -90, 90, (0.0, -46.0)), fill=c.second)
        + mirrored(path("M18 -86C22 -98 32 -102 40 -100", fill="none", stroke=c.second,
                        stroke_width=5, stroke_linecap="round"))
        + mirrored(circle(7, (19, -64), fill=c.field))
        + mirrored(group(case, turn=-7, at=(3, 10)))
    )  # fmt: skip
