"""How the things of one category are photographed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Limits within which every picture is different.

    Attributes:
        backgrounds: Names from `surfaces.PAINTERS`, or `"studio"`; repeat one to see it more often.
        flat: Lies or hangs flat and is seen from straight on; otherwise it stands on a floor.
        may_flip: Mirroring shows the same thing (never true of lettering).
        max_tilt_degrees: Largest rotation in the picture plane.
        max_yaw_degrees: Largest turn to the left or right.
        max_pitch_degrees: Largest tilt towards or away from the camera.
        fill_range: Share of the frame that the subject's longer side takes; for full-bleed
            subjects the share of the drawing that the frame shows.
        shadow_strength: Darkness of shadows, 0 (printed on the surface) to 1.
        ink: How much of the surface shows through, 0 (opaque) to 1 (a transparent print).
        drawing_px: Side at which drawings are rasterised for catalogue pictures; half as large
            again as they appear is enough.
    """

    backgrounds: tuple[str, ...]
    flat: bool = False
    may_flip: bool = False
    max_tilt_degrees: float = 5.0
    max_yaw_degrees: float = 18.0
    max_pitch_degrees: float = 6.0
    fill_range: tuple[float, float] = (0.66, 0.88)
    shadow_strength: float = 0.5
    ink: float = 0.0
    drawing_px: int = 640
