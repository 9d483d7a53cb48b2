"""Shoes on heels: pump, mary jane, heeled sandal."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.shoes.curves import (
    GROUND,
    Curve,
    at,
    join,
    moved,
    offset,
    part,
    points,
    spline,
)
from scripts.demo_data.shoes.footwear import Colourway, buckle, collar, opening
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import slab
from scripts.demo_data.svg import shade, tint


def _arch(height: float) -> Curve:
    """The underside of a foot on a heel of the given height, from heel to toe."""
    seat = GROUND - height
    return spline(
        (92, seat), (150, seat + 0.07 * height), (230, GROUND - 0.7 * height),
        (330, GROUND - 0.24 * height), (420, 490), (500, 493), (596, 484),
    )  # fmt: skip


def _above(arch: Curve, *places: tuple[float, float]) -> list[tuple[float, float]]:
    """Points given as x and height above the arch."""
    return [(x, float(np.interp(x, arch[:, 0], arch[:, 1])) - rise) for x, rise in places]


def _heel(sketch: Sketch, way: Colourway, kind: str, height: float) -> None:
    seat = GROUND - height
    if kind == "block":
        back = spline((92, seat - 2), (100, seat + 0.5 * height), (104, GROUND))
        front = spline((188, GROUND), (184, seat + 0.6 * height), (200, seat + 0.2 * height))
    elif kind == "flared":
        back = spline((92, seat - 2), (112, seat + 0.45 * height), (98, GROUND))
        front = spline((178, GROUND), (158, seat + 0.5 * height), (196, seat + 0.2 * height))
    else:
        back = spline((90, seat - 2), (100, seat + 0.35 * height), (112, GROUND))
        front = spline((127, GROUND), (126, seat + 0.6 * height), (142, seat + 0.34 * height),
                       (182, seat + 0.16 * height))  # fmt: skip
    block = join(back, front, points((182, seat - 2)))
    slab(sketch, block, way.sole)
    with sketch.soft(2.5, block):
        sketch.line(moved(part(back, 0.1, 0.9), x=14 if kind == "block" else 7), "#ffffff", 4,
                    0.5 * way.sole.gloss)  # fmt: skip
    tip = points((float(back[-1, 0]), GROUND - 2), (float(front[0, 0]), GROUND - 2))
    sketch.line(tip, way.outsole, 5)


def _thin_sole(sketch: Sketch, way: Colourway, arch: Curve) -> None:
    sketch.line(moved(arch, y=3), way.outsole, 8)
    sketch.line(moved(arch, y=0.5), shade(way.outsole, 0.35), 3)


def pump(
    sketch: Sketch,
    way: Colourway,
    height: float = 150.0,
    heel: str = "stiletto",
    pointed: bool = True,
    cap: bool = False,
    slingback: bool = False,
) -> None:
    """A court shoe cut low to the toes; optionally open at the heel with a strap behind."""
    arch = _arch(height)
    rise = 112.0
    back = spline(*_above(arch, (92, 0), (92, 50)), (100, GROUND - height - rise))
    near = spline((100, GROUND - height - rise),
                  *_above(arch, (160, 78), (250, 54), (340, 48), (410, 56), (446, 70)))  # fmt: skip
    far = spline((100, GROUND - height - rise),
                 *_above(arch, (168, 94), (262, 72), (350, 62), (414, 64), (446, 70)))  # fmt: skip
    if pointed:
        toe = spline(near_end(near), (492, 434), (546, 458), (606, 486))
    else:
        toe = spline(near_end(near), (500, 424), (556, 440), (590, 464), (594, 486))
    bottom = arch[::-1]
    if slingback:
        start = spline(*_above(arch, (250, 0), (232, 30), (214, 66)))
        cut = near[np.searchsorted(near[:, 0], 214) :]
        outline = join(start, cut, toe, bottom[: np.searchsorted(-bottom[:, 0], -250)])
        strap = spline(*_above(arch, (222, 60), (160, 76)), (104, GROUND - height - rise + 26))
        behind = spline(*_above(arch, (240, 74), (168, 92)), (104, GROUND - height - rise + 26))
        sketch.line(behind, shade(way.panel.colour, 0.45), 9)
        far = far[np.searchsorted(far[:, 0], 214) :]
        near = cut
    else:
        outline = join(back, near, toe, bottom)
    _heel(sketch, way, heel, height)
    opening(sketch, far, near, way.lining)
    inner = spline(*_above(arch, (100, 6), (230, 14), (330, 12), (440, 8)))
    if slingback:
        sketch.line(inner, way.lining, 8)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        if cap:
            edge = spline((500, 420), (520, 450), (516, 500))
            sketch.panel(join(edge, points((640, 500), (640, 400))), edge, way.detail)
    lights = [
        (spline((470, 446), (520, 458), (570, 476)), 12.0),
        (spline(*_above(arch, (106, 84), (104, 40))), 9.0),
        (spline(*_above(arch, (220, 30), (300, 28), (390, 34))), 10.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    rim = part(near, 0.0, 0.99)
    collar(sketch, rim, way.panel.colour, 4)
    if slingback:
        sketch.line(moved(strap, y=3), "#05060c", 9, 0.3)
        sketch.line(strap, way.panel.colour, 9)
        sketch.line(moved(strap, y=-2), tint(way.panel.colour, 0.5), 2, 0.5)
        buckle(sketch, *at(strap, 0.35), way.metal, 20, turn=10)
    _thin_sole(sketch, way, arch)


def near_end(near: Curve) -> tuple[float, float]:
    """Where the topline meets the vamp."""
    return float(near[-1, 0]), float(near[-1, 1])


def mary_jane(sketch: Sketch, way: Colourway, height: float = 84.0, straps: int = 1) -> None:
    """A round-toed shoe on a block heel with straps over the instep."""
    arch = _arch(height)
    top = GROUND - height - 108
    back = spline(*_above(arch, (92, 0), (90, 52)), (100, top))
    near = spline((100, top), *_above(arch, (160, 80), (250, 64), (340, 62), (400, 66), (440, 78)))
    far = spline((100, top), *_above(arch, (168, 96), (262, 84), (350, 78), (404, 76), (440, 78)))
    toe = spline(near_end(near), (500, 418), (556, 436), (592, 462), (596, 486))
    outline = join(back, near, toe, arch[::-1])
    _heel(sketch, way, "block", height)
    opening(sketch, far, near, way.lining)
    hoops = []
    for index in range(straps):
        x = 300 - 62 * index
        crown = spline(*_above(arch, (x - 22, 54), (x - 8, 96), (x + 20, 114), (x + 44, 102),
                               (x + 52, 70)))  # fmt: skip
        hoops.append(crown)
        sketch.line(part(crown, 0.45, 1.0), shade(way.panel.colour, 0.5), 17)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        edge = spline((486, 400), (504, 440), (498, 500))
        sketch.panel(join(edge, points((640, 500), (640, 380))), edge, way.detail, way.thread)
        counter = spline(*_above(arch, (150, 110), (176, 60), (180, -20)))
        sketch.panel(join(counter, points((60, 500), (60, 200))), counter, way.detail, way.thread)
    lights = [
        (spline((480, 436), (530, 446), (572, 468)), 13.0),
        (spline(*_above(arch, (106, 84), (104, 40))), 9.0),
        (spline(*_above(arch, (220, 36), (300, 34), (390, 40))), 11.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, part(near, 0, 0.99), way.upper.colour, 5)
    for crown in hoops:
        front = part(crown, 0.0, 0.6)
        sketch.line(moved(front, x=2, y=3), "#05060c", 17, 0.3)
        sketch.line(front, shade(way.panel.colour, 0.25), 17)
        sketch.line(moved(front, x=-1.5), way.panel.colour, 13)
        sketch.line(moved(front, x=-4), tint(way.panel.colour, 0.6), 3, 0.5)
        buckle(sketch, *at(crown, 0.2), way.metal, 26, turn=78)
    _thin_sole(sketch, way, arch)


def heeled_sandal(
    sketch: Sketch, way: Colourway, height: float = 130.0, heel: str = "block", bands: int = 1
) -> None:
    """Straps over toes and ankle, on a heel."""
    arch = _arch(height)
    seat = GROUND - height
    _heel(sketch, way, heel, height)
    ankle = spline((108, seat - 116), (140, seat - 96), (190, seat - 98), (222, seat - 122))
    ankle_far = spline((108, seat - 116), (146, seat - 136), (192, seat - 138), (222, seat - 122))
    sketch.line(ankle_far, shade(way.panel.colour, 0.5), 14)
    footbed = join(moved(arch, y=-9), arch[::-1])
    sketch.line(moved(arch, x=3, y=-12), shade(way.lining, 0.35), 9)
    sketch.fill(footbed, Paint(way.lining, "leather"))
    for index in range(bands):
        x = 478 - 88 * index
        low = float(np.interp(x, arch[:, 0], arch[:, 1])) + 2
        back_edge = spline((x - 34, low - 2), (x - 30, low - 44), (x - 4, low - 76))
        front_edge = spline((x + 44, low - 74), (x + 62, low - 36), (x + 48, low))
        far_edge = spline((x + 44, low - 74), (x + 82, low - 44), (x + 78, low - 10))
        sketch.fill(join(front_edge[::-1], far_edge), Paint(shade(way.upper.colour, 0.7)))
        band = join(back_edge, spline((x - 4, low - 76), (x + 20, low - 84), (x + 44, low - 74)),
                    front_edge)  # fmt: skip
        sketch.fill(band, way.upper)
        light = spline((x - 14, low - 36), (x + 8, low - 64), (x + 34, low - 64))
        sketch.volume(band, way.upper.gloss, [(light, 11)], depth=0.9)
        for edge in (offset(back_edge, -6), offset(front_edge, -6)):
            sketch.stitches(edge, way.thread)
    counter = join(
        spline((100, seat - 126), (122, seat - 118), (138, seat - 70), (196, seat + 8)),
        part(arch, 0.0, 0.22)[::-1],
        spline((92, seat), (84, seat - 56), (100, seat - 126)),
    )
    sketch.fill(counter, way.detail)
    light = spline((104, seat - 90), (104, seat - 40))
    sketch.volume(counter, way.detail.gloss, [(light, 8)])
    sketch.line(moved(ankle, y=4), "#05060c", 14, 0.25)
    sketch.line(ankle, shade(way.panel.colour, 0.25), 14)
    sketch.line(moved(ankle, y=-1.5), way.panel.colour, 10.5)
    sketch.line(moved(ankle, y=-4), tint(way.panel.colour, 0.6), 2.5, 0.5)
    buckle(sketch, 166, seat - 97, way.metal, 24)
    _thin_sole(sketch, way, arch)
