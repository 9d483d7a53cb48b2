"""Restored files come to their place together, or everything is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.backups.staging import StagedFolder
from tests.common.backups.test_round_trips import files_below


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("number", range(1, 6))
def test_an_interruption_at_any_move_leaves_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, done: bool
) -> None:
    target = tmp_path / "shapes"
    (target / "images").mkdir(parents=True)
    for path in ("category.yaml", "edits.jsonl", "images/1.jpg"):
        (target / path).write_text("mine")
    before = files_below(tmp_path)
    moves = 0
    rename = Path.rename

    def interrupted(path: Path, new: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == number and not done:
            raise KeyboardInterrupt
        moved = rename(path, new)
        if moves == number:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), StagedFolder(target) as staged:
        for path in ("category.yaml", "edits.jsonl", "new.csv"):
            staged.write(path, b"theirs")
        staged.commit()
    assert files_below(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["shapes"]


@pytest.mark.parametrize("done", [True, False])
def test_an_interruption_while_a_new_directory_is_placed_leaves_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, done: bool
) -> None:
    rename = Path.rename

    def interrupted(path: Path, new: Path) -> Path:
        if done:
            rename(path, new)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), StagedFolder(tmp_path / "shapes") as staged:
        staged.write("category.yaml", b"theirs")
        staged.commit()
    assert list(tmp_path.iterdir()) == []
