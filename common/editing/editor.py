"""Changing records of a category: recorded first, then published as a generation of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, replace

from common.categories import Category
from common.editing.followers import label_of, with_years
from common.editing.values import typed_changes
from common.errors import EditError, IndexingError, RecordNotFound, StorageError
from common.overlay import Edits, FileEdit, RecordEdits, declared_fields
from common.records import FieldType, Payload, PayloadValue, Point, record_id
from common.storage.base import ImageStore
from common.syncing.facts import digest
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationBuilder, GenerationSpec, VectorIndex, VectorStore

FILE_FIELD = "file"
MAX_EDITED = 1_000
"""Records that one call changes at most: they are held in memory together."""

PATIENCE_SECONDS = 5.0
"""Another's edit takes a second or two; who waits longer waits for a sync."""


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """A record that a person removed and that can be restored, as its file is still there."""

    id: str
    file: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of records to remove.

    Attributes:
        generation: that is without them, current now.
        files: of the records removed, in the order asked.
        files_removed: those of them that were removed too.
        problems: why a file that was to be removed could not be, by path. Its record stays removed.
    """

    generation: str
    files: Sequence[str]
    files_removed: Sequence[str]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordEditor:
    """Changes records of one category, under the lock under which it is indexed.

    A change is kept in the category's edits (see :mod:`common.overlay`), which every later sync
    and every full build applies, and is published at once as a generation that differs by just
    the records changed: nothing is surveyed and nothing embedded. The edits are written before
    the generation is switched. Whoever is killed in between leaves the old generation, whole, and
    edits that the next sync applies; what fails otherwise leaves both as they were.

    Rolling back shows an older generation as it was, removed records and old values included. The
    edits stay, and the next sync applies them again.

    Each call publishes once, so many records are better changed together. As with any publish, the
    generation before is kept, and older ones are removed.

    Attributes:
        category: whose records they are.
        images: its files.
        store: of its generations.
        workplace: holds the lock.
        edits: the category's file of edits.
        files_are_ours: whether image files may be removed: those outside DATA_DIR belong to others.
        on_waiting: called when a sync at work must be waited for; another's edit is waited for
            without a word.
    """

    category: Category
    images: ImageStore
    store: VectorStore
    workplace: Workplace
    edits: RecordEdits
    files_are_ours: bool
    on_waiting: Callable[[], None]

    def fields(self, spec: GenerationSpec) -> Mapping[str, FieldType]:
        """Return the fields that can be changed, with their types: the manifest's come last.

        Args:
            spec: of the current generation.
        """
        declared = declared_fields(self.category.manifest)
        known = {**spec.fields, **{n: t for n, t in declared.items() if n not in spec.fields}}
        return {name: type_ for name, type_ in known.items() if name != FILE_FIELD}

    def patch(self, record: str, changes: Mapping[str, object]) -> Point:
        """Change fields of one record, see :meth:`patch_many`."""
        return self.patch_many({record: changes})[0]

    def patch_many(self, changes: Mapping[str, Mapping[str, object]]) -> Sequence[Point]:
        """Change fields of records: all of them, or on an error none.

        Args:
            changes: new values by field, by the record's id. Null removes a value; fields not
                named stay as they are. A field must be one of the index, or be declared under
                ``fields`` in the manifest. A changed date in words brings its years along, and
                where classes are folders a changed ``class`` its ``label``. A value equal to the
                record's own is no change: its field goes on following the table.

        Returns:
            The records as they are now, vectors included, in the order asked.

        Raises:
            EditError: a field is unknown, a value is not of its type, or there are more than
                :data:`MAX_EDITED` records.
            RecordNotFound: there is no such record; nothing is changed.
            GenerationNotFound: the category was never indexed.
            VisualSearchError: from the store, or whatever ``on_waiting`` raises.
        """
        _check_number(len(changes))
        with ExitStack() as held:
            held.enter_context(self._locked())
            index = held.enter_context(closing(self.store.open(self.category.name)))
            points = _found(index, list(changes))
            fields = self.fields(index.manifest.spec)
            before = self.edits.read()
            after = dict(before)
            changed: list[Point] = []
            results: list[Point] = []
            for point in points:
                file = str(point.payload["file"])
                known = after.get(file, FileEdit())
                given = typed_changes(changes[point.id], fields, self.category.name)
                followed = with_years(_news(given, point, known), self.category.manifest)
                told = {name: given.get(name, value) for name, value in followed.items()}
                result = replace(point, payload={**point.payload, **self._applied(index, told)})
                results.append(result)
                if digest(result.payload) == digest(point.payload):
                    continue
                changed.append(result)
                after[file] = replace(known, changes={**known.changes, **told}, removed=None)
            if changed:
                spec = _with_fields(index.manifest.spec, fields, changed)
                self._publish(index, spec, before, after, lambda new: new.upsert(changed))
        return results

    def delete(self, records: Sequence[str], *, remove_files: bool = False) -> Removal:
        """Remove records: all of them, or on an error none.

        A removed record does not come back as long as its file lies under its path, whatever is
        indexed and whatever it then holds; a copy elsewhere is another record. Records of equal
        pictures are left out for good by ``images_to_remove``.

        Args:
            records: their ids.
            remove_files: remove the image files too. One put in their place later is indexed.

        Raises:
            EditError: there are more than :data:`MAX_EDITED` records, or the files lie outside
                DATA_DIR and are not removed.
            RecordNotFound: there is no such record; nothing is removed.
            GenerationNotFound: the category was never indexed.
            VisualSearchError: from the store, or whatever ``on_waiting`` raises.
        """
        _check_number(len(records))
        if remove_files and not self.files_are_ours:
            raise EditError(
                f"The images of '{self.category.name}' lie outside DATA_DIR, where none is removed",
                "Remove the records only, or the files by hand",
            )
        with ExitStack() as held:
            held.enter_context(self._locked())
            index = held.enter_context(closing(self.store.open(self.category.name)))
            ids = list(dict.fromkeys(records))
            files = [str(point.payload["file"]) for point in _found(index, ids)]
            before = self.edits.read()
            after = dict(before)
            for file in files:
                after[file] = replace(after.get(file, FileEdit()), removed="record")
            generation = self._publish(
                index, index.manifest.spec, before, after, lambda new: new.delete(ids)
            )
            # Last: a file that is gone cannot be had back if anything before this fails.
            problems = self._remove_files(files) if remove_files else {}
            gone = [file for file in files if remove_files and file not in problems]
            if gone:
                self.edits.write({**after, **dict.fromkeys(gone, FileEdit(removed="file"))})
        return Removal(generation, files, gone, problems)

    def removed(self) -> Sequence[RemovedRecord]:
        """Return the records that were removed without their files, in the order of removal."""
        return [
            RemovedRecord(record_id(self.category.name, file), file)
            for file, edit in self.edits.read().items()
            if edit.removed == "record"
        ]

    def restore(self, records: Sequence[str]) -> Sequence[RemovedRecord]:
        """Let removed records come back with the next sync, with the changes made to them before.

        Args:
            records: their ids, as :meth:`removed` tells them.

        Raises:
            EditError: there are more than :data:`MAX_EDITED` records.
            RecordNotFound: one of them was not removed, or its file was too; none is restored.
            VisualSearchError: whatever ``on_waiting`` raises.
        """
        _check_number(len(records))
        with self._locked():
            known = {record.id: record for record in self.removed()}
            for record in records:
                if record not in known:
                    raise RecordNotFound(
                        f"No removed record of '{self.category.name}' has the id '{record}'",
                        "One whose file was removed too comes back when its file does",
                    )
            edits = dict(self.edits.read())
            for record in records:
                file = known[record].file
                edits[file] = replace(edits[file], removed=None)
            self.edits.write({file: edit for file, edit in edits.items() if edit != FileEdit()})
        return [known[record] for record in records]

    def _locked(self) -> AbstractContextManager[None]:
        return self.workplace.locked(self.on_waiting, patience_seconds=PATIENCE_SECONDS)

    def _publish(
        self,
        index: VectorIndex,
        spec: GenerationSpec,
        before: Edits,
        after: Edits,
        write: Callable[[GenerationBuilder], None],
    ) -> str:
        """Publish the current generation with a difference, once the edits are recorded."""
        name = self.category.name

        def before_switch() -> None:
            if self.store.current(name) != index.manifest.generation:
                raise IndexingError(
                    f"The index of '{name}' was changed from elsewhere meanwhile", "Try again"
                )

        builder = self.store.build(name, spec, from_current=True)
        try:
            write(builder)
            self.edits.write(after)
            try:
                builder.publish(before_switch)
            except BaseException:
                if self.store.current(name) != builder.generation:
                    self.edits.write(before)
                raise
        except BaseException:
            builder.abandon()
            raise
        return builder.generation

    def _applied(self, index: VectorIndex, changes: Payload) -> Payload:
        """Return what changes in a payload: the changes, and the label that follows a class."""
        by_folder = self.category.metadata_path is None
        if not by_folder or "class" not in changes or "label" in changes:
            return changes
        return {**changes, "label": label_of(index, changes["class"])}

    def _remove_files(self, files: Sequence[str]) -> dict[str, str]:
        problems: dict[str, str] = {}
        for file in files:
            try:
                self.images.delete(file)
            except StorageError as error:
                problems[file] = str(error)
        return problems


def _news(given: Payload, point: Point, known: FileEdit) -> Payload:
    """Return the values that are other than a record's, or that it has by an edit already.

    Only these are edits: a field that merely came along goes on following the table.
    """

    def is_new(name: str, value: PayloadValue) -> bool:
        before = point.payload.get(name)
        return name in known.changes or (value != before and not (value == [] and before is None))

    return {name: value for name, value in given.items() if is_new(name, value)}


def _with_fields(
    spec: GenerationSpec, fields: Mapping[str, FieldType], points: Sequence[Point]
) -> GenerationSpec:
    """Return a specification with the declared fields that points now use."""
    used = {name for point in points for name in point.payload}
    added = {n: t for n, t in fields.items() if n in used and n not in spec.fields}
    return replace(spec, fields={**spec.fields, **added})


def _found(index: VectorIndex, records: Sequence[str]) -> Sequence[Point]:
    points = index.get(records)
    if len(points) < len(records):
        known = {point.id for point in points}
        missing = next(record for record in records if record not in known)
        raise RecordNotFound(
            f"Category '{index.manifest.category}' has no record '{missing}'; nothing was changed",
            "It may have been removed since: search again",
        )
    return points


def _check_number(number: int) -> None:
    if not 1 <= number <= MAX_EDITED:
        raise EditError(
            f"{number:,} records cannot be changed at once: 1 to {MAX_EDITED:,} can",
            "Change them in several steps",
        )
