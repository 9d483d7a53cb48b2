"""All printed and woven patterns by name.

Every painter takes the element's id and three accent colours, and returns one seamless SVG
`<pattern>` in drawing units, transparent between the motifs.
"""

from __future__ import annotations

from collections.abc import Callable

from scripts.demo_data.shoes import prints_regular as regular
from scripts.demo_data.shoes import prints_scattered as scattered
from scripts.demo_data.shoes.print_tiles import Accents

Painter = Callable[[str, Accents], str]

PRINTS: dict[str, Painter] = {
    "plaid": regular.plaid,
    "gingham": regular.gingham,
    "dots": regular.dots,
    "breton": regular.breton,
    "candy": regular.candy,
    "zigzag": regular.zigzag,
    "waves": regular.waves,
    "argyle": regular.argyle,
    "herringbone": regular.herringbone,
    "houndstooth": regular.houndstooth,
    "camo": scattered.camo,
    "leopard": scattered.leopard,
    "zebra": scattered.zebra,
    "floral": scattered.floral,
    "botanical": scattered.botanical,
    "confetti": scattered.confetti,
    "splash": scattered.splash,
    "tie-dye": scattered.tie_dye,
}
