"""Boots: chelsea, chukka, laced work and hiking boots."""

from __future__ import annotations

from scripts.demo_data.shoes.curves import join, moved, offset, points, spline
from scripts.demo_data.shoes.footwear import (
    Colourway,
    collar,
    crease,
    far_side,
    laces,
    opening,
    pull_tab,
    tongue,
)
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import lug_sole, vulcanised_sole, welted_sole
from scripts.demo_data.svg import shade


def chelsea(sketch: Sketch, way: Colourway, chunky: bool = False) -> None:
    """An ankle boot with elastic sides and a loop at the heel."""
    near = spline((118, 176), (150, 184), (196, 182), (240, 172))
    far = spline((118, 176), (152, 160), (200, 158), (240, 172))
    front = spline((240, 172), (246, 240), (262, 296), (312, 344), (390, 378))
    toe = spline((390, 378), (452, 392), (520, 402), (562, 418), (579, 446))
    heel = spline((92, 462), (84, 420), (92, 340), (112, 260), (118, 176))
    outline = join(heel, near, front, toe, points((560, 462), (480, 482), (300, 480), (92, 470)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        vamp = spline((246, 250), (236, 330), (262, 400), (290, 490))
        sketch.panel(join(vamp, points((640, 500), (640, 240))), vamp, way.detail, way.thread)
        gusset = join(spline((150, 170), (154, 260), (176, 352)),
                      spline((176, 352), (190, 362), (204, 352)),
                      spline((204, 352), (222, 260), (218, 170)))  # fmt: skip
        sketch.fill(gusset, Paint(way.lace, "elastic"))
        sketch.stitches(offset(gusset, 7), way.thread)
        sketch.line(gusset, "#05060c", 2.2, 0.6)
        crease(sketch, spline((268, 330), (246, 352), (236, 372)), 0.16)
        crease(sketch, spline((396, 392), (408, 416), (404, 440)))
    lights = [
        (spline((440, 402), (510, 412), (552, 432)), 13.0),
        (spline((120, 260), (104, 340), (98, 410)), 11.0),
        (spline((250, 320), (300, 366), (350, 390)), 15.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.upper.colour, 6)
    pull_tab(sketch, (112, 182), way.panel.colour, 22)
    if chunky:
        lug_sole(sketch, way, 58)
    else:
        welted_sole(sketch, way)


def chukka(sketch: Sketch, way: Colourway) -> None:
    """A desert boot: two pieces of suede, two or three eyelets, a crepe sole."""
    near = spline((106, 224), (142, 244), (188, 244), (236, 216))
    far = spline((106, 224), (138, 206), (190, 206), (254, 192))
    throat = spline((236, 216), (258, 258), (296, 304), (344, 344))
    toe = spline((344, 344), (398, 370), (462, 384), (524, 398), (564, 420), (578, 450))
    heel = spline((92, 462), (82, 416), (90, 340), (106, 272), (104, 220))
    outline = join(heel, near, throat, toe, points((576, 474), (92, 474)))
    across = far_side(throat, 28, -14)
    opening(sketch, far, near, way.lining)
    tongue(sketch, way.upper, throat, across, 28)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        quarter = join(spline((346, 344), (336, 376), (306, 392)),
                       spline((306, 392), (268, 410), (254, 490)))  # fmt: skip
        sketch.panel(join(quarter, points((40, 500), (40, 160), (236, 160)), throat), quarter,
                     way.panel, way.thread, double=True)  # fmt: skip
        counter = spline((128, 236), (136, 330), (128, 400), (140, 490))
        sketch.seam(counter, way.panel.colour)
        sketch.stitches(offset(counter, 5), way.thread)
        crease(sketch, spline((390, 384), (400, 408), (396, 432)), 0.14)
    lights = [
        (spline((440, 394), (500, 402), (546, 424)), 15.0),
        (spline((110, 300), (100, 400)), 11.0),
        (spline((200, 320), (250, 370), (300, 430)), 18.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 3, way.lace, way.metal, way.panel.colour, width=7.5)
    collar(sketch, near, way.panel.colour, 7)
    vulcanised_sole(sketch, way, 46)


def work_boot(sketch: Sketch, way: Colourway, moc_toe: bool = False) -> None:
    """A boot laced up to the calf on a lugged sole."""
    near = spline((118, 130), (150, 142), (194, 140), (228, 122))
    far = spline((118, 130), (150, 108), (196, 106), (246, 100))
    throat = spline((228, 122), (238, 200), (256, 264), (302, 318), (372, 360))
    toe = spline((372, 360), (430, 366), (500, 374), (552, 398), (580, 446))
    heel = spline((92, 460), (82, 410), (92, 320), (114, 230), (118, 130))
    outline = join(heel, near, throat, toe, points((580, 474), (92, 474)))
    across = far_side(throat, 26, -12)
    opening(sketch, far, near, way.lining)
    tongue(sketch, way.detail, throat, across, 28)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        if moc_toe:
            apron = spline((352, 372), (412, 402), (470, 404), (530, 396), (566, 392))
            sketch.seam(apron, way.upper.colour)
            sketch.stitches(offset(apron, 6), way.thread, 2.6)
            sketch.stitches(offset(apron, -6), way.thread, 2.6)
        else:
            cap = spline((452, 366), (472, 398), (472, 436), (464, 490))
            sketch.panel(
                join(cap, points((640, 500), (640, 330))), cap, way.panel, way.thread, True
            )
        quarter = join(spline((374, 358), (354, 392), (318, 400)),
                       spline((318, 400), (270, 414), (250, 490)))  # fmt: skip
        sketch.panel(join(quarter, points((40, 500), (40, 60), (228, 60)), throat), quarter,
                     way.upper, way.thread, double=True)  # fmt: skip
        counter = spline((60, 330), (130, 336), (176, 380), (180, 490))
        sketch.panel(join(counter, points((40, 500))), counter, way.panel, way.thread, double=True)
        back = spline((150, 130), (142, 220), (128, 336))
        sketch.panel(join(back, points((40, 336), (40, 110))), back, way.panel, way.thread)
        cuff = spline((90, 172), (160, 184), (240, 168))
        sketch.panel(join(cuff, points((260, 80), (90, 80))), cuff, way.detail, way.thread)
        crease(sketch, spline((256, 300), (226, 322), (204, 330)), 0.2)
        crease(sketch, spline((390, 372), (402, 396), (398, 424)), 0.18)
    lights = [
        (spline((440, 382), (500, 388), (546, 412)), 14.0),
        (spline((120, 230), (104, 320), (98, 400)), 11.0),
        (spline((206, 230), (226, 290), (280, 346)), 16.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 8, way.lace, way.metal, way.upper.colour, inset=13)
    collar(sketch, near, way.detail.colour, 10)
    lug_sole(sketch, way)


def hiker(sketch: Sketch, way: Colourway) -> None:
    """A walking boot: padded collar, suede overlays on fabric, hooks, rubber toe rand."""
    near = spline((108, 194), (142, 216), (186, 214), (226, 182))
    far = spline((108, 194), (138, 170), (188, 170), (246, 158))
    throat = spline((226, 182), (244, 236), (272, 288), (322, 330), (388, 362))
    toe = spline((388, 362), (440, 364), (504, 372), (556, 396), (582, 440))
    heel = spline((92, 460), (78, 408), (88, 330), (108, 256), (104, 186))
    outline = join(heel, near, throat, toe, points((580, 474), (92, 474)))
    across = far_side(throat, 30, -14)
    opening(sketch, far, near, way.lining)
    tongue(sketch, way.upper, throat, across, 36)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        padding = spline((80, 262), (150, 258), (190, 274), (214, 300))
        sketch.panel(join(padding, points((260, 150), (80, 140))), padding, way.detail, way.thread)
        stay_edge = offset(throat, -34)
        sketch.panel(join(throat, stay_edge[::-1]), stay_edge, way.panel, way.thread, double=True)
        side = spline((150, 490), (208, 396), (262, 366), (330, 380))
        lower = spline((330, 380), (280, 410), (240, 490))
        sketch.panel(join(side, lower), side, way.panel, way.thread)
        counter = spline((60, 320), (126, 326), (160, 370), (160, 490))
        sketch.panel(join(counter, points((40, 500))), counter, way.panel, way.thread, double=True)
        vamp = spline((388, 362), (372, 400), (380, 440), (372, 490))
        sketch.panel(join(vamp, points((640, 490), (640, 340))), vamp, way.panel, way.thread)
        rand = spline((420, 490), (446, 430), (500, 412), (600, 404))
        sketch.panel(join(rand, points((640, 490))), rand, Paint(way.outsole, "rubber"))
    lights = [
        (spline((430, 376), (490, 380), (540, 402)), 14.0),
        (spline((110, 280), (98, 360)), 11.0),
        (spline((200, 310), (250, 340), (310, 362)), 14.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    laces(sketch, throat, across, 7, way.lace, way.metal, way.panel.colour, inset=14, width=8)
    collar(sketch, near, shade(way.detail.colour, 0.15), 13)
    pull_tab(sketch, (98, 190), way.lace, 20)
    lug_sole(sketch, way, 56)
    sketch.line(moved(spline((90, 452), (300, 462), (500, 452)), y=6), way.lace, 4, 0.9)
