"""Fans, gates and rays after cinemas and lift lobbies of the nineteen-twenties."""

from __future__ import annotations

from scripts.demo_data.shapes import (
    around,
    circle,
    group,
    mirrored,
    path,
    petal_data,
    polygon,
    polyline,
    rectangle,
    regular,
    sector_data,
    star_points,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import (
    HEXAGONAL,
    SQUARE,
    Pattern,
    Stamp,
    rectangle_cell,
)


def folded_fans(p: Palette) -> Pattern:
    """Overlapping fans with gilded ribs."""
    ribs = "".join(
        path(sector_data(48, 10, bearing - 5, bearing + 5), fill=p.main if k % 2 else p.second)
        for k, bearing in enumerate(range(-80, 81, 16))
    )
    fan = (
        path(sector_data(50, 0, -90, 90), fill=p.ground)
        + ribs
        + path(sector_data(49.4, 46.2, -90, 90), fill=p.accent)
        + path(sector_data(42, 40.4, -90, 90), fill=p.ground)
        + path(sector_data(12, 0, -90, 90), fill=p.accent)
        + path(sector_data(7, 0, -90, 90), fill=p.ink)
    )
    return Pattern.of(
        "cm",
        rectangle_cell(100, 50),
        p.ground,
        Stamp(fan, (0.0, 0.0), 55),
    )


def peacock_eyes(p: Palette) -> Pattern:
    """Feathers that overlap downwards, each with an eye."""
    feather = (
        path("M0 46C-40 34 -52 4 -50 -8C-50 -42 -26 -50 0 -50C26 -50 50 -42 50 -8C52 4 40 34 0 46Z",
             fill=p.main, stroke=p.accent, stroke_width=2)
        + "".join(
            mirrored(path(f"M0 42C{x} 26 {x * 1.35} 0 {x * 1.1} {y}", fill="none",
                          stroke=p.second, stroke_width=1.5))
            for x, y in ((10, -44), (20, -40), (30, -32), (37, -22))
        )
        + path("M0 34C-22 22 -24 -26 0 -32C24 -26 22 22 0 34Z", fill=p.accent)
        + path("M0 28C-16 18 -18 -19 0 -25C18 -19 16 18 0 28Z", fill=p.ink)
        + circle(9.5, (0, -3), fill=p.ground)
        + circle(5, (0, -1), fill=p.second)
    )  # fmt: skip
    return Pattern.of(
        "cm",
        rectangle_cell(100, 92),
        p.ink,
        Stamp(feather, (0.0, 0.0), 58),
    )


def stepped_gates(p: Palette) -> Pattern:
    """Nested gates with stepped corners, like wrought lift doors."""

    def frame(w: float, h: float, step: float) -> list[tuple[float, float]]:
        quarter = [(w, h - 2 * step), (w - step, h - 2 * step), (w - step, h - step),
                   (w - 2 * step, h - step), (w - 2 * step, h)]  # fmt: skip
        lower_left = [(-x, y) for x, y in reversed(quarter)]
        upper = [(-x, -y) for x, y in quarter + lower_left]
        return quarter + lower_left + upper

    gate = (
        polygon(frame(47, 67, 9), fill=p.main)
        + polygon(frame(42, 62, 8), fill="none", stroke=p.accent, stroke_width=1.5)
        + polygon(frame(33, 53, 8), fill=p.second)
        + polygon(frame(29, 49, 7), fill="none", stroke=p.ink, stroke_width=1.5)
    )
    fan = "".join(
        path(sector_data(25, 5, bearing - 6, bearing + 6), fill=p.accent)
        for bearing in (-68, -34, 0, 34, 68)
    )
    return Pattern.of(
        "pmm",
        rectangle_cell(100, 140),
        p.ground,
        Stamp(gate + around(2, group(fan, at=(0, -12))) + rectangle(-16, -3, 32, 6, fill=p.ink),
              (0.0, 0.0), 84),
        Stamp(polygon(regular(4, 14, 0), fill=p.accent) + polygon(regular(4, 7, 0), fill=p.ink),
              (0.5, 0.5), 16),
    )  # fmt: skip


def skyscrapers(p: Palette) -> Pattern:
    """Setback towers between rising rays."""
    tower = (
        rectangle(-17, -6, 34, 60, fill=p.main)
        + rectangle(-12, -26, 24, 24, fill=p.main)
        + rectangle(-7, -40, 14, 18, fill=p.main)
        + polygon([(-3, -40), (0, -58), (3, -40)], fill=p.accent)
        + "".join(rectangle(x - 1.3, -2, 2.6, 52, fill=p.accent) for x in (-11, -5.5, 0, 5.5, 11))
        + "".join(rectangle(x - 1.1, -22, 2.2, 16, fill=p.accent) for x in (-7, 0, 7))
    )
    rays = "".join(
        path(sector_data(88, 20, b - 4, b + 4, (0.0, 54.0)), fill=p.second)
        for b in (-27, -15, 15, 27)
    ) + "".join(
        path(sector_data(52, 26, b - 6, b + 6, (0.0, 54.0)), fill=p.second)
        for b in (-58, -42, 42, 58)
    )
    base = rectangle(-46, 54, 92, 5, fill=p.accent) + rectangle(-46, 61.5, 92, 2, fill=p.second)
    return Pattern.of(
        "pm",
        rectangle_cell(92, 132),
        p.ground,
        Stamp(rays, (0.0, 0.5), 100),
        Stamp(tower + base, (0.0, 0.5), 82),
        Stamp(path(sector_data(15, 11, -90, 90) + sector_data(7, 0, -90, 90), fill=p.accent),
              (0.5, 0.92), 18),
    )  # fmt: skip


def chevron_rays(p: Palette) -> Pattern:
    """Bold zigzags, gilded on one side, with a bead in every bend."""

    def zigzag(y: float, width: float, colour: str) -> str:
        points = [(-75, y + 34), (-25, y), (25, y + 34), (75, y), (125, y + 34)]
        return polyline(points, stroke=colour, stroke_width=width, stroke_linejoin="miter")

    return Pattern.of(
        "pmg",
        rectangle_cell(100, 120),
        p.ground,
        # The 2-fold points (0, 0) lie half way up a flank of the first zigzag.
        Stamp(zigzag(-17, 17, p.main) + zigzag(-17, 3, p.accent), (0.0, 0.0), 130),
        Stamp(zigzag(-17, 17, p.second) + zigzag(-17, 3, p.ground), (0.0, 0.5), 130),
        Stamp(circle(6.5, fill=p.accent) + circle(2.6, fill=p.ink), (0.25, 0.42), 10),
        Stamp(polygon(regular(4, 9, 0), fill=p.ink) + polygon(regular(4, 4, 0), fill=p.accent),
              (0.25, 0.93), 12),
    )  # fmt: skip


def facet_hexagons(p: Palette) -> Pattern:
    """Cut gems: hexagons with six facets in three tones."""
    gem = "".join(
        polygon([(0, 0), *(pt for pt in (regular(6, 48)[k], regular(6, 48)[(k + 1) % 6]))],
                fill=(p.main, p.second)[k % 2])
        for k in range(6)
    )  # fmt: skip
    return Pattern.of(
        "p31m",
        HEXAGONAL,
        p.ground,
        Stamp(
            polygon(regular(6, 53.5), fill=p.ink)
            + gem
            + polygon(star_points(3, 30, 8, 30), fill=p.accent)
            + polygon(star_points(3, 20, 5.5, 30), fill=p.ink),
            (0.0, 0.0),
            56,
        ),
    )


def quarter_records(p: Palette) -> Pattern:
    """Concentric quarter circles that meet as full and hollow discs."""
    rings = "".join(
        circle(radius, fill=fill)
        for radius, fill in ((49, p.ink), (43, p.main), (35, p.ground), (29, p.second),
                             (19, p.accent), (11, p.ink))
    )  # fmt: skip
    return Pattern.of(
        "p4m",
        SQUARE,
        p.ground,
        Stamp(rings + polygon(star_points(8, 9, 3), fill=p.ground), (0.0, 0.0), 50),
        Stamp(
            polygon([(0, -21), (-5, -5), (-21, 0), (-5, 5), (0, 21), (5, 5), (21, 0), (5, -5)],
                    fill=p.accent)
            + around(4, path(petal_data(10, 5, 8), fill=p.main), 45),
            (0.5, 0.5),
            24,
        ),
    )  # fmt: skip
