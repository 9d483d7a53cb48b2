"""Sports shoes: runner, court sneaker, high-top, slip-on."""

from __future__ import annotations

import math

import numpy as np

from scripts.demo_data.shoes.curves import join, moved, offset, part, points, spline
from scripts.demo_data.shoes.footwear import (
    Colourway,
    collar,
    far_side,
    laces,
    opening,
    pull_tab,
    tongue,
)
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import (
    cast_on_upper,
    cup_sole,
    grooves,
    slab,
    tread,
    vulcanised_sole,
)
from scripts.demo_data.svg import shade, tint


def _emblem(sketch: Sketch, emblem: str | None, paint: Paint) -> None:
    """The maker's mark on the side; all invented."""
    if emblem == "wave":
        edge = spline((196, 416), (230, 372), (276, 398), (318, 362), (352, 392))
        lower = spline((352, 392), (324, 390), (284, 424), (238, 400), (196, 416))
        sketch.panel(join(edge, lower), edge, paint)
    elif emblem == "wedge":
        shape = points((214, 430), (296, 346), (326, 362), (272, 430))
        sketch.panel(shape, points((214, 430), (296, 346)), paint)
    elif emblem == "ring":
        sketch.add(
            f'<circle cx="262" cy="378" r="28" fill="none" stroke="{shade(paint.colour, 0.45)}" '
            f'stroke-width="15"/><circle cx="262" cy="378" r="28" fill="none" '
            f'stroke="{paint.colour}" stroke-width="12"/>'
        )
    elif emblem == "arches":
        for radius in (16, 34):
            arch = spline(
                *((262 - radius * math.cos(turn), 412 - 1.35 * radius * math.sin(turn))
                  for turn in np.linspace(0, math.pi, 7))
            )  # fmt: skip
            sketch.line(arch, shade(paint.colour, 0.45), 11.5)
            sketch.line(arch, paint.colour, 9)


def runner(sketch: Sketch, way: Colourway, emblem: str | None = "wave") -> None:
    """A running shoe: thick foam midsole, overlays on mesh."""
    near = spline((94, 270), (120, 292), (160, 304), (208, 300), (252, 272))
    far = spline((94, 270), (116, 254), (160, 264), (210, 258), (268, 240))
    throat = spline((252, 272), (296, 300), (346, 334), (398, 362))
    toe = spline((398, 362), (456, 368), (514, 376), (560, 396), (582, 432))
    heel = spline((88, 442), (74, 396), (80, 344), (95, 304), (90, 264))
    outline = join(heel, near, throat, toe, points((570, 450), (88, 446)))

    opening(sketch, far, near, way.lining)
    across = far_side(throat)
    tongue(sketch, way.detail, throat, across, 40)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        guard_edge = join(
            spline((318, 470), (346, 420), (396, 362)),
            spline((396, 362), (424, 392), (474, 400), (530, 386), (566, 378)),
        )
        sketch.panel(join(guard_edge, points((640, 380), (640, 480))), guard_edge, way.panel,
                     way.thread)  # fmt: skip
        counter_edge = spline((148, 290), (178, 340), (172, 396), (192, 460))
        counter = join(counter_edge, points((50, 460), (50, 240), (120, 280)))
        sketch.panel(counter, counter_edge, way.panel, way.thread, double=True)
        stay_edge = offset(throat, -30)
        stay = join(throat, stay_edge[::-1])
        sketch.panel(stay, join(points((226, 286)), stay_edge), way.panel, way.thread)
        _emblem(sketch, emblem, way.detail)
    lights = [
        (spline((440, 380), (500, 386), (548, 406)), 15.0),
        (spline((102, 336), (96, 386)), 10.0),
        (spline((200, 326), (270, 326), (330, 354)), 16.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 6, way.lace, None, way.panel.colour)
    collar(sketch, near, way.detail.colour, 11)
    pull_tab(sketch, (84, 266), way.detail.colour, 18)

    top = spline((66, 408), (110, 414), (210, 420), (320, 426), (430, 428), (520, 422), (582, 406))
    bottom = spline(
        (72, 468), (104, 488), (180, 494), (300, 497), (430, 494), (520, 480), (586, 444)
    )
    midsole = join(top, spline((582, 406), (594, 416), (594, 430), (586, 444)), bottom[::-1],
                   spline((72, 468), (58, 446), (56, 424), (66, 408)))  # fmt: skip
    tread(sketch, moved(part(bottom, 0.04, 0.9), y=2), way.outsole, 24, 6)
    cast_on_upper(sketch, moved(top, y=-2), 0.4)
    slab(sketch, midsole, way.sole)
    with sketch.within(midsole):
        line = spline((50, 452), (130, 474), (240, 462), (350, 480), (470, 472), (610, 430))
        band = join(line, points((620, 520), (40, 520)))
        sketch.panel(band, line, Paint(way.outsole, "rubber"))
        flank = part(top, 0.02, 0.42)
        grooves(sketch, moved(flank, y=10), moved(flank, y=46), 9, way.sole.colour, lean=0.05)
    sketch.line(moved(top, y=3), "#ffffff", 2.4, 0.5)


def court(
    sketch: Sketch, way: Colourway, emblem: str | None = None, perforated: bool = False
) -> None:
    """A tennis shoe: smooth upper, straight cup sole, padded collar."""
    near = spline((96, 284), (122, 308), (164, 320), (208, 314), (246, 280))
    far = spline((96, 284), (116, 268), (160, 280), (208, 272), (262, 250))
    throat = spline((246, 280), (292, 306), (344, 338), (394, 366))
    toe = spline((394, 366), (446, 374), (506, 382), (552, 402), (572, 440))
    heel = spline((92, 452), (80, 410), (82, 352), (94, 312), (92, 276))
    outline = join(heel, near, throat, toe, points((572, 462), (92, 462)))

    opening(sketch, far, near, way.lining)
    across = far_side(throat)
    tongue(sketch, way.upper, throat, across, 38)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        vamp = spline((330, 470), (352, 424), (394, 366))
        sketch.panel(join(vamp, points((640, 366), (640, 480))), vamp, way.upper, way.thread)
        cap = spline((444, 372), (470, 402), (474, 440), (468, 470))
        sketch.panel(join(cap, points((640, 480), (640, 350))), cap, way.panel, way.thread)
        if perforated:
            for x, y in ((404, 392), (418, 400), (432, 408), (396, 408), (410, 416), (424, 424)):
                sketch.add(f'<circle cx="{x}" cy="{y}" r="3" fill="#0b0d14" opacity="0.7"/>')
        tab_edge = spline((140, 300), (152, 336), (140, 372), (80, 384))
        sketch.panel(join(tab_edge, points((50, 384), (50, 250), (110, 280))), tab_edge,
                     way.detail, way.thread)  # fmt: skip
        stay_edge = offset(throat, -32)
        sketch.panel(join(throat, stay_edge[::-1]), join(points((216, 296)), stay_edge),
                     way.panel, way.thread)  # fmt: skip
        _emblem(sketch, emblem, way.detail)
    lights = [
        (spline((470, 392), (520, 398), (550, 416)), 13.0),
        (spline((104, 400), (102, 440)), 10.0),
        (spline((180, 344), (250, 336), (320, 364)), 16.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 6, way.lace, None, way.panel.colour, width=10)
    collar(sketch, near, way.upper.colour, 12)
    cup_sole(sketch, way, 444)


def high_top(sketch: Sketch, way: Colourway, toe_cap: bool = True, strap: bool = False) -> None:
    """A basketball boot of canvas or leather: rises over the ankle, laced to the top."""
    near = spline((112, 178), (144, 192), (184, 188), (216, 168))
    far = spline((112, 178), (144, 156), (190, 152), (238, 144))
    throat = spline((216, 168), (226, 222), (252, 284), (310, 334), (392, 370))
    toe = spline((392, 370), (448, 374), (508, 384), (552, 404), (572, 440))
    heel = spline((92, 452), (82, 410), (94, 320), (112, 240), (112, 178))
    outline = join(heel, near, throat, toe, points((572, 462), (92, 462)))

    opening(sketch, far, near, way.lining)
    across = far_side(throat, 28, -10)
    tongue(sketch, way.upper, throat, across, 34)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        vamp = spline((318, 470), (340, 430), (352, 392), (392, 370))
        sketch.panel(join(vamp, points((640, 366), (640, 480))), vamp, way.upper, way.thread, True)
        back = spline((160, 170), (152, 260), (140, 360), (150, 470))
        sketch.panel(join(back, points((40, 470), (40, 150))), back, way.panel, way.thread)
        stay_edge = offset(throat, -30)
        sketch.panel(join(throat, stay_edge[::-1]), stay_edge, way.panel, way.thread)
        if strap:
            band = spline((90, 232), (180, 250), (270, 240))
            region = join(band, moved(band, y=42)[::-1])
            sketch.panel(region, moved(band, y=42), way.detail, way.thread)
            sketch.panel(region, band, way.detail, way.thread)
        else:
            label = points((178, 236), (222, 242), (218, 288), (174, 282))
            sketch.panel(label, join(label, label[:1]), way.detail, way.thread)
    lights = [
        (spline((440, 388), (500, 394), (546, 414)), 13.0),
        (spline((112, 300), (104, 380)), 10.0),
        (spline((196, 320), (232, 380), (290, 420)), 18.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 8, way.lace, way.metal, way.panel.colour, inset=13)
    collar(sketch, near, way.panel.colour, 9)
    if toe_cap:
        edge = spline((478, 450), (482, 416), (506, 384))
        cap = join(edge, spline((506, 384), (552, 404), (576, 446)), points((576, 462), (478, 462)))
        slab(sketch, cap, way.sole)
        sketch.seam(edge, way.sole.colour)
    vulcanised_sole(sketch, way, striped=False)


def slip_on(sketch: Sketch, way: Colourway) -> None:
    """A canvas shoe without laces; elastic gussets let the foot in."""
    near = spline((98, 318), (128, 336), (170, 344), (220, 334), (258, 312), (286, 310))
    far = spline((98, 318), (122, 302), (180, 308), (240, 300), (304, 298))
    vamp = spline((286, 310), (310, 306), (348, 318), (404, 352), (460, 376))
    toe = spline((460, 376), (520, 394), (560, 414), (576, 446))
    heel = spline((92, 458), (82, 410), (88, 354), (94, 312))
    outline = join(heel, near, vamp, toe, points((576, 466), (92, 466)))
    opening(sketch, far, near, way.lining)
    brow = join(spline((286, 310), (304, 298), (330, 302), (352, 320)), points((300, 330)))
    sketch.fill(brow, way.upper.plain(shade(way.upper.colour, 0.35)))
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        quarter = spline((250, 306), (258, 360), (300, 410), (330, 470))
        sketch.panel(join(quarter, points((40, 480), (40, 280))), quarter, way.panel, way.thread,
                     double=True)  # fmt: skip
        gusset = join(
            spline((206, 330), (236, 378), (262, 386)), spline((262, 386), (272, 350), (262, 306))
        )
        sketch.fill(gusset, Paint(way.lace, "elastic"))
        sketch.line(gusset, shade(way.lace, 0.5), 1.8, 0.7, closed=True)
        counter = spline((128, 320), (142, 380), (138, 420), (150, 470))
        sketch.panel(join(counter, points((40, 480), (40, 280))), counter, way.detail, way.thread)
    lights = [
        (spline((360, 346), (430, 380), (520, 412)), 18.0),
        (spline((104, 370), (102, 430)), 10.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.detail.colour, 10)
    sketch.line(offset(part(near, 0.1, 0.9), 2), tint(way.detail.colour, 0.5), 1.5, 0.5)
    vulcanised_sole(sketch, way, 46)
