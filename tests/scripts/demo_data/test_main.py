"""The command: draws what is asked for, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.demo_data.__main__ import CATEGORIES, main


def test_there_are_three_categories_under_their_own_names() -> None:
    assert list(CATEGORIES) == ["shoes", "logos", "tiles"]


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_category_says_what_a_visitor_must_know(name: str) -> None:
    category = CATEGORIES[name]
    assert category.title
    assert category.business_usage
    assert "invented" in category.description
    assert category.licence == "MIT"
    assert category.fields["source_link"].type == "link"


def test_the_command_draws_a_category_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--out", str(tmp_path), "--only", "shoes"]
    command += ["--classes", "1", "--pictures", "1", "--workers", "1"]
    assert main(command) == 0
    assert "shoes: 1 pictures of 1 classes" in capsys.readouterr().out
    assert main(command) == 0
    assert "was there already" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["shoes"]


def test_a_directory_of_somebody_else_is_an_error_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tiles").mkdir()
    assert main(["--out", str(tmp_path), "--only", "tiles", "--workers", "1"]) == 2
    assert "--force" in capsys.readouterr().err
