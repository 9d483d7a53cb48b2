"""Open shoes on a shaped footbed: strap sandal, slide, fisherman sandal."""

from __future__ import annotations

from scripts.demo_data.shoes.curves import GROUND, Curve, join, moved, offset, part, points, spline
from scripts.demo_data.shoes.footwear import Colourway, buckle, cord
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import grooves, slab
from scripts.demo_data.svg import shade


def _footbed(sketch: Sketch, way: Colourway, height: float) -> None:
    """A shaped insole with a raised heel and toe, on a thin rubber sole."""
    top_y = GROUND - height
    top = spline((76, top_y - 14), (150, top_y - 6), (250, top_y - 16), (350, top_y - 2),
                 (470, top_y + 4), (592, top_y - 6))  # fmt: skip
    bottom = spline((84, GROUND), (300, GROUND), (540, GROUND), (594, GROUND - 14))
    sole = join(top, spline((592, top_y - 6), (606, top_y + 12), (594, GROUND - 14)), bottom[::-1],
                spline((84, GROUND), (68, GROUND - 20), (76, top_y - 14)))  # fmt: skip
    sketch.line(moved(part(top, 0.02, 0.98), y=-6), shade(way.lining, 0.3), 10)
    sketch.line(moved(part(top, 0.02, 0.98), y=-3), way.lining, 7)
    slab(sketch, sole, way.sole)
    with sketch.within(sole):
        sketch.fill(join(moved(bottom, y=-13), points((620, 520), (60, 520))),
                    Paint(way.outsole, "rubber"))  # fmt: skip
    grooves(
        sketch,
        moved(part(bottom, 0.02, 0.95), y=-13),
        moved(part(bottom, 0.02, 0.95), y=2),
        30,
        way.outsole,
    )


def _arched_band(sketch: Sketch, paint: Paint, thread: str, left: float, right: float, rise: float,
                 foot: float) -> Curve:  # fmt: skip
    """A broad strap over the foot, seen from its side; returns its outline."""
    middle = (left + right) / 2
    crest = foot - rise
    band = join(
        spline(
            (left, foot),
            (left + 4, foot - 0.55 * rise),
            (middle - 44, crest + 10),
            (middle + 6, crest - 4),
        ),
        spline((middle + 6, crest - 4), (middle + 50, crest + 8), (right + 6, foot - 0.4 * rise)),
        spline((right + 6, foot - 0.4 * rise), (right + 8, foot - 0.2 * rise), (right, foot)),
    )
    near_edge = spline((middle + 20, crest - 2), (right + 6, foot - 0.42 * rise), (right, foot))
    far_edge = spline((middle + 20, crest - 2), (right + 34, foot - 0.5 * rise),
                      (right + 36, foot - 12))  # fmt: skip
    sketch.fill(join(near_edge[::-1], far_edge), Paint(shade(paint.colour, 0.7), "suede"))
    sketch.fill(band, paint)
    light = spline(
        (left + 28, foot - 0.5 * rise), (middle - 10, crest + 22), (middle + 36, crest + 22)
    )
    sketch.volume(band, paint.gloss, [(light, 14)])
    sketch.stitches(offset(part(band, 0.01, 0.97), -7), thread)
    return band


def strap_sandal(sketch: Sketch, way: Colourway, backstrap: bool = True) -> None:
    """A footbed sandal: one broad strap with a buckle, one at the heel."""
    _footbed(sketch, way, 62)
    if backstrap:
        behind = spline((196, 430), (150, 396), (104, 372), (100, 388))
        sketch.line(moved(behind, x=14, y=-12), shade(way.panel.colour, 0.5), 14)
    _arched_band(sketch, way.upper, way.thread, 316, 520, 112, 444)
    if backstrap:
        around = join(
            spline((94, 352), (88, 390), (92, 420)),
            spline((92, 420), (150, 416), (230, 436)),
            spline((230, 436), (214, 404), (150, 376), (94, 352)),
        )
        sketch.fill(around, way.panel)
        light = spline((104, 372), (150, 394), (200, 418))
        sketch.volume(around, way.panel.gloss, [(light, 9)])
        sketch.stitches(offset(spline((104, 358), (150, 378), (214, 406)), -6), way.thread)
        ankle = spline((98, 358), (150, 332), (214, 320), (262, 336), (282, 366))
        sketch.line(moved(ankle, x=16, y=-16), shade(way.panel.colour, 0.55), 12)
        sketch.line(moved(ankle, y=3), "#05060c", 15, 0.25)
        cord(sketch, ankle, way.panel.colour, 15)
        cord(sketch, spline((282, 366), (262, 404), (236, 436)), way.panel.colour, 15)
        buckle(sketch, 230, 322, way.metal, 28, turn=12)
    x, y = 398.0, 366.0
    tab = spline((x - 40, y + 26), (x, y - 4), (x + 36, y - 14))
    sketch.line(moved(tab, y=3), "#05060c", 26, 0.25)
    sketch.line(tab, shade(way.detail.colour, 0.25), 26)
    sketch.line(moved(tab, y=-1.5), way.detail.colour, 22)
    buckle(sketch, x + 2, y - 5, way.metal, 38, turn=-22)


def slide(sketch: Sketch, way: Colourway) -> None:
    """A bathing shoe: one padded band on a foam sole."""
    _footbed(sketch, way, 68)
    band = _arched_band(sketch, way.upper, way.thread, 300, 520, 124, 440)
    with sketch.within(band):
        stripe = spline((352, 450), (366, 380), (404, 300))
        region = join(stripe, moved(stripe, x=74)[::-1])
        sketch.panel(region, stripe, way.detail)
        sketch.line(moved(stripe, x=74), shade(way.detail.colour, 0.5), 1.8, 0.7)


def _strap(sketch: Sketch, middle: Curve, width: float, paint: Paint) -> None:
    """A flat leather strip along a curve."""
    left, right = offset(middle, width / 2), offset(middle, -width / 2)
    sketch.line(moved(middle, x=2, y=4), "#05060c", width, 0.35)
    sketch.fill(join(left, right[::-1]), paint)
    sketch.line(offset(middle, width * 0.22), "#ffffff", width * 0.16, 0.1 + 0.25 * paint.gloss)
    for edge in (left, right):
        sketch.line(edge, "#05060c", 1.6, 0.45)


def fisherman(sketch: Sketch, way: Colourway) -> None:
    """A sandal woven from leather straps, closed at toe and heel."""
    _footbed(sketch, way, 48)
    top = spline((250, 356), (300, 326), (346, 316), (410, 348), (480, 378), (546, 406), (590, 446))
    outline = join(top, points((590, 462), (220, 462), (240, 400), (250, 356)))
    sketch.fill(outline, Paint(shade(way.lining, 0.75), "suede"))
    with sketch.within(outline):
        for x in range(236, 560, 54):
            _strap(sketch, spline((x, 480), (x + 34, 400), (x + 30, 290)), 30, way.upper)
        _strap(sketch, spline((200, 424), (330, 408), (430, 420), (600, 446)), 20, way.panel)
        toe = join(spline((506, 480), (510, 430), (540, 380)), points((640, 380), (640, 480)))
        sketch.panel(toe, spline((506, 480), (510, 430), (540, 380)), way.panel, way.thread)
    sketch.volume(outline, way.upper.gloss, [(spline((380, 344), (460, 380), (550, 420)), 12)])
    _strap(sketch, moved(top, y=3), 15, way.panel)
    counter = join(
        spline((94, 456), (84, 400), (96, 342)),
        spline((96, 342), (140, 360), (180, 402), (196, 458)),
    )
    sketch.fill(counter, way.panel)
    sketch.volume(counter, way.panel.gloss, [(spline((106, 376), (102, 426)), 10)])
    sketch.stitches(offset(spline((104, 350), (140, 366), (176, 404), (190, 452)), -7), way.thread)
    ankle_far = spline((98, 346), (160, 308), (250, 296), (340, 308))
    sketch.line(ankle_far, shade(way.panel.colour, 0.5), 14)
    ankle = spline((100, 352), (170, 362), (250, 346), (340, 312))
    _strap(sketch, ankle, 20, way.panel)
    buckle(sketch, 222, 354, way.metal, 30, turn=-10)
