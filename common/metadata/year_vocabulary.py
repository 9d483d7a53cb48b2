"""The words of dates in German, English, French, Italian and the Latin of catalogues.

In lower case without diacritics: "siecle", "halfte", and "meta" for "metà".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Bound: TypeAlias = Literal["before", "until", "since", "after"]


def _words(text: str) -> list[str]:
    return text.split()


MONTHS: Final = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar janner februar marz mai juni juli oktober dezember okt dez "
    "janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre "
    "janv fevr juil "
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre dicembre "
    "genn febbr magg sett ott dic"
)

_ENGLISH_ORDINALS: Final = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS: Final[Mapping[str, int]] = {
    **{word: number for number, word in enumerate(_ENGLISH_ORDINALS, start=1)},
    **dict.fromkeys(_words("erste ersten erster erstes premier premiere primo"), 1),
    **dict.fromkeys(_words("zweite zweiten zweiter zweites deuxieme seconde seconda secondo"), 2),
    **dict.fromkeys(_words("dritte dritten dritter drittes troisieme terza"), 3),
    **dict.fromkeys(_words("vierte vierten vierter viertes quatrieme quarta"), 4),
    **dict.fromkeys(
        _words("last letzte letzten letzter letztes dernier derniere ultimo ultima"), -1
    ),
}
"""Ordinals by word; -1 is the last."""

FRACTIONS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_words("half halfte moitie"), 2),
    **dict.fromkeys(_words("drittel tiers terzo"), 3),
    **dict.fromkeys(_words("quarter viertel quart quarto"), 4),
}
"""Into how many parts a fraction divides."""

_EARLY: Final = _words(
    "early fruh fruhe fruhen fruher fruhes anfang beginn beginning start debut inizio inizi "
    "initium ineunte"
)
PARTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_EARLY, 1),
    **dict.fromkeys(_words("mid middle mitte milieu meta"), 2),
    **dict.fromkeys(_words("late end ende spat spate spaten spater spates fin fine exeunte"), 3),
}
"""1 for early, 2 for the middle, 3 for late."""

LATIN_PARTS: Final[Mapping[str, int]] = {"in.": 1, "med.": 2, "ex.": 3}

BOUND_WORDS: Final[Mapping[str, Bound]] = {
    **dict.fromkeys(_words("before vor avant prima pre ante"), "before"),
    **dict.fromkeys(_words("until till bis by jusqu' jusque fino spatestens"), "until"),
    **dict.fromkeys(_words("since seit depuis ab fruhestens"), "since"),
    **dict.fromkeys(_words("after nach apres dopo post"), "after"),
}
BOUNDS: Final[tuple[Bound, ...]] = ("before", "until", "since", "after")

JOINS: Final = frozenset(_words("to bis until till and und et e ed a au al or oder ou o y through"))
NEGATIONS: Final = frozenset(_words("not nicht non pas"))
DECADE_WORDS: Final = frozenset(_words("annees anni"))
NOISE: Final = frozenset(
    _words(
        "ca circa cca um about around approx approximately roughly environ env vers verso intorno "
        "probably possibly perhaps likely vermutlich wahrscheinlich wohl etwa gegen ungefahr "
        "probablement forse probabilmente the of in im des der den dem das du de d' di del dell' "
        "della dello degli il l' la le les lo gli alla all' from von vom between zwischen entre "
        "tra fra year years jahr jahre jahren an anno datiert dated era"
    )
)
"""Words that say nothing about the years, and those for "about"."""
