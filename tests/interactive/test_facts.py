"""What a card lists of a record's metadata."""

from __future__ import annotations

from pathlib import Path

from common.categories import Category, CategoryManifest, FieldDescription
from interactive.views.facts import facts

PRINTS = Category(
    "prints",
    Path("/nowhere"),
    CategoryManifest(fields={"made": FieldDescription(type="years", label="Made")}),
)


def test_a_date_in_words_is_listed_and_the_years_read_from_it_are_not() -> None:
    payload = {"made": "um 1750", "made_from": 1750, "made_to": 1750, "sold_to": "Anna"}
    assert facts(PRINTS, payload) == [("Made", "um 1750"), ("Sold to", "Anna")]


def test_years_that_have_no_words_are_listed() -> None:
    assert facts(PRINTS, {"made": None, "made_from": 1750}) == [("Made from", "1750")]
