"""The pictures of a trial as embedded samples, the same pictures for every embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from common.embedding.base import Embedder
from common.errors import QueryError
from common.images import ImageLimits
from common.indexing import OnProgress
from common.pipeline import Embedded, Skipped, embed_files
from metrics.comparing.trials import LabelledPictures, Trial
from metrics.evaluation.samples import Samples

BATCH_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class EmbeddedTrial:
    """What one embedder made of a trial's pictures.

    Attributes:
        gallery: by path.
        queries: by path; empty where the gallery itself asks.
        skipped: files that did not become vectors.
    """

    gallery: Mapping[str, Embedded]
    queries: Mapping[str, Embedded]
    skipped: Sequence[Skipped]


def embed_trial(
    trial: Trial,
    embedder: Embedder,
    limits: ImageLimits,
    *,
    threads: int,
    on_progress: OnProgress,
) -> EmbeddedTrial:
    """Embed every picture of a trial once.

    Args:
        trial: what to embed.
        embedder: makes the vectors.
        limits: on image files.
        threads: that read, decode and prepare.
        on_progress: called after every batch.

    Raises:
        StorageUnavailable: the files cannot be reached.
    """
    skipped: list[Skipped] = []
    done = 0

    def vectors(pictures: LabelledPictures) -> dict[str, Embedded]:
        nonlocal done
        embedded: dict[str, Embedded] = {}
        for outcomes in embed_files(
            pictures.labels,
            pictures.store,
            embedder,
            limits,
            batch_size=BATCH_SIZE,
            threads=threads,
        ):
            for outcome in outcomes:
                if isinstance(outcome, Embedded):
                    embedded[outcome.file] = outcome
                else:
                    skipped.append(outcome)
            done += len(outcomes)
            on_progress(done, trial.n_pictures)
        return embedded

    gallery = vectors(trial.gallery)
    queries = {} if trial.queries is None else vectors(trial.queries)
    return EmbeddedTrial(gallery, queries, tuple(skipped))


def readable_part(trial: Trial, embedded: Sequence[EmbeddedTrial]) -> Trial:
    """Return the trial without the files that some embedder could not be shown.

    Otherwise embedders would answer different questions, and could not be compared in pairs.

    Raises:
        QueryError: nothing is left on one side.
    """
    gallery = _kept(trial.gallery, [one.gallery for one in embedded])
    queries = None
    if trial.queries is not None:
        queries = _kept(trial.queries, [one.queries for one in embedded])
    part = Trial(trial.name, gallery, queries, trial.unlabelled)
    for side, before in ((part.gallery, trial.gallery), (part.asking, trial.asking)):
        if not len(side):
            raise QueryError(
                f"None of the {len(before)} pictures of '{trial.name}' can be read",
                "Check that they are images, and the limits MAX_IMAGE_MEGABYTES and "
                "MAX_IMAGE_MEGAPIXELS",
            )
    return part


def gallery_samples(trial: Trial, embedded: EmbeddedTrial) -> Samples:
    """Return the gallery of a trial whose files were all embedded.

    Raises:
        EmbedderError: a vector is not finite, or zero.
    """
    return _samples(trial.gallery, embedded.gallery, "gallery")


def query_samples(trial: Trial, embedded: EmbeddedTrial) -> Samples | None:
    """Return the queries of a trial whose files were all embedded; None if the gallery asks.

    Raises:
        EmbedderError: a vector is not finite, or zero.
    """
    if trial.queries is None:
        return None
    return _samples(trial.queries, embedded.queries, "queries")


def _kept(
    pictures: LabelledPictures, embedded: Sequence[Mapping[str, Embedded]]
) -> LabelledPictures:
    labels = {
        file: label
        for file, label in pictures.labels.items()
        if all(file in vectors for vectors in embedded)
    }
    return LabelledPictures(pictures.store, labels)


def _samples(pictures: LabelledPictures, embedded: Mapping[str, Embedded], side: str) -> Samples:
    files = list(pictures.labels)
    return Samples(
        np.stack([embedded[file].vector for file in files]),
        # A query and a gallery picture may bear one path in two stores and be two pictures.
        np.array([f"{side}/{file}" for file in files]),
        np.array([pictures.labels[file] for file in files]),
        duplicates=np.array([embedded[file].sha256 for file in files]),
    )
