"""Leather shoes for town: derby, monk, loafer, boat shoe."""

from __future__ import annotations

from scripts.demo_data.shoes.curves import Curve, join, moved, offset, part, points, spline, spread
from scripts.demo_data.shoes.footwear import (
    Colourway,
    buckle,
    collar,
    crease,
    far_side,
    laces,
    opening,
    tongue,
)
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import slab, vulcanised_sole, welted_sole
from scripts.demo_data.svg import mix, shade, tint

_TOE = spline((398, 374), (452, 390), (520, 402), (562, 418), (579, 446))
_HEEL = spline((92, 462), (82, 424), (84, 376), (94, 340), (92, 312))
_LIGHTS = [
    (spline((450, 402), (510, 410), (552, 430)), 13.0),
    (spline((104, 372), (100, 428)), 10.0),
    (spline((190, 366), (260, 372), (320, 400)), 15.0),
]


def _closed(near: Curve, throat: Curve, toe: Curve = _TOE) -> Curve:
    """The whole upper: heel, collar, throat, toe, and back under the foot."""
    return join(_HEEL, near, throat, toe, points((560, 462), (480, 482), (300, 480), (92, 470)))


def _broguing(sketch: Sketch, curve: Curve, count: int) -> None:
    """A row of punched holes, large and small by turns."""
    for index, (x, y, _) in enumerate(spread(part(curve, 0.03, 0.97), count)):
        size = 3.4 if index % 2 == 0 else 1.9
        sketch.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="#0b0d14" opacity="0.72"/>')


def derby(
    sketch: Sketch, way: Colourway, cap: bool = True, brogue: bool = False, crepe: bool = False
) -> None:
    """A laced leather shoe; plain, with a toe cap, or full of holes."""
    near = spline((92, 312), (124, 340), (172, 350), (216, 334), (250, 300))
    far = spline((92, 312), (116, 296), (164, 306), (212, 290), (266, 274))
    throat = spline((250, 300), (296, 324), (342, 350), (382, 370))
    vamp = spline((382, 368), (388, 371), (398, 374))
    outline = _closed(near, join(throat, vamp))
    across = far_side(throat, 26, -18)

    opening(sketch, far, near, way.lining)
    tongue(sketch, way.upper, throat, across, 30)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        if cap:
            edge = spline((462, 388), (476, 420), (474, 450), (466, 486))
            if brogue:
                edge = join(spline((486, 396), (470, 424), (440, 436)),
                            spline((440, 436), (400, 452), (340, 480)))  # fmt: skip
            sketch.panel(join(edge, points((640, 500), (640, 350))), edge, way.detail, way.thread)
            if brogue:
                _broguing(sketch, offset(edge, -14), 26)
                for x, y in (
                    (520, 432),
                    (534, 438),
                    (524, 446),
                    (510, 440),
                    (538, 450),
                    (508, 424),
                ):
                    sketch.add(f'<circle cx="{x}" cy="{y}" r="2.8" fill="#0b0d14" opacity="0.7"/>')
        quarter = join(spline((382, 368), (368, 398), (330, 412)),
                       spline((330, 412), (282, 428), (256, 486)))  # fmt: skip
        region = join(quarter, points((40, 500), (40, 240), (250, 240)), throat)
        sketch.panel(region, quarter, way.panel, way.thread, double=True)
        if brogue:
            _broguing(sketch, offset(quarter, -18), 18)
        counter = spline((128, 324), (158, 372), (150, 420), (160, 486))
        sketch.panel(join(counter, points((40, 500), (40, 240))), counter, way.detail, way.thread)
        crease(sketch, spline((400, 390), (408, 412), (404, 436)))
        crease(sketch, spline((416, 396), (424, 416), (422, 436)), 0.16)
    sketch.volume(outline, way.upper.gloss, _LIGHTS)
    laces(sketch, throat, across, 5, way.lace, None, way.panel.colour, width=6.5)
    collar(sketch, near, way.panel.colour, 6)
    if crepe:
        vulcanised_sole(sketch, way, 44)
    else:
        welted_sole(sketch, way)


def monk(sketch: Sketch, way: Colourway, straps: int = 2) -> None:
    """A leather shoe closed by buckled straps."""
    near = spline((92, 312), (124, 340), (172, 350), (220, 330), (262, 290))
    far = spline((92, 312), (116, 296), (168, 304), (220, 284), (282, 264))
    throat = spline((262, 290), (284, 270), (308, 288), (352, 332), (398, 374))
    outline = _closed(near, throat)
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        cap = spline((470, 390), (480, 420), (476, 450), (468, 486))
        sketch.panel(join(cap, points((640, 500), (640, 350))), cap, way.detail, way.thread)
        front = join(spline((286, 262), (304, 300), (338, 352)),
                     spline((338, 352), (316, 392), (280, 410), (262, 486)))  # fmt: skip
        sketch.panel(join(front, points((40, 500), (40, 240), (286, 240))), front, way.panel,
                     way.thread)  # fmt: skip
        counter = spline((128, 324), (154, 372), (148, 420), (158, 486))
        sketch.panel(join(counter, points((40, 500), (40, 240))), counter, way.upper, way.thread)
        crease(sketch, spline((412, 392), (420, 414), (416, 440)))
    sketch.volume(outline, way.upper.gloss, _LIGHTS)
    collar(sketch, near, way.panel.colour, 6)
    for index in range(straps):
        x, y = 262 + 36 * index, 334 + 34 * index
        upper_edge = spline((x - 64, y + 6), (x, y - 8), (x + 50, y - 26), (x + 62, y - 24))
        lower_edge = moved(upper_edge, x=6, y=24)
        strap = join(upper_edge, lower_edge[::-1])
        sketch.panel(strap, lower_edge, way.panel, way.thread)
        sketch.panel(strap, upper_edge, way.panel)
        buckle(sketch, x + 20, y - 2, way.metal, 30, turn=-18)
    welted_sole(sketch, way)


def loafer(sketch: Sketch, way: Colourway, trim: str = "penny") -> None:
    """A slip-on with a moccasin seam; a cut strap, tassels or a metal bar across it."""
    near = spline((92, 306), (122, 334), (172, 350), (230, 350), (282, 336), (314, 320))
    far = spline((92, 306), (116, 292), (172, 308), (240, 312), (302, 300), (330, 296))
    throat = spline((314, 320), (334, 306), (364, 328), (420, 366), (470, 386))
    toe = spline((470, 386), (524, 394), (562, 414), (579, 446))
    outline = _closed(near, throat, toe)
    opening(sketch, far, near, way.lining)
    flap = join(spline((306, 330), (318, 284), (342, 280), (372, 330)), points((330, 350)))
    sketch.fill(flap, way.upper)
    sketch.volume(flap, way.upper.gloss, [(spline((332, 296), (352, 318)), 8)])
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        apron = spline((318, 350), (380, 392), (450, 412), (510, 410), (552, 404))
        sketch.seam(apron, way.upper.colour)
        sketch.stitches(offset(apron, 5), way.thread, 2.6)
        saddle = join(spline((316, 316), (322, 380), (300, 490)), points((372, 490)),
                      spline((372, 490), (392, 410), (384, 342)))  # fmt: skip
        sketch.panel(saddle, saddle[: len(saddle) // 2], way.panel, way.thread)
        sketch.panel(saddle, spline((372, 490), (392, 410), (384, 342)), way.panel, way.thread)
        counter = spline((134, 338), (150, 390), (146, 430), (156, 490))
        sketch.panel(join(counter, points((40, 500), (40, 240))), counter, way.detail, way.thread)
    sketch.volume(outline, way.upper.gloss, _LIGHTS)
    collar(sketch, near, way.detail.colour, 6)
    if trim == "penny":
        slot = points((336, 366), (352, 380), (368, 372), (366, 384), (350, 394), (334, 378))
        sketch.fill(slot, Paint(shade(way.panel.colour, 0.7), "suede"))
    elif trim == "tassel":
        for x, y in ((356, 372), (384, 386)):
            _tassel(sketch, x, y, way.detail.colour)
    elif trim == "bar":
        bar = spline((326, 372), (348, 366), (372, 352))
        sketch.line(moved(bar, y=3), "#05060c", 11, 0.35)
        sketch.line(bar, shade(way.metal, 0.35), 10)
        sketch.line(moved(bar, y=-2), tint(way.metal, 0.6), 4)
    welted_sole(sketch, way, heel=36)


def _tassel(sketch: Sketch, x: float, y: float, colour: str) -> None:
    fringe = spline((x - 4, y), (x - 13, y + 34), (x + 13, y + 34), (x + 4, y))
    sketch.line(moved(fringe, y=3), "#05060c", 4, 0.3)
    sketch.fill(fringe, Paint(shade(colour, 0.12), "leather"))
    for shift in (-8, -3, 2, 7):
        sketch.line(points((x, y + 4), (x + shift, y + 34)), shade(colour, 0.5), 1.4, 0.7)
    sketch.line(points((x - 5, y + 6), (x + 5, y + 6)), tint(colour, 0.3), 5)


def boat_shoe(sketch: Sketch, way: Colourway) -> None:
    """A moccasin for decks: rawhide laced round the collar, white sole."""
    near = spline((92, 306), (122, 334), (172, 346), (222, 338), (262, 312))
    far = spline((92, 306), (116, 290), (168, 302), (222, 292), (278, 286))
    throat = spline((262, 312), (300, 328), (344, 350), (372, 366))
    toe = spline((372, 366), (412, 368), (468, 382), (530, 398), (568, 422), (580, 452))
    outline = _closed(near, throat, toe)
    across = far_side(throat, 28, -20)
    opening(sketch, far, near, way.lining)
    tongue(sketch, way.detail, throat, across, 30)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        apron = spline((352, 372), (400, 398), (462, 410), (524, 408), (560, 402))
        plug = join(apron, points((640, 402), (600, 340), (372, 340)))
        sketch.panel(plug, apron, way.detail)
        for x, y, _ in spread(apron, 22):
            sketch.line(points((x - 2, y - 8), (x + 2, y + 8)), way.thread, 3)
        quarter = spline((372, 366), (352, 400), (330, 420), (322, 486))
        sketch.panel(join(quarter, points((40, 500), (40, 240), (262, 240)), throat), quarter,
                     way.panel, way.thread, double=True)  # fmt: skip
        counter = spline((150, 344), (160, 390), (150, 430), (160, 486))
        sketch.panel(join(counter, points((40, 500), (40, 240))), counter, way.upper, way.thread)
        rope = moved(part(near, 0.0, 0.9), y=24)
        for share in (0.02, 0.3, 0.56, 0.8):
            piece = part(rope, share, share + 0.16)
            sketch.line(moved(piece, y=2), "#05060c", 8, 0.3)
            sketch.line(piece, way.lace, 7)
            sketch.line(moved(piece, y=-1.6), tint(way.lace, 0.5), 2, 0.6)
    sketch.volume(outline, way.upper.gloss, _LIGHTS)
    laces(sketch, throat, across, 2, way.lace, way.metal, way.panel.colour, width=8)
    collar(sketch, near, mix(way.upper.colour, "#0b0d14", 0.15), 7)
    vulcanised_sole(sketch, way, 40)


def mule(sketch: Sketch, way: Colourway) -> None:
    """A clog: a closed front on a carved wooden sole, open at the heel."""
    near = spline((92, 404), (140, 412), (200, 404), (250, 376), (296, 336), (322, 316))
    far = spline((92, 404), (146, 384), (206, 376), (262, 340), (310, 304), (336, 296))
    throat = spline((322, 316), (340, 300), (372, 318), (430, 354), (480, 378))
    toe = spline((480, 378), (536, 392), (574, 416), (586, 448))
    outline = join(spline((92, 440), (86, 420), (92, 404)), near, throat, toe,
                   points((580, 470), (92, 470)))  # fmt: skip
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        guard = spline((300, 330), (330, 390), (318, 430), (300, 480))
        sketch.panel(join(guard, points((40, 500), (40, 280))), guard, way.panel, way.thread)
    lights = [(spline((360, 336), (430, 372), (520, 402)), 20.0)]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.panel.colour, 7)
    _carved_sole(sketch, way)


def _carved_sole(sketch: Sketch, way: Colourway) -> None:
    top = spline((74, 428), (160, 440), (290, 452), (400, 456), (500, 450), (590, 428))
    bottom = join(points((86, 500), (214, 500)), spline((214, 500), (232, 478), (300, 476)),
                  spline((300, 476), (340, 498), (480, 500), (552, 490), (594, 448)))  # fmt: skip
    sole = join(top, spline((590, 428), (600, 436), (594, 448)), bottom[::-1],
                spline((86, 500), (70, 460), (74, 428)))  # fmt: skip
    slab(sketch, sole, way.sole)
    with sketch.within(sole):
        for level in (452, 464, 478, 490):
            grain = moved(spline((60, 0), (200, 6), (330, -4), (470, 4), (600, -18)), y=level)
            sketch.line(grain, shade(way.sole.colour, 0.45), 2, 0.4)
        sketch.line(moved(bottom, y=-2), way.outsole, 7)
    for x, y, _ in spread(part(moved(top, y=6), 0.44, 0.98), 15):
        sketch.add(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{shade(way.metal, 0.45)}"/>'
            f'<circle cx="{x - 0.7:.1f}" cy="{y - 0.9:.1f}" r="2.2" fill="{tint(way.metal, 0.3)}"/>'
        )
