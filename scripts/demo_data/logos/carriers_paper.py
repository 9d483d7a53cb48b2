"""Marks on paper and board: cards, labels, bags and books, each as one SVG document.

Every carrier shows the mark on the brand's field colour, so that all pictures of a brand share
its colours.
"""

from __future__ import annotations

from scripts.demo_data.logos.finishes import MIDDLE, cut_edge
from scripts.demo_data.logos.lockups import Brand
from scripts.demo_data.shapes import circle, group, path, polygon, rectangle
from scripts.demo_data.svg import mix, shade, svg_document


def business_card(brand: Brand) -> str:
    """A card with mark and name side by side."""
    field = brand.scheme.field
    body = rectangle(30, 140, 580, 360, 8, fill=field, **cut_edge(field)) + group(
        brand.side_by_side(510), at=MIDDLE
    )
    return svg_document(body)


def upright_card(brand: Brand) -> str:
    """A framed card with the name below the mark."""
    c = brand.scheme
    body = (
        rectangle(120, 30, 400, 580, 10, fill=c.field, **cut_edge(c.field))
        + rectangle(142, 52, 356, 536, 4, fill="none", stroke=c.second, stroke_width=4)
        + group(brand.stacked(138), at=(320, 305))
    )
    return svg_document(body)


def pair_of_cards(brand: Brand) -> str:
    """A card on top of another one that shows its coloured back."""
    c = brand.scheme
    back = mix(c.main, c.field, 0.06)
    body = (
        group(
            rectangle(-230, -150, 460, 300, 8, fill=back, **cut_edge(back)), at=(330, 300), turn=17
        )
        + group(
            rectangle(-248, -158, 500, 324, 8, fill="#000", fill_opacity=0.22),
            at=(322, 334),
            turn=-5,
        )
        + group(
            rectangle(-250, -162, 500, 324, 8, fill=c.field, **cut_edge(c.field)),
            brand.side_by_side(446),
            at=(318, 328),
            turn=-5,
        )
    )
    return svg_document(body)


def hang_tag(brand: Brand) -> str:
    """A label with an eyelet and a loop of string."""
    c = brand.scheme
    body = (
        path("M320 86C280 20 420 -10 380 60C366 84 340 60 322 90", fill="none", stroke="#cdbb94",
             stroke_width=6, stroke_linecap="round")
        + path("M236 52H404L500 150V606Q500 620 486 620H154Q140 620 140 606V150Z", fill=c.field,
               **cut_edge(c.field))
        + circle(24, (320, 104), fill=c.second)
        + circle(12, (320, 104), fill="#5a5148")
        + group(brand.stacked(136), at=(320, 370))
    )  # fmt: skip
    return svg_document(body)


def stamp(brand: Brand) -> str:
    """A perforated label."""
    c = brand.scheme
    # Half a hole is cut from the edge every 29 units; the corners stay whole.
    notch = "h10a9.5 9.5 0 0 0 19 0"
    side = notch * 20
    perforated = "M30 30" + "".join(
        side.replace("h10", step).replace("19 0", chord)
        for step, chord in (("h10", "19 0"), ("v10", "0 19"), ("h-10", "-19 0"), ("v-10", "0 -19"))
    )
    body = (
        path(f"{perforated}Z", fill="#fbf8f0")
        + rectangle(62, 62, 516, 516, fill=c.field)
        + rectangle(76, 76, 488, 488, fill="none", stroke=c.second, stroke_width=3)
        + group(brand.stacked(160), at=(320, 318))
    )
    return svg_document(body)


def paper_bag(brand: Brand) -> str:
    """A carrier bag seen a little from the side."""
    field = brand.scheme.field
    handle = "M{0} 150C{0} 10 {1} 10 {1} 150"
    body = (
        path(handle.format(222, 366), fill="none", stroke=shade(field, 0.45), stroke_width=9)
        + polygon([(492, 140), (566, 168), (566, 586), (492, 622)], fill=shade(field, 0.26))
        + polygon([(528, 156), (566, 168), (566, 586), (534, 600)], fill=shade(field, 0.36))
        + polygon([(96, 140), (492, 140), (492, 622), (96, 622)], fill=field)
        + path("M96 168H492", stroke=shade(field, 0.2), stroke_width=2)
        + path(handle.format(222, 366), fill="none", stroke=shade(field, 0.6), stroke_width=9,
               stroke_dasharray="126 600")
        + group(brand.stacked(140), at=(294, 388))
        + polygon([(96, 140), (180, 140), (96, 330)], fill="#fff", fill_opacity=0.07)
    )  # fmt: skip
    return svg_document(body)


def notebook(brand: Brand) -> str:
    """A cloth-bound book with an elastic band."""
    c = brand.scheme
    body = (
        rectangle(112, 34, 428, 580, 12, fill="#efe9da", stroke="#cfc6b2", stroke_width=2)
        + rectangle(104, 26, 428, 580, 14, fill=c.field, **cut_edge(c.field))
        + rectangle(104, 26, 44, 580, 14, fill=shade(c.field, 0.2))
        + rectangle(146, 26, 3, 580, fill=shade(c.field, 0.34))
        + group(brand.stacked(124), at=(318, 308))
        + rectangle(484, 24, 17, 584, fill=mix(c.second, c.field, 0.1))
    )
    return svg_document(body)
