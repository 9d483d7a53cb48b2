"""Taking a delivery in: what is where afterwards, and what is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.assembly import Services
from common.cataloguing import remove_category
from common.categories import CategoryManifest, FieldDescription, write_manifest
from common.errors import CategoryNotFound, IntakeError, StorageUnavailable
from common.intake import Delivery, IntakeReport, take_in
from common.overlay import FileEdit
from common.storage.folder import FolderStore
from tests.common.intake.conftest import TakeIn, hand_in, tree
from tests.common.intake.zips import TRAVERSALS, zipped, zipped_link
from tests.samples import picture

ONE, TWO, THREE = (picture(colour, 1) for colour in ("crimson", "teal", "amber"))


@pytest.fixture
def images(fresh: Services) -> Path:
    return fresh.catalog.get("prints").images_dir


def outside(fresh: Services) -> dict[str, bytes]:
    """Everything below the test's directory but the images, deliveries and locks."""
    data = fresh.settings.data_dir
    return {
        path: content
        for path, content in tree(data.parent).items()
        if not path.startswith(
            ("data/metric_datasets/prints/images/", "data/deliveries/", "data/cache/")
        )
    }


def test_files_keep_their_folders_and_loose_ones_get_the_label(take: TakeIn, images: Path) -> None:
    report = take({"boots/1.jpg": ONE, "2.jpg": TWO}, label="sandals")
    assert tree(images) == {"boots/1.jpg": ONE, "sandals/2.jpg": TWO}
    assert report.added == ["boots/1.jpg", "sandals/2.jpg"]
    assert not (report.replaced)
    assert not (report.unchanged)
    assert not (report.skipped)
    assert not (report.duplicates)


def test_archives_are_unpacked_among_the_loose_files(take: TakeIn, images: Path) -> None:
    archive = zipped({"boots/1.jpg": ONE, "notes.txt": b"words", "__MACOSX/._1.jpg": b"x"})
    report = take({"many.bin": archive, "3.jpg": THREE, ".DS_Store": b"x"})
    assert tree(images) == {"boots/1.jpg": ONE, "3.jpg": THREE}
    (skip,) = report.skipped
    assert (skip.file, skip.reason) == ("notes.txt", "not a supported image")
    assert skip.detail.startswith("'notes.txt' in the archive 'many.bin': The file is text")


def test_the_same_again_is_unchanged_and_other_content_replaces(take: TakeIn, images: Path) -> None:
    take({"a.jpg": ONE, "b.jpg": TWO})
    before = (images / "a.jpg").stat().st_mtime_ns
    report = take({"a.jpg": ONE, "b.jpg": THREE})
    assert (report.unchanged, report.replaced) == (["a.jpg"], ["b.jpg"])
    assert tree(images) == {"a.jpg": ONE, "b.jpg": THREE}
    assert (images / "a.jpg").stat().st_mtime_ns == before


@pytest.mark.parametrize("policy", ["keep", "skip"])
def test_equal_contents_are_told_and_placed_as_asked(
    take: TakeIn, images: Path, policy: str
) -> None:
    take({"old.jpg": ONE})
    report = take({"new.jpg": ONE, "x.jpg": TWO, "y.jpg": TWO}, duplicates=policy)
    assert report.duplicates == [("new.jpg", "old.jpg"), ("y.jpg", "x.jpg")]
    placed = {"old.jpg": ONE, "x.jpg": TWO}
    if policy == "keep":
        placed |= {"new.jpg": ONE, "y.jpg": TWO}
    assert tree(images) == placed
    assert set(report.added) == placed.keys() - {"old.jpg"}


def test_an_image_that_is_about_to_be_replaced_makes_no_duplicate(
    take: TakeIn, images: Path
) -> None:
    take({"a.jpg": ONE})
    report = take({"a.jpg": TWO, "b.jpg": ONE}, duplicates="skip")
    assert tree(images) == {"a.jpg": TWO, "b.jpg": ONE}
    assert report.duplicates == []


def test_a_content_that_moves_to_another_path_is_not_lost(take: TakeIn, images: Path) -> None:
    take({"b.jpg": ONE})
    report = take([("a.jpg", ONE), ("b.jpg", TWO)], duplicates="skip")
    assert tree(images) == {"a.jpg": ONE, "b.jpg": TWO}
    assert report.duplicates == []
    report = take([("c.jpg", TWO), ("a.jpg", TWO), ("b.jpg", ONE)], duplicates="skip")
    assert tree(images) == {"a.jpg": TWO, "b.jpg": ONE, "c.jpg": TWO}
    assert report.duplicates == [("a.jpg", "c.jpg")]


def test_what_is_no_image_is_skipped_and_stops_nothing(take: TakeIn, images: Path) -> None:
    report = take(
        {
            "good.jpg": ONE,
            "empty.jpg": b"",
            "cut.jpg": TWO[: len(TWO) // 2],
            "paper.pdf": b"%PDF-1.7 ...",
            "large.jpg": TWO + bytes(20_000_001),
        }
    )
    assert tree(images) == {"good.jpg": ONE}
    assert {skip.file: skip.reason for skip in report.skipped} == {
        "empty.jpg": "empty file",
        "cut.jpg": "damaged",
        "paper.pdf": "not a supported image",
        "large.jpg": "too many bytes",
    }
    assert all(skip.detail.startswith(f"'{skip.file}': ") for skip in report.skipped)


def test_an_image_named_otherwise_gets_the_suffix_of_its_kind(take: TakeIn, images: Path) -> None:
    take({"scan.001": ONE, "photo": TWO, "x.png": THREE})
    assert tree(images) == {"scan.001.jpg": ONE, "photo.jpg": TWO, "x.png": THREE}


def test_of_two_of_one_path_the_first_counts(take: TakeIn, images: Path) -> None:
    report = take([("a.jpg", ONE), ("./a.jpg", TWO), ("a.jpg", ONE)])
    assert tree(images) == {"a.jpg": ONE}
    (skip,) = report.skipped
    assert (skip.file, skip.reason) == ("a.jpg", "named twice")


def test_a_file_is_never_a_folder(take: TakeIn, images: Path) -> None:
    take({"a.jpg": ONE})
    report = take({"a.jpg/b.jpg": TWO, "c/d.jpg": THREE})
    assert [(skip.file, skip.reason) for skip in report.skipped] == [
        ("a.jpg/b.jpg", "path is taken")
    ]
    assert tree(images) == {"a.jpg": ONE, "c/d.jpg": THREE}


def test_a_delivery_of_which_nothing_is_left_is_an_error_in_its_words(take: TakeIn) -> None:
    with pytest.raises(IntakeError, match=r"Not one image could be taken\. 'a\.txt': The file is"):
        take({"a.txt": b"words"})


def test_names_that_lead_elsewhere_write_nothing_there(
    take: TakeIn, fresh: Services, images: Path
) -> None:
    before = outside(fresh)
    loose = [(name, ONE) for name in TRAVERSALS]
    packed = zipped(dict.fromkeys(TRAVERSALS, ONE))
    report = take([*loose, ("all.zip", packed), ("good.jpg", TWO)])
    assert outside(fresh) == before
    placed = tree(images)
    assert placed.pop("good.jpg") == TWO
    assert not any(".." in path or path.startswith(("/", "C:")) for path in placed)
    assert len(report.skipped) >= len(TRAVERSALS)
    assert {"unsafe name"} <= set(report.reasons())


def test_links_in_archives_are_not_made_and_links_in_the_category_not_followed(
    take: TakeIn, fresh: Services, images: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (images / "door").symlink_to(elsewhere)
    (images / "window.jpg").symlink_to(elsewhere / "new.jpg")
    report = take(
        {
            "a.zip": zipped_link("link.jpg", str(elsewhere / "x.jpg")),
            "door/evil.jpg": ONE,
            "window.jpg": TWO,
            "good.jpg": THREE,
        }
    )
    assert list(elsewhere.iterdir()) == []
    assert {skip.file: skip.reason for skip in report.skipped} == {
        "link.jpg": "not a file",
        "door/evil.jpg": "path is taken",
        "window.jpg": "link that leads out of the directory",
    }
    assert report.added == ["good.jpg", "real.jpg"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.text(st.sampled_from("./\\ :aC\x00é\ud800~"), max_size=12)
        | st.text(max_size=20)
        | st.sampled_from(TRAVERSALS),
        max_size=6,
    )
)
def test_whatever_the_names_nothing_is_written_outside(
    take: TakeIn, fresh: Services, images: Path, names: list[str]
) -> None:
    before = outside(fresh)
    archived = [name for name in names if name.isprintable()]
    files = [(name, ONE) for name in names] + [("sure.jpg", TWO)]
    if archived:
        files.append(("all.zip", zipped(dict.fromkeys([*archived, "sure.png"], THREE))))
    take(files)
    assert outside(fresh) == before
    assert all(path.resolve().is_relative_to(images.resolve()) for path in images.rglob("*"))
    assert tree(images)["sure.jpg"] == TWO


def test_a_category_whose_images_cannot_be_written_says_so(
    take: TakeIn, fresh: Services, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    write_manifest(fresh.catalog.root / "prints", CategoryManifest(images=str(tmp_path / "file")))
    with pytest.raises(StorageUnavailable, match="file' does not exist or is no directory"):
        take({"a.jpg": ONE})


def test_images_kept_elsewhere_are_added_to_where_that_can_be_written(
    take: TakeIn, fresh: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write_manifest(fresh.catalog.root / "prints", CategoryManifest(images=str(elsewhere)))
    take({"a.jpg": ONE})
    assert tree(elsewhere) == {"a.jpg": ONE}

    def refuse(self: FolderStore, path: str, content: bytes) -> None:
        raise StorageUnavailable(f"File '{path}' cannot be written (Read-only file system)")

    monkeypatch.setattr(FolderStore, "write", refuse)
    with pytest.raises(
        IntakeError, match=r"'prints' has its images in '.*elsewhere', where they cannot be put: "
    ):
        take({"b.jpg": TWO})


def test_doing_it_again_after_each_step_ends_the_same(
    fresh: Services, take: TakeIn, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take({"same.jpg": ONE, "other.jpg": TWO})
    task = fresh.intake_task(fresh.catalog.get("prints"))
    files = {
        "same.jpg": ONE,
        "other.jpg": THREE,
        "a/new.jpg": picture("amber", 2),
        "b.zip": zipped({"c/d.jpg": picture("amber", 3), "x.txt": b"words"}),
    }
    delivery = hand_in(fresh, files, table=("t.csv", b"file,year\na/new.jpg,1800\n"))

    class Killed(BaseException):
        pass

    for steps in range(40):
        left = [steps]

        def on_stage(done: int, total: int, *, stage: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        try:
            report = take_in(task, delivery, on_stage)
        except Killed:
            continue
        break
    assert steps > 3
    assert report.added == ["a/new.jpg", "c/d.jpg"]
    assert (report.replaced, report.unchanged) == (["other.jpg"], ["same.jpg"])
    assert [skip.file for skip in report.skipped] == ["x.txt"]
    table = (images.parent / "meta.csv").read_text()
    again = take_in(fresh.intake_task(fresh.catalog.get("prints")), delivery, lambda *a, stage: 0)
    assert again == report
    assert (images.parent / "meta.csv").read_text() == table


def test_what_a_person_removed_is_back_once_it_is_handed_in_again(
    take: TakeIn, fresh: Services
) -> None:
    take({"1.jpg": ONE, "2.jpg": TWO, "3.jpg": THREE})
    edits = fresh.files.edits("prints")
    other = FileEdit(removed="record")
    edits.write({"1.jpg": FileEdit({"class": "x"}, "record"), "2.jpg": other, "3.jpg": other})
    report = take({"1.jpg": ONE, "2.jpg": TWO})
    assert report.unchanged == ["1.jpg", "2.jpg"]
    assert edits.read() == {"1.jpg": FileEdit({"class": "x"}), "3.jpg": other}
    assert fresh.index(fresh.catalog.get("prints")).indexed == 2


def while_checking(live: Services, delivery: Delivery, act: Callable[[], object]) -> IntakeReport:
    """Take a delivery in for a category with which something happens before its turn."""

    def on_stage(done: int, total: int, *, stage: str) -> None:
        if (stage, done) == ("checking", total):
            act()

    return take_in(live.intake_task(live.catalog.get("prints")), delivery, on_stage)


def test_a_category_that_is_removed_meanwhile_does_not_come_back(
    fresh: Services, images: Path
) -> None:
    delivery = hand_in(fresh, {"1.jpg": ONE}, table=("t.csv", b"file,n\n1.jpg,1\n"))
    with pytest.raises(CategoryNotFound, match="There is no category 'prints'"):
        while_checking(
            fresh, delivery, lambda: remove_category(fresh.catalog, fresh.generations("prints"))
        )
    assert not images.parent.exists()


def test_a_manifest_that_is_changed_meanwhile_counts_as_it_is_then(
    fresh: Services, images: Path
) -> None:
    delivery = hand_in(fresh, {"1.jpg": ONE}, table=("t.csv", b"file,n\n1.jpg,1\n"))
    changed = CategoryManifest(title="New", fields={"n": FieldDescription(type="keyword")})
    while_checking(fresh, delivery, lambda: write_manifest(images.parent, changed))
    assert fresh.catalog.get("prints").manifest == changed.model_copy(
        update={"metadata": "meta.csv"}
    )


def test_images_that_are_kept_elsewhere_meanwhile_are_not_added_to_in_the_old_place(
    fresh: Services, images: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = CategoryManifest(images=str(elsewhere))
    with pytest.raises(IntakeError, match=r"'prints' has its images in .*elsewhere' by now"):
        while_checking(
            fresh, hand_in(fresh, {"1.jpg": ONE}), lambda: write_manifest(images.parent, moved)
        )
    assert tree(elsewhere) == tree(images) == {}


def test_the_directory_of_images_is_made_however_deep(
    take: TakeIn, fresh: Services, images: Path
) -> None:
    write_manifest(images.parent, CategoryManifest(images="a/b/c"))
    take({"1.jpg": ONE})
    assert tree(images.parent / "a") == {"b/c/1.jpg": ONE}


def test_a_sync_at_work_is_waited_for(fresh: Services) -> None:
    told: list[str] = []
    category = fresh.catalog.get("prints")
    task = fresh.intake_task(category, lambda: told.append("waiting"))
    delivery = hand_in(fresh, {"1.jpg": ONE})
    with ThreadPoolExecutor(1) as pool:
        with fresh.workplace("prints").locked(lambda: None):
            taking = pool.submit(take_in, task, delivery, lambda done, total, *, stage: None)
            deadline = time.monotonic() + 60
            while not told:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            assert tree(category.images_dir) == {}
        assert taking.result().added == ["1.jpg"]
