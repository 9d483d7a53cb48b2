"""Prints and weaves that repeat strictly: checks, stripes, dots."""

from __future__ import annotations

from scripts.demo_data.shoes.print_tiles import Accents, pattern


def plaid(name: str, accents: Accents) -> str:
    """Bands of three widths, across and along."""
    first, second, third = accents
    bands = ((8, 22, first, 0.75), (44, 10, second, 0.7), (60, 3, third, 0.9), (36, 3, third, 0.9))
    body = "".join(
        f'<rect x="{at}" width="{width}" height="72" fill="{colour}" opacity="{share}"/>'
        f'<rect y="{at}" height="{width}" width="72" fill="{colour}" opacity="{share * 0.7:.2f}"/>'
        for at, width, colour, share in bands
    )
    return pattern(name, 72, body, 8)


def gingham(name: str, accents: Accents) -> str:
    """Checks of one colour at half strength."""
    body = (
        f'<rect width="14" height="28" fill="{accents[0]}" opacity="0.55"/>'
        f'<rect width="28" height="14" fill="{accents[0]}" opacity="0.55"/>'
    )
    return pattern(name, 28, body, 4)


def dots(name: str, accents: Accents) -> str:
    """Polka dots."""
    body = "".join(
        f'<circle cx="{x}" cy="{y}" r="8" fill="{accents[0]}"/>' for x, y in ((10, 10), (30, 30))
    )
    return pattern(name, 40, body, 10)


def breton(name: str, accents: Accents) -> str:
    """Narrow stripes, as on a sailor's shirt."""
    body = f'<rect y="4" width="24" height="9" fill="{accents[0]}"/>'
    return pattern(name, 24, body, 5)


def candy(name: str, accents: Accents) -> str:
    """Broad upright bands in three colours."""
    body = "".join(
        f'<rect x="{20 * i}" width="{width}" height="80" fill="{colour}"/>'
        for i, (colour, width) in enumerate(
            zip((*accents, accents[0]), (14, 20, 10, 4), strict=True)
        )
    )
    return pattern(name, 80, body, 14)


def zigzag(name: str, accents: Accents) -> str:
    """Zigzag lines of two colours by turns."""
    body = "".join(
        f'<path d="M-12 {y + 12} L6 {y - 6} L24 {y + 12} L42 {y - 6} L60 {y + 12}" fill="none" '
        f'stroke="{colour}" stroke-width="8"/>'
        for y, colour in ((-12, accents[1]), (6, accents[0]), (24, accents[1]), (42, accents[0]))
    )
    return pattern(name, 36, body)


def waves(name: str, accents: Accents) -> str:
    """Wave lines of three colours."""
    body = "".join(
        f'<path d="M-24 {y} Q-12 {y - 14} 0 {y} T24 {y} T48 {y} T72 {y}" fill="none" '
        f'stroke="{colour}" stroke-width="6"/>'
        for y, colour in ((0, accents[0]), (16, accents[1]), (32, accents[2]), (48, accents[0]))
    )
    return pattern(name, 48, body, -6)


def argyle(name: str, accents: Accents) -> str:
    """Diamonds under a fine diagonal grid."""
    body = (
        f'<path d="M32 0 L64 32 L32 64 L0 32Z" fill="{accents[0]}"/>'
        f'<path d="M0 0 L64 64 M64 0 L0 64" stroke="{accents[1]}" stroke-width="2.4" fill="none"/>'
    )
    return pattern(name, 64, body)


def herringbone(name: str, accents: Accents) -> str:
    """Slanted strokes, column by column the other way."""
    strokes = "".join(f"M0 {y} L16 {y - 16} M16 {y - 16} L32 {y}" for y in range(0, 49, 8))
    body = f'<path d="{strokes}" stroke="{accents[0]}" stroke-width="3.4" fill="none"/>'
    return pattern(name, 32, body)


def houndstooth(name: str, accents: Accents) -> str:
    """Checks with teeth."""
    body = (
        f'<path d="M0 0H12V12L18 6L24 0H36L24 12V24H12L6 30L0 36V24L12 12H0Z M24 24H36L30 30Z" '
        f'fill="{accents[0]}"/>'
    )
    return pattern(name, 24, body)
