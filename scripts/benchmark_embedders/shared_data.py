"""Public data sets kept outside the repository, as Parquet files with pictures in them.

Their columns are ``image`` (the bytes of a picture), ``label``, ``name`` and ``split``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from common.errors import MetadataError
from common.storage.folder import FolderStore
from metrics.comparing import LabelledPictures, Trial, held_out_classes

_COLUMNS: Final = ("image", "label", "split")
_ROWS_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture of a data set."""

    image: bytes
    label: str
    split: str


def tiny_imagenet_trial(data_dir: Path, unpacked: Path, limit: int | None) -> Trial:
    """Return the pictures of Tiny-ImageNet's held-out classes, each asking among the others.

    Args:
        data_dir: holds ``tiny-imagenet-*.parquet``.
        unpacked: an empty directory for the pictures.
        limit: at most so many pictures of a class; None for all.

    Raises:
        MetadataError: the data is not there, or of another form.
    """
    files = tiny_imagenet_files(data_dir)
    classes = held_out_classes(class_labels(files))
    pictures = unpack(read_rows(files, classes), unpacked)
    return Trial(f"Tiny-ImageNet, {len(classes)} held-out classes", _limited(pictures, limit))


def tiny_imagenet_files(data_dir: Path) -> list[Path]:
    """Find the files of Tiny-ImageNet.

    Raises:
        MetadataError: there are none.
    """
    files = sorted(data_dir.glob("tiny-imagenet-*.parquet"))
    if not files:
        raise _absent("tiny-imagenet-*.parquet", data_dir)
    return files


def clothing_trial(data_dir: Path, unpacked: Path, limit: int | None) -> Trial:
    """Return the clothing data set, its test split asking among the rest.

    Args:
        data_dir: holds ``clothing.parquet``.
        unpacked: an empty directory for the pictures.
        limit: at most so many pictures of a class on either side; None for all.

    Raises:
        MetadataError: the data is not there, or of another form.
    """
    file = data_dir / "clothing.parquet"
    if not file.is_file():
        raise _absent(file.name, data_dir)
    queries = unpack(read_rows([file]), unpacked / "test", lambda row: row.split == "test")
    rest = unpack(read_rows([file]), unpacked / "rest", lambda row: row.split != "test")
    return Trial(
        "clothing, the test split against the rest", _limited(rest, limit), _limited(queries, limit)
    )


def read_rows(files: Sequence[Path], labels: Collection[str] | None = None) -> Iterator[PictureRow]:
    """Read pictures file by file; memory does not grow with their number.

    Args:
        files: with the columns that the module's docstring names.
        labels: of those to read; None for all.

    Raises:
        MetadataError: a file cannot be read, lacks a column, or has a row without its picture.
    """
    for columns in _batches(files, _COLUMNS):
        for image, label, split in zip(*columns, strict=True):
            if not isinstance(image, bytes) or not isinstance(label, str):
                raise MetadataError(
                    f"A row below '{files[0].parent}' has no picture or no label",
                    "The column 'image' must hold the bytes of a picture, 'label' a text",
                )
            if labels is None or label in labels:
                yield PictureRow(image, label, split)


def unpack(
    rows: Iterator[PictureRow], directory: Path, wanted: Callable[[PictureRow], bool] | None = None
) -> LabelledPictures:
    """Write pictures as files named by their number, so that no name from outside is a path.

    Args:
        rows: what to write.
        directory: made if missing.
        wanted: which of them; None for all.
    """
    directory.mkdir(parents=True, exist_ok=True)
    labels: dict[str, str] = {}
    for number, row in enumerate(rows):
        if wanted is None or wanted(row):
            file = f"{number:06d}.webp"
            (directory / file).write_bytes(row.image)
            labels[file] = row.label
    return LabelledPictures(FolderStore(directory), labels)


def class_labels(files: Sequence[Path]) -> set[str]:
    """Return every class that occurs, reading nothing but the column of labels.

    Raises:
        MetadataError: see :func:`read_rows`.
    """
    return {label for (labels,) in _batches(files, ["label"]) for label in labels}


def _batches(files: Sequence[Path], columns: Sequence[str]) -> Iterator[list[list[Any]]]:
    """Yield the values of some columns, a few hundred rows at a time."""
    import pyarrow as pa  # type: ignore[import-untyped]  # Streamlit brings it; slow to load
    from pyarrow import parquet

    for path in files:
        try:
            with parquet.ParquetFile(path) as table:
                missing = [name for name in columns if name not in table.schema_arrow.names]
                if missing:
                    raise MetadataError(
                        f"'{path}' has no column {', '.join(map(repr, missing))}",
                        "Give the folder with the data sets that this benchmark is about",
                    )
                for batch in table.iter_batches(_ROWS_AT_ONCE, columns=list(columns)):
                    yield [batch.column(name).to_pylist() for name in columns]
        except (OSError, pa.ArrowException) as error:
            raise MetadataError(
                f"'{path}' cannot be read ({' '.join(str(error).split())})",
                "Check that it is a whole Parquet file",
            ) from error


def _limited(pictures: LabelledPictures, limit: int | None) -> LabelledPictures:
    return pictures if limit is None else pictures.at_most(limit)


def _absent(pattern: str, data_dir: Path) -> MetadataError:
    return MetadataError(
        f"There is no {pattern} in '{data_dir}'", "Name its folder with --data-dir"
    )
