"""A stroke alphabet: letters as centre lines, so that one drawing serves every weight.

Fonts differ between machines and the pictures must not, so words are drawn as paths. Capitals
are 100 units high from the top (0) to the baseline (100); small letters have their upper edge at
36 and descend to about 130. Bowls are true circles, as in the geometric typefaces of the twenties.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo_data.shapes import group, path

_CAPITAL_BOWL = "M0 50A50 50 0 1 1 100 50A50 50 0 1 1 0 50Z"
_SMALL_BOWL = "M0 68A32 32 0 1 1 64 68A32 32 0 1 1 0 68Z"

GLYPHS: dict[str, tuple[str, float]] = {
    "A": ("M0 100L38 0L76 100M13 66H63", 76),
    "B": ("M0 46H34A23 23 0 0 0 34 0H0V100H37A27 27 0 0 0 37 46", 64),
    "C": ("M85.4 14.6A50 50 0 1 0 85.4 85.4", 86),
    "D": ("M0 0V100H34A50 50 0 0 0 34 0Z", 84),
    "E": ("M58 0H0V100H58M0 50H50", 58),
    "F": ("M56 0H0V100M0 50H48", 56),
    "G": ("M85.4 14.6A50 50 0 1 0 100 50H60", 100),
    "H": ("M0 0V100M72 0V100M0 50H72", 72),
    "I": ("M0 0V100", 0),
    "J": ("M46 0V74A25 25 0 0 1 0 82", 46),
    "K": ("M0 0V100M64 0L0 60M24 38L68 100", 68),
    "L": ("M0 0V100H52", 52),
    "M": ("M0 100V0L45 64L90 0V100", 90),
    "N": ("M0 100V0L72 100V0", 72),
    "O": (_CAPITAL_BOWL, 100),
    "P": ("M0 100V0H36A28 28 0 0 1 36 56H0", 64),
    "Q": (f"{_CAPITAL_BOWL}M62 66L96 102", 100),
    "R": ("M0 100V0H36A28 28 0 0 1 36 56H0M34 56L66 100", 66),
    "S": ("M61 20C57 6 46 0 33 0C16 0 3 9 3 25C3 60 64 40 64 74C64 91 50 100 33 100"
          "C16 100 4 92 0 78",
          64),
    "T": ("M0 0H74M37 0V100", 74),
    "U": ("M0 0V64A36 36 0 0 0 72 64V0", 72),
    "V": ("M0 0L38 100L76 0", 76),
    "W": ("M0 0L30 100L58 14L86 100L116 0", 116),
    "X": ("M0 0L70 100M70 0L0 100", 70),
    "Y": ("M0 0L36 52L72 0M36 52V100", 72),
    "Z": ("M2 0H68L0 100H70", 70),
    "a": (f"{_SMALL_BOWL}M64 36V100", 64),
    "b": (f"{_SMALL_BOWL}M0 0V100", 64),
    "c": ("M54.6 45.4A32 32 0 1 0 54.6 90.6", 56),
    "d": (f"{_SMALL_BOWL}M64 0V100", 64),
    "e": ("M0 68H64A32 32 0 1 0 55 90.3", 64),
    "f": ("M36 2C20 -2 12 8 12 22V100M0 40H32", 34),
    "g": (f"{_SMALL_BOWL}M64 36V102A30 30 0 0 1 7 114", 64),
    "h": ("M0 0V100M0 66A30 30 0 0 1 60 66V100", 60),
    "i": ("M0 36V100M0 8V14", 0),
    "j": ("M16 36V108A20 20 0 0 1 -4 128M16 8V14", 16),
    "k": ("M0 0V100M46 38L0 76M16 63L48 100", 48),
    "l": ("M0 0V100", 0),
    "m": ("M0 36V100M0 62A26 26 0 0 1 52 62V100M52 62A26 26 0 0 1 104 62V100", 104),
    "n": ("M0 36V100M0 66A30 30 0 0 1 60 66V100", 60),
    "o": (_SMALL_BOWL, 64),
    "p": (f"{_SMALL_BOWL}M0 36V132", 64),
    "q": (f"{_SMALL_BOWL}M64 36V132", 64),
    "r": ("M0 36V100M0 66A30 30 0 0 1 34 37", 34),
    "s": ("M44 49C41 39 33 36 24 36C12 36 3 42 3 52C3 74 46 60 46 82C46 94 36 100 24 100"
          "C12 100 3 95 0 86",
          46),
    "t": ("M14 8V80A20 20 0 0 0 34 100M0 36H32", 34),
    "u": ("M0 36V70A30 30 0 0 0 60 70V36M60 36V100", 60),
    "v": ("M0 36L28 100L56 36", 56),
    "w": ("M0 36L22 100L44 46L66 100L88 36", 88),
    "x": ("M0 36L50 100M50 36L0 100", 50),
    "y": ("M0 36L29 98M58 36L18 130", 58),
    "z": ("M0 36H48L0 100H50", 50),
    " ": ("", 26),
}  # fmt: skip
"""Path data and advance width of each letter, without the space between letters."""


@dataclass(frozen=True)
class Hand:
    """How a word is written.

    Attributes:
        weight: Stroke width for letters of height 100.
        tracking: Space between letters, likewise.
        rounded: Round ends and corners instead of straight ones.
        slant: Degrees by which upright strokes lean to the right.
    """

    weight: float = 13.0
    tracking: float = 34.0
    rounded: bool = False
    slant: float = 0.0


def word_width(text: str, height: float, hand: Hand) -> float:
    """Width of a word whose capitals are `height` high, strokes included."""
    advance = sum(GLYPHS[letter][1] for letter in text) + hand.tracking * (len(text) - 1)
    return (advance + hand.weight) * height / 100


def word(text: str, height: float, colour: str, hand: Hand) -> str:
    """A word with the middle of its capitals at the origin.

    Args:
        text: Letters of `GLYPHS`.
        height: Of the capitals, in drawing units.
        colour: Of the strokes.
        hand: Weight, spacing and ends.

    Raises:
        KeyError: `text` has a letter that is not in `GLYPHS`.
    """
    scale = height / 100
    # Centre lines are half a stroke inside the outline on both sides.
    left = -word_width(text, height, hand) / 2 + hand.weight * scale / 2
    letters = []
    for letter in text:
        data, advance = GLYPHS[letter]
        if data:
            letters.append(group(path(data), at=(left, -height / 2), scale=scale))
        left += (advance + hand.tracking) * scale
    joined = group(
        *letters,
        fill="none",
        stroke=colour,
        stroke_width=hand.weight,
        stroke_linecap="round" if hand.rounded else "butt",
        stroke_linejoin="round" if hand.rounded else "miter",
    )
    return f'<g transform="skewX({-hand.slant:g})">{joined}</g>' if hand.slant else joined


def fitted(text: str, width: float, colour: str, hand: Hand) -> str:
    """A word of the given width, as high as that makes it."""
    return word(text, 100 * width / word_width(text, 100, hand), colour, hand)
