"""Years in free text: each notation means what a cataloguer means by it, and nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.metadata import YearRange, read_years, years_fields
from common.metadata.years import is_undated


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # one year
        ("1756", 1756, 1756),
        ("c. 1890", 1890, 1890),
        ("ca.1756", 1756, 1756),
        ("[1756?]", 1756, 1756),
        ("12.5.1890", 1890, 1890),
        ("12. Mai 1890", 1890, 1890),
        ("May 12, 1890", 1890, 1890),
        ("15 mars 1756", 1756, 1756),
        ("3 agosto 1756", 1756, 1756),
        ("1904-05-12", 1904, 1904),
        ("1904-05-12T10:00:00Z", 1904, 1904),
        ("1901/05/12", 1901, 1901),
        ("2004-11-5", 2004, 2004),
        ("1850-1-2", 1850, 1850),
        ("1890.5.31", 1890, 1890),
        ("2003-05", 2003, 2003),
        ("1910-12", 1910, 1910),
        ("2003-05 - 2004-01", 2003, 2004),
        # from one year to another
        ("1756-57", 1756, 1757),
        ("1910/12", 1910, 1912),
        ("1910 - 12", 1910, 1912),
        ("1910-13", 1910, 1913),
        ("1803-5", 1803, 1805),
        ("1500-10 BC", -1500, -10),
        ("um 1750-1760", 1750, 1760),
        ("1750–1760", 1750, 1760),
        ("1756/57", 1756, 1757),
        ("1756-7", 1756, 1757),
        ("1998-02", 1998, 1998),
        ("1899/1900", 1899, 1900),
        ("1760-1750", 1750, 1760),
        ("between 1750 and 1760", 1750, 1760),
        ("zwischen 1750 und 1760", 1750, 1760),
        ("entre 1750 et 1760", 1750, 1760),
        ("tra il 1750 e il 1760", 1750, 1760),
        ("von 1750 bis 1760", 1750, 1760),
        ("de 1750 à 1760", 1750, 1760),
        ("dal 1750 al 1760", 1750, 1760),
        # open on a side
        ("vor 1800", None, 1799),
        ("avant 1800", None, 1799),
        ("prima del 1800", None, 1799),
        ("bis 1800", None, 1800),
        ("jusqu'à 1800", None, 1800),
        ("after 1650", 1651, None),
        ("seit 1650", 1650, None),
        ("1750-", 1750, None),
        ("1850 or later", 1850, None),
        ("[1850 oder später?]", 1850, None),
        ("c. 1850, ou plus tard", 1850, None),
        ("1850 o più tardi", 1850, None),
        ("1750-1760 or later", 1750, None),
        ("1850 or earlier", None, 1850),
        ("1850 or after 1860", 1850, None),
        ("nicht vor 1700", 1700, None),
        ("nach 1700, vor 1720", 1701, 1719),
        ("not before 1700, not after 1720", 1700, 1720),
        ("nach 1750 bis 1760", 1751, 1760),
        ("before 1 AD", None, -1),
        # decades
        ("1920s", 1920, 1929),
        ("1920er Jahre", 1920, 1929),
        ("années 1920", 1920, 1929),
        ("anni 1920", 1920, 1929),
        ("1750s-60s", 1750, 1769),
        ("late 1920s", 1926, 1929),
        ("mid-1920s", 1922, 1926),
        ("1700s", 1700, 1799),
        # centuries and their parts
        ("18. Jh.", 1701, 1800),
        ("18 Jahrhundert", 1701, 1800),
        ("nineteenth century", 1801, 1900),
        ("XVIIIe siècle", 1701, 1800),
        ("XVIe-XVIIe s.", 1501, 1700),
        ("sec. XVI-XVII", 1501, 1700),
        ("XVIII", 1701, 1800),
        ("17./18. Jh.", 1601, 1800),
        ("2nd half of the 16th century", 1551, 1600),
        ("2. Hälfte 16. Jh.", 1551, 1600),
        ("seconda metà del XVI secolo", 1551, 1600),
        ("prima metà del XVI sec.", 1501, 1550),
        ("metà del XVI secolo", 1526, 1575),
        ("terzo quarto del XV secolo", 1451, 1475),
        ("1. Viertel 17. Jahrhundert", 1601, 1625),
        ("1.-2. Viertel 16. Jh.", 1501, 1550),
        ("letztes Drittel des 18. Jhs.", 1767, 1800),
        ("dernier quart du XVIIe siècle", 1676, 1700),
        ("second third of the 17th century", 1634, 1666),
        ("début XIXe siècle", 1801, 1833),
        ("fin du XVIIIe siècle", 1767, 1800),
        ("um die Mitte des 18. Jahrhunderts", 1726, 1775),
        ("mid-18th century", 1726, 1775),
        ("late 16th-early 17th century", 1567, 1633),
        ("Ende 18./Anfang 19. Jh.", 1767, 1833),
        ("18th century, second half", 1751, 1800),
        ("saec. XV ex.", 1467, 1500),
        # before our era
        ("44 BC", -44, -44),
        ("44 v.Chr.", -44, -44),
        ("44 av. J.-C.", -44, -44),
        ("44 a.C.", -44, -44),
        ("-30", -30, -30),
        ("-30--20", -30, -20),
        ("-30 to 14", -30, 14),
        ("\u2212250 / \u2212200", -250, -200),
        ("300-200 v. Chr.", -300, -200),
        ("300–200 BCE", -300, -200),
        ("27 BC-AD 14", -27, 14),
        ("27 B.C. - A.D. 14", -27, 14),
        ("AD 79", 79, 79),
        ("100 d.C.", 100, 100),
        ("3rd-4th c. CE", 201, 400),
        ("3.–4. Jh. n. Chr.", 201, 400),
        ("saec. II p.C.", 101, 200),
        ("II-III p.C.", 101, 300),
        ("first half of the 5th century BC", -500, -451),
        ("2. Jh. v. Chr. - 1. Jh. n. Chr.", -200, 100),
        ("Ier siècle av. J.-C.", -100, -1),
        # among other words, as a collection's database exports it
        ("Enstehung des Druckträgers: 1915 - 1916", 1915, 1916),
        ("Entstehung: 1636, Abzug: um 1700", 1636, 1700),
        ("nach einem Stich von 1650", 1650, 1650),
    ],
)
def test_a_notation_means_these_years(text: str, first: int | None, last: int | None) -> None:
    assert read_years(text) == YearRange(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "?", "Barock", "Blatt Nr. 3", "Franz II.", "0", "12 x 15 cm", "99. Jh.", "60s", "x" * 501],
)
def test_what_tells_no_year_has_none(text: str) -> None:
    assert read_years(text) is None


@pytest.mark.parametrize("text", ["", "?", "unbekannt", "o. J.", "n.d.", "s. d.", "[Undated]", "-"])
def test_texts_that_say_there_is_no_date_are_known(text: str) -> None:
    assert is_undated(text)


@pytest.mark.parametrize("text", ["1756", "vielleicht", "Barock", "o. J. 1756"])
def test_other_texts_do_not_say_that_there_is_no_date(text: str) -> None:
    assert not is_undated(text)


def test_the_years_of_a_field_have_names_of_their_own() -> None:
    assert years_fields("date") == ("date_from", "date_to")


year = st.integers(100, 2100)
ABOUT = ["", "um ", "ca. ", "c. ", "around ", "vers ", "circa "]
RANGES = [
    "{a}-{b}",
    "{a} – {b}",
    "{a}/{b}",
    "[{a}-{b}]",
    "between {a} and {b}",
    "from {a} to {b}",
    "zwischen {a} und {b}",
    "{a} bis {b}",
    "entre {a} et {b}",
    "de {a} à {b}",
    "dal {a} al {b}",
]
BEFORE_OUR_ERA = [
    "{a}-{b} BC",
    "{a} BC - {b} BC",
    "{a}–{b} v. Chr.",
    "{a}-{b} av. J.-C.",
    "-{a}/-{b}",
]
CENTURIES = ["{}th century", "{}th c.", "{}. Jh.", "{}. Jahrhundert", "{}e siècle", "{} secolo"]


@given(year, year, st.sampled_from(RANGES), st.sampled_from(ABOUT))
def test_a_range_in_any_notation_is_read_back(a: int, b: int, form: str, about: str) -> None:
    first, last = sorted((a, b))
    assert read_years(about + form.format(a=first, b=last)) == YearRange(first, last)


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from(BEFORE_OUR_ERA))
def test_a_range_before_our_era_is_read_back(a: int, b: int, form: str) -> None:
    later, earlier = sorted((a, b))
    assert read_years(form.format(a=earlier, b=later)) == YearRange(-earlier, -later)


@given(st.integers(4, 20), st.sampled_from(CENTURIES))
def test_a_century_in_any_notation_is_read_back(number: int, form: str) -> None:
    assert read_years(form.format(number)) == YearRange(number * 100 - 99, number * 100)


@given(st.integers(1000, 2000), st.integers(1, 99))
def test_a_year_that_is_cut_short_is_completed(first: int, further: int) -> None:
    last = first + further
    if last // 100 == first // 100:
        assert read_years(f"{first}/{last % 100:02}") == YearRange(first, last)


PIECES = st.sampled_from(
    [
        "1756",
        "18.",
        "XVIII",
        "II",
        "44",
        "-30",
        "-",
        "/",
        "–",
        "Jh.",
        "century",
        "c.",
        "s.",
        "sec.",
        "siècle",
        "BC",
        "n. Chr.",
        "p.C.",
        "um",
        "vor",
        "nach",
        "bis",
        "1920s",
        "60s",
        "first",
        "half",
        "Hälfte",
        "metà",
        "prima",
        "terzo",
        "third",
        "last",
        "early",
        "Mitte",
        "not",
        "and",
        "?",
        "0",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)))
@example("Viertel 1. Viertel")
@example("terzo terzo terzo")
@example("60s-60s")
def test_any_text_is_read_without_an_error_and_years_are_in_order(text: str) -> None:
    years = read_years(text)
    is_undated(text)
    if years is not None:
        assert years.first is not None or years.last is not None
        if years.first is not None and years.last is not None:
            assert years.first <= years.last
        assert 0 not in (years.first, years.last)
