"""Light closed shoes: ballet flat, espadrille, slipper."""

from __future__ import annotations

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
    spread,
)
from scripts.demo_data.shoes.footwear import Colourway, bow, collar, cord, opening
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import cast_on_upper, slab
from scripts.demo_data.svg import shade, tint


def ballet_flat(
    sketch: Sketch, way: Colourway, with_bow: bool = True, pointed: bool = False
) -> None:
    """A flat shoe cut low, with a drawstring bow."""
    near = spline((92, 374), (140, 412), (230, 430), (320, 424), (380, 404))
    far = spline((92, 374), (146, 394), (236, 412), (322, 406), (380, 404))
    if pointed:
        toe = spline((380, 404), (450, 414), (520, 434), (572, 460), (606, 484))
    else:
        toe = spline((380, 404), (452, 402), (524, 416), (574, 444), (592, 482))
    outline = join(spline((96, 482), (84, 430), (92, 374)), near, toe, points((96, 488)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        cap = spline((476, 396), (496, 440), (490, 494))
        sketch.panel(join(cap, points((640, 500), (640, 380))), cap, way.detail)
        sketch.seam(spline((230, 424), (240, 460), (236, 494)), way.upper.colour)
    lights = [
        (spline((420, 420), (500, 430), (560, 456)), 14.0),
        (spline((102, 410), (100, 450)), 9.0),
        (spline((200, 446), (290, 450), (370, 436)), 11.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.panel.colour, 7)
    if with_bow:
        bow(sketch, 392, 402, way.panel.colour, 22, 7)
    _flat_sole(sketch, way)


def _flat_sole(sketch: Sketch, way: Colourway) -> None:
    top = spline((90, 478), (300, 486), (480, 488), (600, 480))
    sketch.line(points((96, 494), (178, 496)), way.outsole, 11)
    sketch.line(moved(top, y=4), "#05060c", 11, 0.55)
    sketch.line(moved(top, y=3), way.sole.colour, 8)
    sketch.line(moved(top, y=0.5), tint(way.sole.colour, 0.4), 1.6, 0.5)


def espadrille(sketch: Sketch, way: Colourway, wedge: bool = False, ribbons: bool = False) -> None:
    """A canvas shoe on a rope sole, flat or on a wedge, perhaps tied round the ankle."""
    lift = 66.0 if wedge else 0.0

    def raised(curve: Curve) -> Curve:
        """Tilt the upper so that its heel stands `lift` higher than its toe."""
        share = ((560 - curve[:, 0]) / 470).clip(0, 1) ** 1.2
        tilted = curve.copy()
        tilted[:, 1] -= lift * share
        return tilted

    near = raised(spline((94, 330), (130, 366), (200, 384), (272, 378), (330, 348)))
    far = raised(spline((94, 330), (134, 342), (204, 356), (278, 346), (346, 326)))
    throat = raised(spline((330, 348), (348, 322), (382, 334), (440, 366), (490, 386)))
    toe = raised(spline((490, 386), (544, 406), (576, 430), (586, 456)))
    heel = raised(spline((94, 460), (84, 400), (94, 330)))
    lower = raised(points((586, 468), (94, 466)))
    outline = join(heel, near, throat, toe, raised(spline((586, 468), (340, 470), (94, 466))))
    if ribbons:
        for level in (0.0, 46.0):
            loop = raised(spline((96, 300), (150, 322), (210, 318), (252, 290)))
            back = raised(spline((96, 300), (150, 282), (210, 278), (252, 290)))
            sketch.line(moved(back, y=-level), shade(way.lace, 0.45), 10)
            if level == 0.0:
                sketch.line(raised(spline((150, 372), (190, 330), (252, 290))), way.lace, 9)
                sketch.line(raised(spline((330, 350), (290, 320), (246, 292))), way.lace, 9)
            cord(sketch, moved(loop, y=-level), way.lace, 11)
        x, y = at(raised(points((252, 244), (252, 246))), 0.5)
        bow(sketch, x, y, way.lace, 26, 9)
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        quarter = raised(spline((306, 372), (330, 420), (352, 480)))
        sketch.panel(join(quarter, points((40, 520), (40, 200))), quarter, way.panel, way.thread)
    lights = [
        (raised(spline((390, 356), (450, 382), (530, 412))), 17.0),
        (raised(spline((104, 380), (102, 430))), 9.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.detail.colour, 6)
    top = raised(spline((84, 458), (200, 462), (340, 466), (480, 464), (590, 450)))
    bottom = spline((590, 482), (540, GROUND), (300, GROUND), (88, GROUND))
    sole = join(
        top,
        spline((590, 450), (602, 464), (590, 482)),
        bottom,
        points((88, GROUND), (float(lower[-1, 0]) - 16, float(lower[-1, 1]) + 8)),
    )
    cast_on_upper(sketch, moved(top, y=-2), 0.35)
    slab(sketch, sole, way.sole, glow=0.2)
    with sketch.within(sole):
        for level in range(14, 110, 17):
            rope = moved(top, y=level)
            sketch.line(rope, shade(way.sole.colour, 0.6), 3, 0.5)
        sketch.line(moved(bottom, y=-1), way.outsole, 9)
    for x, y, _ in spread(part(top, 0.02, 0.98), 34):
        sketch.line(points((x - 3, y - 7), (x + 4, y + 7)), way.thread, 2.6)


def slipper(sketch: Sketch, way: Colourway) -> None:
    """A house shoe with a fleece rim, open at the back."""
    near = spline((92, 430), (150, 440), (220, 424), (280, 372), (326, 322))
    far = spline((92, 430), (156, 406), (226, 390), (290, 340), (348, 304))
    throat = spline((326, 322), (352, 306), (396, 330), (452, 362))
    toe = spline((452, 362), (524, 386), (574, 418), (584, 462))
    outline = join(spline((96, 470), (88, 450), (92, 430)), near, throat, toe, points((96, 474)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        apron = spline((330, 346), (400, 380), (470, 396), (560, 402))
        sketch.seam(apron, way.upper.colour)
        sketch.stitches(offset(apron, 6), way.thread, 2.6)
    sketch.volume(outline, way.upper.gloss, [(spline((400, 356), (470, 384), (540, 416)), 20)])
    rim = join(spline((84, 436), (92, 408), (150, 420), (214, 404), (266, 354), (310, 306)),
               spline((310, 306), (346, 284), (366, 304), (350, 332)),
               spline((350, 332), (300, 384), (240, 440), (150, 464), (84, 436)))  # fmt: skip
    sketch.line(moved(rim, y=4), "#05060c", 6, 0.25, closed=True)
    sketch.fill(rim, way.detail)
    sketch.volume(rim, 0.0, [(spline((120, 432), (210, 420), (320, 318)), 11)], depth=0.6)
    top = spline((84, 464), (300, 470), (500, 468), (586, 456))
    bottom = spline((90, GROUND), (300, GROUND), (520, GROUND), (590, 484))
    sole = join(top, spline((586, 456), (600, 468), (590, 484)), bottom[::-1],
                spline((90, GROUND), (76, 484), (84, 464)))  # fmt: skip
    cast_on_upper(sketch, moved(top, y=-2), 0.35)
    slab(sketch, sole, way.sole)
    sketch.stitches(moved(top, y=8), way.thread)
    sketch.line(moved(bottom, y=-3), way.outsole, 6)
