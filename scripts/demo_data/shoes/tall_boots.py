"""High boots: rain boot, cowboy boot, heeled ankle boot, shearling boot."""

from __future__ import annotations

from scripts.demo_data.shoes.curves import GROUND, join, moved, offset, part, points, spline, spread
from scripts.demo_data.shoes.footwear import Colourway, buckle, collar, crease, opening, pull_tab
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.shoes.soles import cast_on_upper, grooves, slab, tread
from scripts.demo_data.svg import shade, tint


def rain_boot(sketch: Sketch, way: Colourway) -> None:
    """A wellington: one piece of shining rubber, a strap at the calf, a ribbed sole."""
    near = spline((104, 84), (140, 94), (200, 94), (252, 82))
    far = spline((104, 84), (146, 68), (206, 68), (252, 82))
    front = spline((252, 82), (254, 180), (258, 270), (286, 326), (372, 366))
    toe = spline((372, 366), (440, 376), (512, 386), (558, 408), (580, 446))
    heel = spline((100, 456), (90, 410), (104, 320), (110, 220), (104, 84))
    outline = join(heel, near, front, toe, points((580, 474), (100, 474)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        cuff = spline((80, 128), (180, 136), (280, 126))
        sketch.panel(join(cuff, points((280, 60), (80, 60))), cuff, way.panel)
        guard = spline((380, 490), (420, 430), (490, 414), (600, 414))
        sketch.panel(join(guard, points((640, 490))), guard, way.detail)
        counter = spline((60, 372), (130, 380), (168, 410), (176, 490))
        sketch.panel(join(counter, points((60, 490))), counter, way.detail)
        crease(sketch, spline((276, 318), (238, 340), (206, 342)), 0.24)
        crease(sketch, spline((268, 288), (236, 306), (214, 306)), 0.18)
    lights = [
        (spline((420, 386), (500, 396), (544, 416)), 15.0),
        (spline((212, 150), (212, 250), (226, 312)), 14.0),
        (spline((126, 160), (126, 260), (116, 350)), 9.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    strap = spline((104, 150), (120, 158), (150, 160))
    sketch.line(moved(strap, y=3), "#05060c", 16, 0.3)
    sketch.line(strap, shade(way.panel.colour, 0.2), 15)
    buckle(sketch, 134, 159, way.metal, 26)
    collar(sketch, near, way.panel.colour, 7)
    top = spline((84, 452), (200, 458), (380, 462), (500, 456), (586, 436))
    bottom = join(
        points((92, GROUND), (206, GROUND)),
        spline((206, GROUND), (222, 484), (300, 484)),
        spline((300, 484), (330, 499), (480, GROUND), (548, 492), (592, 462)),
    )
    sole = join(
        top,
        spline((586, 436), (597, 446), (592, 462)),
        bottom[::-1],
        spline((92, GROUND), (80, 476), (84, 452)),
    )
    cast_on_upper(sketch, moved(top, y=-2), 0.35)
    slab(sketch, sole, way.sole)
    grooves(sketch, moved(top, y=8), moved(top, y=40), 22, way.sole.colour)
    sketch.line(moved(part(bottom, 0.0, 0.98), y=-2), way.outsole, 5)


def cowboy(sketch: Sketch, way: Colourway) -> None:
    """A western boot: scalloped shaft with fancy stitching, slanted heel, pointed toe."""
    near = join(spline((116, 92), (138, 74), (160, 96), (186, 128)),
                spline((186, 128), (212, 96), (236, 74), (258, 92)))  # fmt: skip
    far = join(spline((116, 92), (142, 66), (166, 84), (190, 104)),
               spline((190, 104), (214, 78), (236, 62), (258, 92)))  # fmt: skip
    front = spline((258, 92), (256, 190), (262, 272), (300, 330), (386, 372))
    toe = spline((386, 372), (450, 396), (530, 422), (580, 446), (602, 468))
    heel = spline((112, 446), (98, 404), (110, 320), (118, 220), (116, 92))
    outline = join(heel, near, front, toe, points((590, 480), (400, 492), (250, 470), (112, 456)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        vamp = spline((80, 350), (150, 330), (210, 352), (244, 318), (300, 300), (330, 250))
        sketch.panel(join(vamp, points((660, 250), (660, 520), (80, 520))), vamp, way.panel,
                     way.thread, double=True)  # fmt: skip
        for scale in (1.0, 0.72, 0.44):
            flame = spline((186, 318), (186 - 52 * scale, 268), (186 - 26 * scale, 216),
                           (186 - 44 * scale, 170), (186, 140 + 40 * (1 - scale)),
                           (186 + 44 * scale, 170), (186 + 26 * scale, 216),
                           (186 + 52 * scale, 268), (186, 318))  # fmt: skip
            sketch.stitches(flame, way.thread, 2.6)
        tip = join(
            spline((452, 396), (486, 420), (482, 452)), spline((482, 452), (500, 470), (492, 500))
        )
        sketch.panel(join(tip, points((660, 520), (660, 380))), tip, way.detail, way.thread)
        sketch.stitches(
            spline((330, 372), (372, 396), (384, 430), (352, 446), (340, 420)), way.thread
        )
        counter = spline((80, 366), (140, 372), (172, 410), (170, 490))
        sketch.panel(join(counter, points((60, 490))), counter, way.detail, way.thread)
        crease(sketch, spline((284, 320), (250, 340), (222, 350)), 0.2)
    lights = [
        (spline((430, 408), (500, 426), (560, 452)), 12.0),
        (spline((228, 140), (226, 240), (246, 310)), 13.0),
        (spline((130, 150), (130, 250), (120, 340)), 9.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    for share in (0.0, 1.0):
        x, y = near[0] if share == 0.0 else near[-1]
        pull_tab(sketch, (x - 6, y + 8), way.detail.colour, 14)
    collar(sketch, near, way.panel.colour, 6)
    block = points((104, 444), (206, 456), (186, GROUND), (128, GROUND))
    slab(sketch, block, way.sole)
    for y in (458, 468, 478, 488):
        sketch.line(points((112 + (y - 444) * 0.4, y), (200 - (y - 444) * 0.3, y)),
                    shade(way.sole.colour, 0.6), 1.5, 0.5)  # fmt: skip
    top = spline((102, 440), (206, 452), (300, 480), (400, 488), (500, 482), (604, 464))
    sketch.line(moved(top, y=4), "#05060c", 12, 0.9)
    sketch.line(moved(top, y=3), way.sole.colour, 9)
    sketch.stitches(moved(part(top, 0.02, 0.97), y=1), way.thread, 1.8)
    sketch.line(points((130, 498), (184, 498)), way.outsole, 5)


def heeled_boot(sketch: Sketch, way: Colourway, zip_side: bool = True) -> None:
    """An ankle boot on a block heel, almond toe."""
    near = spline((126, 130), (156, 140), (200, 140), (240, 128))
    far = spline((126, 130), (160, 114), (206, 114), (240, 128))
    front = spline((240, 128), (242, 208), (262, 272), (330, 348), (412, 410))
    toe = spline((412, 410), (466, 430), (530, 446), (574, 464), (592, 484))
    heel = spline((96, 396), (90, 352), (104, 280), (124, 210), (126, 130))
    outline = join(
        heel,
        near,
        front,
        toe,
        spline((592, 490), (500, 494), (420, 490), (330, 452), (240, 410), (96, 396)),
    )
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        vamp = spline((246, 240), (224, 310), (262, 380), (300, 460))
        sketch.panel(join(vamp, points((640, 520), (640, 220))), vamp, way.panel, way.thread)
        counter = spline((60, 290), (130, 300), (172, 340), (190, 430))
        sketch.panel(join(counter, points((40, 440))), counter, way.detail, way.thread)
        crease(sketch, spline((272, 286), (244, 306), (222, 312)), 0.18)
        if zip_side:
            line = spline((194, 138), (196, 230), (214, 330), (232, 400))
            sketch.line(line, "#05060c", 8, 0.45)
            sketch.line(line, way.metal, 4.5)
            sketch.line(line, shade(way.metal, 0.6), 4.5, 0.8, "1.6 3.4")
            sketch.line(points((195, 150), (197, 176)), tint(way.metal, 0.3), 6)
    lights = [
        (spline((420, 426), (490, 448), (556, 468)), 12.0),
        (spline((132, 200), (112, 280), (104, 350)), 10.0),
        (spline((232, 200), (248, 260), (320, 350)), 13.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    collar(sketch, near, way.upper.colour, 6)
    block = join(
        spline((92, 392), (150, 400), (214, 416)),
        spline((214, 416), (194, 460), (184, GROUND)),
        points((106, GROUND)),
        spline((106, GROUND), (96, 440), (92, 392)),
    )
    slab(sketch, block, way.sole)
    sketch.line(points((107, 497), (183, 497)), way.outsole, 6)
    top = spline((90, 390), (160, 396), (240, 414), (330, 456), (420, 490), (500, 493), (594, 486))
    sketch.line(moved(top, y=3), "#05060c", 10, 0.8)
    sketch.line(moved(top, y=2), way.sole.colour, 7.5)
    sketch.line(moved(top, y=0), tint(way.sole.colour, 0.4), 1.6, 0.6)


def shearling_boot(sketch: Sketch, way: Colourway) -> None:
    """A winter boot of suede with the fleece turned out at the top, laced with a toggle."""
    near = spline((104, 150), (150, 166), (206, 166), (256, 146))
    far = spline((104, 150), (150, 124), (210, 122), (256, 146))
    front = spline((252, 150), (254, 230), (276, 292), (336, 342), (412, 372))
    toe = spline((412, 372), (476, 384), (536, 402), (572, 426), (580, 458))
    heel = spline((92, 462), (80, 410), (94, 310), (108, 230), (106, 150))
    outline = join(heel, near, front, toe, points((576, 476), (92, 476)))
    opening(sketch, far, near, way.lining)
    sketch.fill(outline, way.upper)
    with sketch.within(outline):
        front_seam = spline((250, 300), (232, 350), (256, 420), (270, 490))
        sketch.seam(front_seam, way.upper.colour)
        sketch.stitches(offset(front_seam, 6), way.thread)
        counter = spline((60, 340), (124, 346), (158, 390), (160, 490))
        sketch.panel(join(counter, points((40, 500))), counter, way.panel, way.thread, double=True)
        band = spline((90, 250), (180, 266), (270, 250))
        sketch.panel(join(band, moved(band, y=26)[::-1]), moved(band, y=26), way.panel, way.thread)
        crease(sketch, spline((280, 318), (250, 336), (226, 342)), 0.14)
    lights = [
        (spline((440, 390), (510, 404), (550, 430)), 18.0),
        (spline((206, 290), (216, 330), (300, 370)), 18.0),
        (spline((112, 260), (100, 360)), 11.0),
    ]
    sketch.volume(outline, way.upper.gloss, lights)
    cuff = join(
        spline((98, 140), (150, 158), (206, 158), (262, 138)),
        spline((262, 138), (270, 176), (258, 208)),
        spline((258, 208), (234, 216), (206, 226), (176, 222), (146, 226), (120, 214), (98, 206)),
        spline((98, 206), (88, 172), (98, 140)),
    )
    sketch.line(moved(cuff, y=4), "#05060c", 7, 0.25, closed=True)
    sketch.fill(cuff, way.detail)
    sketch.volume(cuff, 0.0, [(spline((120, 172), (190, 186), (244, 168)), 14)], depth=0.7)
    toggle = spline((196, 262), (222, 268))
    sketch.line(toggle, shade(way.sole.colour, 0.5), 13)
    sketch.line(moved(toggle, y=-2), tint(way.outsole, 0.3), 8)
    top = spline((82, 458), (300, 464), (500, 460), (574, 450))
    bottom = spline((88, 494), (300, 496), (500, 496), (580, 480))
    tread(sketch, part(bottom, 0.02, 0.98), way.outsole, 20, 5)
    sole = join(top, spline((574, 450), (588, 462), (580, 480)), bottom[::-1],
                spline((88, 494), (78, 476), (82, 458)))  # fmt: skip
    cast_on_upper(sketch, moved(top, y=-2), 0.35)
    slab(sketch, sole, way.sole)
    for x, y, _ in spread(part(moved(top, y=18), 0.03, 0.97), 26):
        sketch.line(points((x - 5, y), (x + 5, y)), shade(way.sole.colour, 0.4), 2, 0.5)
    sketch.fill(join(moved(bottom, y=-7), bottom[::-1]), Paint(way.outsole, "rubber"))
