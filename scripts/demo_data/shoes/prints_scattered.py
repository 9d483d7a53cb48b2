"""Prints of motifs strewn over the cloth: skins, flowers, splashes."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.shoes.print_tiles import Accents, blob, pattern, wrapped


def camo(name: str, accents: Accents) -> str:
    """Patches of three colours, half over each other."""
    rng = np.random.default_rng(31)
    side = 150.0
    body = ""
    for index in range(21):
        x, y = rng.uniform(0, side, 2)
        patch = blob(rng, float(rng.uniform(14, 27)), 0.42, 1.5)
        body += wrapped(side, x, y, 62, f'<path d="{patch}" fill="{accents[index % 3]}"/>')
    return pattern(name, side, body)


def leopard(name: str, accents: Accents) -> str:
    """Broken rings around darker spots."""
    rng = np.random.default_rng(8)
    side = 108.0
    body = ""
    for row in range(4):
        for column in range(4):
            x = (column + 0.5 * (row % 2)) * 27 + float(rng.uniform(-4, 4))
            y = row * 27 + float(rng.uniform(-4, 4))
            gap = int(rng.integers(360))
            rosette = (
                f'<path d="{blob(rng, 7.5, 0.25, 1.15)}" fill="{accents[1]}"/>'
                f'<path d="{blob(rng, 9.5, 0.2, 1.15)}" fill="none" stroke="{accents[0]}" '
                f'stroke-width="5.4" stroke-dasharray="13 5" stroke-dashoffset="{gap}"/>'
            )
            body += wrapped(side, x % side, y, 18, rosette)
    return pattern(name, side, body)


def zebra(name: str, accents: Accents) -> str:
    """Wavering stripes."""
    rows = "".join(
        f'<path d="M0 {y} C14 {y - 12} 22 {y + 9} 36 {y - 3} S62 {y + 8} 72 {y} L72 {y + 4} '
        f'C58 {y + 14} 50 {y + 2} 36 {y + 7} S14 {y + 1} 0 {y + 11}Z" fill="{accents[0]}"/>'
        for y in (-18, 0, 18, 36, 54, 72)
    )
    return pattern(name, 72, rows, 72)


def _flower(petals: str, heart: str, size: float, turn: float) -> str:
    body = "".join(
        f'<ellipse cx="0" cy="{-size * 0.62:.1f}" rx="{size * 0.36:.1f}" ry="{size * 0.52:.1f}" '
        f'fill="{petals}" transform="rotate({turn + 72 * k:.0f})"/>'
        for k in range(5)
    )
    return f'{body}<circle r="{size * 0.27:.1f}" fill="{heart}"/>'


def _leaf(colour: str, size: float, turn: float) -> str:
    return (
        f'<path d="M0 0Q{size * 0.5:.1f} {-size * 0.6:.1f} 0 {-size * 1.3:.1f}'
        f'Q{-size * 0.5:.1f} {-size * 0.6:.1f} 0 0Z" fill="{colour}" '
        f'transform="rotate({turn:.0f})"/>'
    )


def floral(name: str, accents: Accents) -> str:
    """Scattered five-petalled flowers with leaves: petals, hearts and leaves in the accents."""
    rng = np.random.default_rng(12)
    side = 132.0
    body = ""
    spots = ((22, 24, 21), (88, 18, 15), (56, 66, 23), (116, 72, 19), (16, 100, 16), (86, 112, 20))
    for x, y, size in spots:
        turn = float(rng.uniform(0, 360))
        leaves = _leaf(accents[2], size * 1.1, turn + 40) + _leaf(
            accents[2], size * 1.1, turn + 150
        )
        body += wrapped(side, x, y, 30, leaves + _flower(accents[0], accents[1], size, turn))
    return pattern(name, side, body)


def botanical(name: str, accents: Accents) -> str:
    """Fern fronds in two greens, or whatever the accents are."""
    side = 120.0
    body = ""
    for x, y, turn, colour in ((25, 62, 20, accents[0]), (85, 40, -35, accents[1]),
                               (60, 112, 160, accents[2])):  # fmt: skip
        frond = "".join(
            _leaf(colour, 11 - k * 0.9, sign * 62).replace(
                'transform="', f'transform="translate(0 {-8 * k}) '
            )
            for k in range(7)
            for sign in (-1, 1)
        )
        stem = f'<path d="M0 8V-58" stroke="{colour}" stroke-width="2.4"/>'
        body += wrapped(side, x, y, 70, f'<g transform="rotate({turn})">{stem}{frond}</g>')
    return pattern(name, side, body)


def confetti(name: str, accents: Accents) -> str:
    """Short strips of paper."""
    rng = np.random.default_rng(5)
    side = 96.0
    body = ""
    for index in range(26):
        x, y = rng.uniform(0, side, 2)
        piece = (
            f'<rect x="-7" y="-2.6" width="14" height="5.2" rx="2.6" fill="{accents[index % 3]}" '
            f'transform="rotate({rng.uniform(0, 180):.0f})"/>'
        )
        body += wrapped(side, x, y, 9, piece)
    return pattern(name, side, body)


def splash(name: str, accents: Accents) -> str:
    """Drops of paint of very different sizes."""
    rng = np.random.default_rng(17)
    side = 140.0
    body = ""
    for index in range(54):
        x, y = rng.uniform(0, side, 2)
        radius = float(rng.gamma(1.4, 3.2)) + 1.2
        drop = f'<path d="{blob(rng, radius, 0.2)}" fill="{accents[index % 3]}"/>'
        body += wrapped(side, x, y, 24, drop)
    return pattern(name, side, body)


def tie_dye(name: str, accents: Accents) -> str:
    """Rings of dye that have run into each other."""
    rng = np.random.default_rng(23)
    side = 190.0
    body = ""
    for index in range(13):
        x, y = rng.uniform(0, side, 2)
        radius = float(rng.uniform(24, 46))
        rings = "".join(
            f'<path d="{blob(rng, radius * share, 0.22)}" fill="{accents[index % 3]}" '
            f'opacity="0.34"/>'
            for share in (1.0, 0.78, 0.52)
        )
        body += wrapped(side, x, y, 58, rings)
    return pattern(name, side, body)
