"""A colour profile made by hand, as Pillow can make none but sRGB, Lab and XYZ."""

from __future__ import annotations

import struct

DISPLAY_P3_COLUMNS = (
    (0.5151, 0.2412, -0.0011),
    (0.2920, 0.6922, 0.0419),
    (0.1571, 0.0666, 0.7841),
)
"""XYZ under D50 of P3's red, green and blue, as in the profiles that phones embed."""


def matrix_profile(name: str, columns: tuple[tuple[float, ...], ...], gamma: float = 2.2) -> bytes:
    """Return an ICC v2 display profile (ICC.1:2001-04) of three primaries and one gamma."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    text = name.encode() + b"\x00"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    parts = {
        b"desc": description,
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1.0, 0.8249),
        **{
            tag: b"XYZ " + bytes(4) + fixed(*column)
            for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
        },
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(parts)), b""
    start = 128 + 4 + 12 * len(parts)
    for tag, part in parts.items():
        table += tag + struct.pack(">II", start + len(body), len(part))
        body += part + bytes(-len(part) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s",
        start + len(body),
        bytes(4),
        0x02400000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        bytes(12),
        b"acsp",
    )
    header += bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\x00") + table + body
