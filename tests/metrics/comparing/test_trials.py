"""Which pictures a category can be judged by."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import MetadataError
from common.storage.folder import FolderStore
from metrics.comparing import LabelledPictures, category_trial

STORE = FolderStore(Path("nowhere"))


def test_a_picture_shows_its_label_or_else_its_class() -> None:
    payloads = {
        "1.jpg": {"class": "shoe", "label": 7},
        "2.jpg": {"class": "shoe", "label": None},
        "3.jpg": {"class": "shoe"},
    }
    trial = category_trial("shoes", payloads, STORE)
    assert trial.gallery.labels == {"1.jpg": "7", "2.jpg": "shoe", "3.jpg": "shoe"}


def test_pictures_nobody_labelled_are_left_out_and_counted() -> None:
    payloads = {f"{n}.jpg": {"class": "ab"[n % 2]} for n in range(4)} | {"5.jpg": {"class": ""}}
    trial = category_trial("shoes", payloads, STORE)
    assert (len(trial.gallery), trial.unlabelled) == (4, 1)


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        ([None, None], r"Nothing says what .* 'shoes' show.*sub-folder a class"),
        (["a", "a"], r"of one class \('a'\).*at least one other class"),
        (["a", "b"], r"Each of the 2 classes .* a single picture.*second picture"),
    ],
)
def test_a_category_that_proves_nothing_is_refused_with_the_cure(
    classes: list[str | None], sentence: str
) -> None:
    payloads = {f"{n}.jpg": {"class": name} for n, name in enumerate(classes)}
    with pytest.raises(MetadataError, match=sentence):
        category_trial("shoes", payloads, STORE)


def test_at_most_so_many_pictures_of_each_label_are_kept_by_path() -> None:
    labels = {"b/2": "b", "b/1": "b", "a/1": "a"}
    assert LabelledPictures(STORE, labels).at_most(1).labels == {"a/1": "a", "b/1": "b"}
