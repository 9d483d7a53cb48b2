"""Marks on cloth, metal and plastic: bags, badges and signs, each as one SVG document."""

from __future__ import annotations

from scripts.demo_data.logos.finishes import MIDDLE, cut_edge, sheen
from scripts.demo_data.logos.lockups import Brand
from scripts.demo_data.shapes import circle, group, path, rectangle
from scripts.demo_data.svg import shade, svg_document


def round_sticker(brand: Brand) -> str:
    """A glossy sticker with a white rim."""
    gradient, gloss = sheen("gloss")
    body = group(
        circle(300, fill="#fdfdfb", stroke="#d7d5d0", stroke_width=2),
        circle(278, fill=brand.scheme.field),
        group(brand.mark, scale=1.98),
        circle(278, fill=gloss),
        at=MIDDLE,
    )
    return svg_document(body, gradient)


def enamel_badge(brand: Brand) -> str:
    """A pin with a metal rim."""
    rim = (
        '<linearGradient id="rim" x1="0" y1="0" x2="1" y2="1">'
        '<stop offset="0" stop-color="#fff4d2"/>'
        '<stop offset="0.35" stop-color="#b98f3f"/><stop offset="0.55" stop-color="#f7e3a8"/>'
        '<stop offset="0.8" stop-color="#8d6523"/><stop offset="1" stop-color="#e8cb84"/>'
        "</linearGradient>"
    )
    body = group(
        circle(296, fill="url(#rim)"),
        circle(270, fill=shade(brand.scheme.field, 0.35)),
        circle(266, fill=brand.scheme.field),
        group(brand.mark, scale=1.92),
        path(
            "M-222 -88A240 240 0 0 1 88 -222A300 300 0 0 0 -222 -88Z", fill="#fff", fill_opacity=0.2
        ),
        path("M222 88A240 240 0 0 1 -88 222A300 300 0 0 0 222 88Z", fill="#000", fill_opacity=0.1),
        at=MIDDLE,
    )
    return svg_document(body, rim)


def wall_sign(brand: Brand) -> str:
    """A thick panel on stand-off screws."""
    field = brand.scheme.field
    gradient, gloss = sheen("light", 0.16)
    screws = "".join(
        circle(11, xy, fill="#b9b4aa", stroke="#77736b", stroke_width=2)
        + circle(4, (xy[0] - 2, xy[1] - 2), fill="#e9e6df")
        for xy in ((66, 66), (574, 66), (66, 574), (574, 574))
    )
    body = (
        rectangle(32, 40, 576, 580, 34, fill=shade(field, 0.5))
        + rectangle(32, 26, 576, 580, 34, fill=field)
        + rectangle(32, 26, 576, 580, 34, fill=gloss)
        + screws
        + group(brand.stacked(180), at=(320, 314))
    )
    return svg_document(body, gradient)


def icon_tile(brand: Brand) -> str:
    """A thick acrylic block with rounded corners."""
    field = brand.scheme.field
    gradient, gloss = sheen("acrylic", 0.26)
    body = (
        rectangle(40, 52, 560, 560, 132, fill=shade(field, 0.42))
        + rectangle(40, 34, 560, 560, 132, fill=field)
        + group(brand.mark, at=(320, 314), scale=2.02)
        + rectangle(40, 34, 560, 560, 132, fill=gloss)
    )
    return svg_document(body, gradient)


def tote_bag(brand: Brand) -> str:
    """A ribbed cotton bag."""
    field = brand.scheme.field
    threads = "".join(f"M110 {y}H530" for y in range(176, 612, 5))
    handle = "M{0} 180C{0} 20 {1} 20 {1} 180"
    straps = handle.format(220, 420)
    body = (
        path(straps, fill="none", stroke=shade(field, 0.3), stroke_width=26)
        + path(straps, fill="none", stroke=shade(field, 0.06), stroke_width=21)
        + path("M104 168H536L548 612Q320 632 92 612Z", fill=field, **cut_edge(field))
        + path(threads, stroke=shade(field, 0.5), stroke_width=1, stroke_opacity=0.13)
        + path("M104 190H536", stroke=shade(field, 0.4), stroke_width=2, stroke_dasharray="7 5",
               stroke_opacity=0.5)
        + group(brand.stacked(132), at=(320, 388))
        + path("M150 200C190 330 160 480 190 612L92 612L104 200Z", fill="#000", fill_opacity=0.05)
        + path("M470 190C440 330 500 470 480 614L548 612L536 190Z", fill="#fff", fill_opacity=0.06)
    )  # fmt: skip
    return svg_document(body)


def banner(brand: Brand) -> str:
    """A swallow-tailed banner on a rod."""
    c = brand.scheme
    body = (
        rectangle(92, 34, 456, 18, 9, fill="#8a6a4a")
        + circle(14, (92, 43), fill="#6d5138")
        + circle(14, (548, 43), fill="#6d5138")
        + path("M124 44H516V620L320 548L124 620Z", fill=c.field, **cut_edge(c.field))
        + path("M142 62H498V590L320 526L142 590Z", fill="none", stroke=c.second, stroke_width=4)
        + group(brand.stacked(138), at=(320, 280))
        + path("M200 52C190 220 214 400 196 588L124 616V52Z", fill="#000", fill_opacity=0.06)
        + path("M400 52C420 220 388 400 410 580L450 594V52Z", fill="#fff", fill_opacity=0.06)
    )
    return svg_document(body)
