"""Records corrected and removed by hand: seen at once, kept by every sync, whole whatever fails."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from common.assembly import Services
from common.categories import CategoryManifest, FieldDescription, write_manifest
from common.editing import MAX_EDITED, RecordEditor
from common.errors import (
    EditError,
    GenerationNotFound,
    IndexingError,
    MetadataError,
    RecordNotFound,
    StorageUnavailable,
)
from common.indexing import IndexingReport, SyncOptions
from common.overlay import EDITS_FILE, FileEdit, LocalEdits
from common.records import AnyOf, Between, Filter, Payload, record_id
from common.search import SearchOptions
from common.vectors.edge.builder import EdgeBuilder
from tests.samples import fill_folder, make_services, picture

REPOSITORY = Path(__file__).parents[3]
FILE = "teal/1.jpg"
TEAL = record_id("shapes", FILE)
AMBER = record_id("shapes", "amber/0.jpg")


def editor(live: Services, category: str = "shapes") -> RecordEditor:
    return live.editor(live.catalog.get(category))


def index(live: Services, category: str = "shapes", **options: bool) -> IndexingReport:
    return live.index(live.catalog.get(category), SyncOptions(**options))


def payload(live: Services, record: str = TEAL, category: str = "shapes") -> Payload:
    return live.search.record(category, record).payload


def edits_of(live: Services, category: str = "shapes") -> Path:
    return live.catalog.root / category / EDITS_FILE


@pytest.fixture
def by_folder(tmp_path: Path) -> Services:
    """A category 'plain' whose classes are folders: amber 0, crimson 1, teal 2."""
    live = make_services(tmp_path / "data")
    directory = live.catalog.root / "plain"
    fill_folder(directory / "images", each=2)
    write_manifest(directory, CategoryManifest())
    index(live, "plain")
    return live


def test_a_change_is_seen_by_filters_and_searches_at_once(live: Services) -> None:
    before = live.search.record("shapes", TEAL)
    changed = editor(live).patch(TEAL, {"price": 99, "colours": ["teal", " gold "], "note": None})
    assert changed.payload["price"] == 99
    assert changed.payload["colours"] == ["teal", "gold"]
    assert changed.payload["note"] is None
    assert payload(live) == changed.payload
    assert {k for k, v in changed.payload.items() if v != before.payload[k]} == {
        "price",
        "colours",
        "note",
    }
    assert live.search.record("shapes", TEAL).vector == pytest.approx(before.vector)
    options = SearchOptions(k=100, filter=Filter((AnyOf("colours", ("gold",)),)))
    assert [h.id for h in live.search.by_image("shapes", picture("teal", 1), options).hits] == [
        TEAL
    ]


def test_a_sync_finds_an_edited_index_in_step_and_embeds_nothing(live: Services) -> None:
    editor(live).patch(TEAL, {"price": 99, "colours": [], "page": "https://example.org/new"})
    edited = payload(live)
    report = index(live)
    assert not report.published
    assert (report.embedded, report.changes.unchanged) == (0, 12)
    assert payload(live) == edited


def test_an_edit_outlives_a_build_from_nothing(live: Services) -> None:
    editor(live).patch(TEAL, {"price": 99})
    live.store.remove("shapes")
    assert index(live).indexed == 12
    assert payload(live)["price"] == 99


def test_a_table_that_changes_later_keeps_the_fields_that_a_person_edited(live: Services) -> None:
    editor(live).patch(TEAL, {"price": 99})
    table = live.catalog.root / "shapes" / "meta.csv"
    text = table.read_text().replace(f"{FILE},teal shape,1,11.5", f"{FILE},teal form,1,12.5")
    table.write_text(text)
    report = index(live)
    assert report.changes.updated == 1
    assert (payload(live)["price"], payload(live)["class"]) == (99, "teal form")


def test_a_rollback_shows_the_index_as_it_was_and_the_next_sync_edits_it_again(
    live: Services,
) -> None:
    editor(live).patch(TEAL, {"price": 99})
    live.generations("shapes").roll_back()
    assert payload(live)["price"] == 11.5
    assert index(live).changes.updated == 1
    assert payload(live)["price"] == 99


def test_edits_of_one_record_add_up_and_the_last_of_a_field_holds(live: Services) -> None:
    editor(live).patch(TEAL, {"price": 1, "note": "first"})
    editor(live).patch(TEAL, {"price": 2})
    assert (payload(live)["price"], payload(live)["note"]) == (2, "first")
    lines = edits_of(live).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"file": FILE, "changes": {"price": 2.0, "note": "first"}}
    ]


def test_a_change_to_what_is_there_already_publishes_and_records_nothing(live: Services) -> None:
    before = live.store.current("shapes")
    assert editor(live).patch(TEAL, {"price": 11.5}).payload == payload(live)
    assert live.store.current("shapes") == before
    assert not edits_of(live).exists()


def test_fields_that_merely_come_along_go_on_following_the_table(live: Services) -> None:
    before = payload(live)
    editor(live).patch(TEAL, {name: before[name] for name in ("colours", "note")} | {"price": 0})
    assert LocalEdits(edits_of(live)).read()[FILE].changes == {"price": 0.0}
    editor(live).patch(TEAL, {"price": 0, "note": "new"})
    assert LocalEdits(edits_of(live)).read()[FILE].changes == {"price": 0.0, "note": "new"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"file": "other.jpg"}, "'file' cannot be changed"),
        ({"_sha256": "0"}, "'_sha256' cannot be changed"),
        ({"prize": 3}, "no field 'prize' .*'price'.*fields"),
        ({"price": "3"}, "'price' is not a number"),
        ({"price": float("nan")}, "'price' is not a number"),
        ({"price": True}, "'price' is not a number"),
        ({"label": 1.5}, "'label' is not a whole number"),
        ({"label": 2**63}, "'label' is not a whole number"),
        ({"colours": "red"}, "'colours' is not a list"),
        ({"colours": ["red", 3]}, "'colours' is not a list"),
        ({"page": "javascript:alert(1)"}, "'page' is not an address"),
        ({"class": ["a"]}, "'class' is not a text"),
        ({"class": "x" * 10_001}, "'class' is not a text"),
        ({"class": "\ud800"}, "'class' is not a text"),
    ],
)
def test_what_does_not_fit_a_field_is_refused_with_a_sentence_and_changes_nothing(
    live: Services, changes: dict[str, object], sentence: str
) -> None:
    before = live.store.current("shapes")
    with pytest.raises(EditError, match=sentence):
        editor(live).patch_many({AMBER: {"price": 3}, TEAL: {"price": 4, **changes}})
    assert live.store.current("shapes") == before
    assert not edits_of(live).exists()


def test_dates_are_checked_and_written_one_way(live: Services) -> None:
    declare(live, drawn="date")
    assert editor(live).patch(TEAL, {"drawn": "18900531"}).payload["drawn"] == "1890-05-31"
    with pytest.raises(EditError, match="'drawn' is not a date such as"):
        editor(live).patch(TEAL, {"drawn": "31.5.1890"})


def declare(live: Services, **fields: str) -> None:
    category = live.catalog.get("shapes")
    described = {name: FieldDescription(type=type_, by_hand=True) for name, type_ in fields.items()}
    manifest = category.manifest.model_copy(
        update={"fields": {**category.manifest.fields, **described}}
    )
    write_manifest(category.directory, manifest)


def test_a_field_that_only_the_manifest_declares_can_be_given_to_records(live: Services) -> None:
    declare(live, tags="list", pages="integer")
    offered = editor(live).fields(live.search.manifest("shapes").spec)
    assert (offered["tags"], offered["price"]) == ("list", "number")
    assert "file" not in offered
    editor(live).patch(TEAL, {"tags": ["rare"]})
    assert live.browse.page("shapes", filter=Filter((AnyOf("tags", ("rare",)),))).total == 1
    editor(live).patch(AMBER, {"pages": 3})
    assert live.browse.page("shapes", filter=Filter((Between("pages", 2, 4),))).total == 1
    report = index(live)
    assert not report.published
    live.store.remove("shapes")
    assert index(live).indexed == 12
    assert (payload(live)["tags"], payload(live, AMBER)["pages"]) == (["rare"], 3)


def test_a_date_in_words_brings_its_years_along(live: Services) -> None:
    declare(live, made="years")
    told = editor(live).patch(TEAL, {"made": "um 1750-1760"}).payload
    assert (told["made"], told["made_from"], told["made_to"]) == ("um 1750-1760", 1750, 1760)
    early = Filter((Between("made_to", None, 1800),))
    assert [point.id for point in live.browse.page("shapes", filter=early).records] == [TEAL]
    assert not index(live).published
    told = editor(live).patch(TEAL, {"made": "once upon a time", "made_to": 1500}).payload
    assert (told["made_from"], told["made_to"]) == (None, 1500)
    told = editor(live).patch(TEAL, {"made": None}).payload
    assert (told["made"], told["made_from"], told["made_to"]) == (None, None, None)
    assert not index(live).published


def test_an_edit_of_a_column_that_went_away_waits_for_it(live: Services) -> None:
    editor(live).patch(TEAL, {"note": "kept"})
    table = live.catalog.root / "shapes" / "meta.csv"
    text = table.read_text()
    table.write_text(text.replace("colours,note,page", "colours,remark,page"))
    index(live)
    assert "note" not in payload(live)
    table.write_text(text)
    index(live)
    assert payload(live)["note"] == "kept"


def test_a_class_changed_where_classes_are_folders_brings_its_label(by_folder: Services) -> None:
    first, second = (record_id("plain", f"teal/{n}.jpg") for n in range(2))
    live = by_folder
    editor(live, "plain").patch(first, {"class": "amber"})
    editor(live, "plain").patch(second, {"class": "zinc"})
    told = {id_: payload(live, id_, "plain") for id_ in (first, second)}
    assert [(p["class"], p["label"]) for p in told.values()] == [("amber", 0), ("zinc", 3)]
    assert not index(live, "plain").published
    editor(live, "plain").patch(first, {"class": None})
    assert payload(live, first, "plain")["label"] is None
    assert not index(live, "plain").published


def test_unknown_records_change_nothing_of_the_others(live: Services) -> None:
    unknown = record_id("shapes", "none.jpg")
    before = live.store.current("shapes")
    with pytest.raises(RecordNotFound, match=unknown):
        editor(live).patch_many({TEAL: {"price": 1}, unknown: {"price": 1}})
    with pytest.raises(RecordNotFound, match="nothing was changed"):
        editor(live).delete([TEAL, unknown])
    assert live.store.current("shapes") == before
    assert not edits_of(live).exists()


def test_the_number_of_records_at_once_is_bounded(live: Services) -> None:
    many = [record_id("shapes", f"{n}.jpg") for n in range(MAX_EDITED + 1)]
    for refused in (
        lambda: editor(live).delete(many),
        lambda: editor(live).delete([]),
        lambda: editor(live).restore(many),
        lambda: editor(live).patch_many({id_: {} for id_ in many}),
    ):
        with pytest.raises(EditError, match="at once"):
            refused()


def test_a_category_that_was_never_indexed_has_no_record_to_change(live: Services) -> None:
    live.store.remove("shapes")
    with pytest.raises(GenerationNotFound):
        editor(live).patch(TEAL, {"price": 1})


def test_a_removed_record_is_gone_at_once_and_no_sync_brings_it_back(live: Services) -> None:
    removal = editor(live).delete([TEAL, AMBER, TEAL])
    assert removal.files == [FILE, "amber/0.jpg"]
    assert removal.generation == live.store.current("shapes")
    assert not removal.files_removed
    assert live.browse.page("shapes").total == 10
    report = index(live)
    assert (report.published, report.embedded) == (False, 0)
    left_out = {s.file for s in report.skipped if s.reason == "removed by a person"}
    assert left_out == {FILE, "amber/0.jpg"}
    live.store.remove("shapes")
    assert index(live, verify=True).indexed == 10
    assert (live.catalog.get("shapes").images_dir / FILE).exists()


def test_a_removed_record_stays_away_when_its_file_is_replaced(live: Services) -> None:
    editor(live).delete([TEAL])
    (live.catalog.get("shapes").images_dir / FILE).write_bytes(picture("amber", 70))
    assert index(live).indexed == 11


def test_many_removals_are_not_questioned_by_the_next_sync(live: Services) -> None:
    """Not even where the process was killed before it could publish them."""
    records = [point.id for point in live.browse.page("shapes").records]
    files = [str(payload(live, id_)["file"]) for id_ in records]
    LocalEdits(edits_of(live)).write({file: FileEdit(removed="record") for file in files[:8]})
    assert index(live).indexed == 4
    editor(live).delete(records[8:])
    assert live.search.manifest("shapes").count == 0
    report = index(live)
    assert (report.indexed, len(report.skipped)) == (0, 12)


def test_removing_a_file_too_takes_it_away_and_its_row_in_the_table_stands_in_nobodys_way(
    live: Services,
) -> None:
    path = live.catalog.get("shapes").images_dir / FILE
    picture_of_it = path.read_bytes()
    removal = editor(live).delete([TEAL], remove_files=True)
    assert (removal.files_removed, removal.problems) == ([FILE], {})
    assert not path.exists()
    report = index(live)
    assert (report.indexed, list(report.skipped)) == (11, [])
    assert not editor(live).removed()
    path.write_bytes(picture_of_it)
    assert index(live).indexed == 12


def test_files_outside_the_data_directory_are_never_removed(live: Services, tmp_path: Path) -> None:
    fill_folder(tmp_path / "mine", each=1)
    directory = live.catalog.root / "linked"
    directory.mkdir()
    (directory / "images").symlink_to(tmp_path / "mine")
    write_manifest(directory, CategoryManifest())
    index(live, "linked")
    record = record_id("linked", "teal/0.jpg")
    with pytest.raises(EditError, match="outside DATA_DIR"):
        editor(live, "linked").delete([record], remove_files=True)
    assert live.search.record("linked", record)
    editor(live, "linked").delete([record])
    assert (tmp_path / "mine" / "teal" / "0.jpg").exists()


def test_a_file_that_resists_is_named_and_its_record_stays_removed(
    live: Services, tmp_path: Path
) -> None:
    path = live.catalog.get("shapes").images_dir / FILE
    path.unlink()
    (tmp_path / "elsewhere.jpg").write_bytes(b"precious")
    path.symlink_to(tmp_path / "elsewhere.jpg")
    removal = editor(live).delete([TEAL, AMBER], remove_files=True)
    assert removal.files_removed == ["amber/0.jpg"]
    assert "leads out of" in removal.problems[FILE]
    assert (tmp_path / "elsewhere.jpg").exists()
    assert [record.file for record in editor(live).removed()] == [FILE]


def test_a_restored_record_comes_back_with_its_edits_and_without_embedding(live: Services) -> None:
    editor(live).patch(TEAL, {"price": 99})
    editor(live).delete([TEAL, AMBER])
    assert [record.id for record in editor(live).removed()] == [TEAL, AMBER]
    assert [record.file for record in editor(live).restore([TEAL])] == [FILE]
    report = index(live)
    assert (report.indexed, report.embedded, report.changes.added) == (11, 0, 1)
    assert payload(live)["price"] == 99
    editor(live).restore([AMBER])
    assert index(live).indexed == 12
    with pytest.raises(RecordNotFound, match="No removed record"):
        editor(live).restore([AMBER])


def test_whatever_fails_before_the_switch_leaves_index_and_edits_as_they_were(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(live).patch(AMBER, {"price": 5})
    before, told = live.store.current("shapes"), edits_of(live).read_text()

    def fail(*_: object) -> None:
        raise StorageUnavailable("The disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(EdgeBuilder, "publish", fail)
        for change in (
            lambda: editor(live).patch(TEAL, {"price": 99}),
            lambda: editor(live).delete([TEAL], remove_files=True),
        ):
            with pytest.raises(StorageUnavailable):
                change()
            assert live.store.current("shapes") == before
            assert edits_of(live).read_text() == told
    with monkeypatch.context() as patched:
        patched.setattr(LocalEdits, "write", fail)
        with pytest.raises(StorageUnavailable):
            editor(live).patch(TEAL, {"price": 99})
    assert live.store.current("shapes") == before
    assert payload(live)["price"] == 11.5


def test_a_generation_published_from_elsewhere_meanwhile_is_not_undone(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = LocalEdits.write
    theirs: list[str] = []

    def overtaken(self: LocalEdits, edits: object) -> None:
        if not theirs:
            builder = live.store.build(
                "shapes", live.search.manifest("shapes").spec, from_current=True
            )
            builder.delete([AMBER])
            theirs.append(builder.publish().generation)
        write(self, edits)

    monkeypatch.setattr(LocalEdits, "write", overtaken)
    with pytest.raises(IndexingError, match="changed from elsewhere"):
        editor(live).patch(TEAL, {"price": 99})
    assert live.store.current("shapes") == theirs[0]
    assert not edits_of(live).exists()


def test_editors_at_work_at_once_wait_for_each_other_and_all_changes_last(live: Services) -> None:
    records = [point.id for point in live.browse.page("shapes").records]
    failures: list[BaseException] = []

    def change(record: str) -> None:
        try:
            editor(live).patch(record, {"price": 77})
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is a failure
            failures.append(error)

    threads = [threading.Thread(target=change, args=[record]) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert {payload(live, record)["price"] for record in records} == {77}
    assert not index(live).published


def test_a_sync_at_work_is_told_of_after_a_while(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.editing.editor.PATIENCE_SECONDS", 0.1)

    def refuse() -> None:
        raise IndexingError("Category 'shapes' is being indexed")

    busy = live.editor(live.catalog.get("shapes"), refuse)
    with busy.workplace.locked(lambda: None), pytest.raises(IndexingError, match="being indexed"):
        busy.patch(TEAL, {"price": 99})
    assert busy.patch(TEAL, {"price": 99}).payload["price"] == 99


KILLED = """
import os, signal, sys
from pathlib import Path
from common.vectors.edge.builder import EdgeBuilder
from tests.samples import make_services
moment, data_dir, record = sys.argv[1:]
publish = EdgeBuilder.publish
def killed(self, before_switch):
    if moment == "after the switch":
        publish(self, before_switch)
    os.kill(os.getpid(), signal.SIGKILL)
EdgeBuilder.publish = killed
live = make_services(Path(data_dir))
editor = live.editor(live.catalog.get("shapes"))
editor.patch(record, {"price": 99}) if moment != "while removing" else editor.delete([record])
"""


@pytest.mark.parametrize("moment", ["before the switch", "after the switch", "while removing"])
def test_killed_between_recording_and_publishing_all_is_whole_and_the_next_sync_completes_it(
    live: Services, moment: str
) -> None:
    before = live.store.current("shapes")
    process = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(live.settings.data_dir), TEAL],
        cwd=REPOSITORY,
        check=False,
    )
    assert process.returncode == -9
    published = moment == "after the switch"
    assert (live.store.current("shapes") != before) == published
    assert live.search.manifest("shapes").count == 12
    assert payload(live)["price"] == (99 if published else 11.5)
    # Nobody is locked out, and what was recorded holds from the next sync on.
    report = index(live)
    assert report.embedded == 0
    if moment == "while removing":
        assert report.changes.removed == 1
        with pytest.raises(RecordNotFound):
            payload(live)
    else:
        assert report.changes.updated == (0 if published else 1)
        assert payload(live)["price"] == 99


def test_a_damaged_file_of_edits_is_named_with_its_line_and_searching_goes_on(
    live: Services,
) -> None:
    edits_of(live).write_text('{"file": "a.jpg", "removed": "record"}\n{"file": "b.jpg", "chan')
    before = live.store.current("shapes")
    with pytest.raises(MetadataError, match=r"edits\.jsonl': line 2 is no edit"):
        editor(live).patch(TEAL, {"price": 99})
    with pytest.raises(MetadataError, match="remove it to undo that edit"):
        index(live)
    assert live.store.current("shapes") == before
    assert payload(live)["price"] == 11.5
