"""Answers that are fetched later than they were asked for: kept for a while, and not too many."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from common.errors import JobNotFound
from common.files.durable import write_durably
from common.intake.disk import on_disk, unusable
from common.intake.names import shown_name

KEPT_SECONDS: Final = 3_600
KEPT_ANSWERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class KeptHit:
    """A record that was found.

    Attributes:
        record: its id.
        file: path relative to the category's images, with forward slashes.
        similarity: cosine in [-1, 1], higher is better.
        link: its web page; None: it has none.
    """

    record: str
    file: str
    similarity: float
    link: str | None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a query found in a category, best first."""

    category: str
    hits: Sequence[KeptHit]


class AnswerStore:
    """The answers below one directory, which several processes may share. Thread-safe.

    One file an answer, under an id that cannot be guessed: whoever has the id may read it. Answers
    that are too old, or too many, go whenever another one comes.

    Args:
        root: the directory, such as ``data/cache/answers``; made on first use.
        seconds: for which an answer is kept.
        count: of the answers that are kept.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        *,
        seconds: float = KEPT_SECONDS,
        count: int = KEPT_ANSWERS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._root = root
        self._seconds = seconds
        self._count = count
        self._clock = clock

    def keep(self, answer: KeptAnswer) -> str:
        """Keep an answer; return the id to fetch it by.

        Raises:
            StorageUnavailable: the directory cannot be written.
        """
        id_ = uuid.uuid4()
        with on_disk(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            # As ASCII: names may hold halves of surrogate pairs, which no file takes otherwise.
            write_durably(self._path(id_), json.dumps(asdict(answer)))
            self._sweep()
        return str(id_)

    def get(self, id_: str) -> KeptAnswer:
        """Return an answer.

        Raises:
            JobNotFound: there is none of that id, or no longer.
            StorageUnavailable: it cannot be read.
        """
        try:
            path = self._path(uuid.UUID(id_))
            if self._is_old(path):
                raise _gone(id_)
            kept = json.loads(path.read_text(encoding="utf-8"))
            return KeptAnswer(kept["category"], [KeptHit(**hit) for hit in kept["hits"]])
        except FileNotFoundError as error:
            raise _gone(id_) from error
        except OSError as error:
            raise unusable(self._root, error) from error
        except ValueError as error:  # no UUID, or no answer of this program's
            raise _gone(id_) from error

    def _sweep(self) -> None:
        written: list[tuple[float, Path]] = []
        for path in self._root.iterdir():
            with suppress(FileNotFoundError):  # another process sweeps, too
                written.append((path.stat().st_mtime, path))
        written.sort(key=lambda entry: entry[0], reverse=True)
        for place, (_, path) in enumerate(written):
            with suppress(FileNotFoundError):
                if place >= self._count or self._is_old(path):
                    path.unlink()

    def _is_old(self, path: Path) -> bool:
        return self._clock() - path.stat().st_mtime > self._seconds

    def _path(self, id_: uuid.UUID) -> Path:
        return self._root / f"{id_}.json"


def _gone(id_: str) -> JobNotFound:
    return JobNotFound(
        f"There is no task '{shown_name(id_)}', or its answer is not kept any more", "Ask again"
    )
