"""Wordmarks: names that need no sign beside them. Every mark is about 200 units wide."""

from __future__ import annotations

from scripts.demo_data.logos.lettering import Hand, fitted
from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import circle, group, path, polygon, rectangle, sector_data


def wheels(c: Scheme) -> str:
    """A word that rides on two wheels."""
    wheel = circle(24, fill="none", stroke=c.second, stroke_width=11) + circle(5, fill=c.accent)
    return (
        group(fitted("tandalo", 196, c.main, Hand(19, 26, rounded=True)), at=(0, -28))
        + path("M-56 44H56", stroke=c.accent, stroke_width=9)
        + group(wheel, at=(-62, 44))
        + group(wheel, at=(62, 44))
    )


def halo(c: Scheme) -> str:
    """Heavy small letters under a rising half disc."""
    rays = "".join(
        path(sector_data(68, 52, bearing - 7, bearing + 7), fill=c.accent)
        for bearing in (-72, -36, 0, 36, 72)
    )
    return (
        group(path(sector_data(42, 0, -90, 90), fill=c.second) + rays, at=(0, -8))
        + group(fitted("solumo", 196, c.main, Hand(23, 30)), at=(0, 16))
        + rectangle(-98, 62, 196, 8, 4, fill=c.accent)
    )


def marquee(c: Scheme) -> str:
    """Capitals between rows of bulbs."""
    bulbs = "".join(
        circle(4.6, (-91 + 14 * k, y), fill=c.accent) for k in range(14) for y in (-50, 50)
    )
    return (
        rectangle(-100, -64, 200, 128, 14, fill=c.second)
        + bulbs
        + fitted("REVUA", 168, c.main, Hand(26, 46))
        + path("M-84 -36H84M-84 36H84", stroke=c.main, stroke_width=3)
    )


def full_stop(c: Scheme) -> str:
    """Small letters, very heavy, and one square dot."""
    return (
        group(fitted("kubro", 168, c.main, Hand(30, 40)), at=(-16, -10))
        + rectangle(77, 1, 22, 22, fill=c.accent)
        + rectangle(-100, 46, 199, 13, fill=c.second)
    )


def prism(c: Scheme) -> str:
    """Thin capitals under a split triangle."""
    return (
        polygon([(0, -92), (0, 12), (-60, 12)], fill=c.second)
        + polygon([(0, -92), (0, 12), (60, 12)], fill=c.accent)
        + polygon([(0, -46), (26, 12), (-26, 12)], fill=c.main)
        + group(fitted("LYRISMA", 180, c.main, Hand(13, 50)), at=(0, 50))
        + rectangle(-34, 82, 68, 5, fill=c.accent)
    )
