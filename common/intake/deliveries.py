"""Deliveries: what is handed in for a category, kept durably until a job has taken it in.

::

    <root>/<id>/files/000000 …    the files, numbered: their names are data, in the listing only
    <root>/<id>/table             the metadata table, if there is one
    <root>/<id>/fetched/000000 …  what addresses gave, by their place in the list
    <root>/<id>/delivery.json     the listing, written last: without it a delivery is not complete
    <root>/<id>/placed.json       what a job decided to do with each image, before it did
    <root>/<id>/report.json       what became of it; all but this and the listing is then removed
"""

from __future__ import annotations

import json
import logging
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from common.errors import IntakeError, StorageUnavailable
from common.files.durable import write_durably
from common.intake.delivery import LISTING, DeliveredFile, Delivery
from common.intake.disk import on_disk, unusable
from common.intake.handing_in import OpenDelivery
from common.intake.limits import IntakeLimits
from common.intake.names import shown_name

_UNSEALED_SECONDS: Final = 86_400
_REPORT: Final = "report.json"
_log = logging.getLogger(__name__)


class DeliveryStore:
    """The deliveries below one directory. Thread-safe; several processes may share it.

    Args:
        root: the directory, such as ``data/deliveries``; made on first use.
        limits: what is refused.
        clock: seconds since 1970.
    """

    def __init__(
        self, root: Path, limits: IntakeLimits, clock: Callable[[], float] = time.time
    ) -> None:
        self.root = root
        self.limits = limits
        self._clock = clock

    def begin(self, category: str) -> OpenDelivery:
        """Begin a delivery; those that nobody completed within a day are removed.

        Raises:
            StorageUnavailable: the directory cannot be written.
        """
        folder = self.root / uuid.uuid4().hex
        with on_disk(folder):
            self._sweep_unsealed()
            (folder / "files").mkdir(parents=True)
            (folder / "fetched").mkdir()
        return OpenDelivery(folder, category, self.limits, self._clock)

    def get(self, id_: str) -> Delivery:
        """Return a complete delivery.

        Raises:
            IntakeError: there is none of that id, or no longer.
            StorageUnavailable: it cannot be read.
        """
        folder = self._folder(id_)
        try:
            found: Any = json.loads((folder / LISTING).read_text(encoding="utf-8"))
            return Delivery(
                id=id_,
                category=str(found["category"]),
                folder=folder,
                created=float(found["created"]),
                files=tuple(
                    DeliveredFile(file["name"], Path(file["stored"]).name, file["is_archive"])
                    for file in found["files"]
                ),
                table=found["table"],
                addresses=tuple(found["addresses"]),
            )
        except FileNotFoundError as error:
            raise _gone(id_) from error
        except OSError as error:
            raise unusable(folder, error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise StorageUnavailable(
                f"'{folder / LISTING}' is damaged ({type(error).__name__})",
                "Remove that directory and hand the images in again",
            ) from error

    def finish(self, id_: str, report: object) -> None:
        """Keep what became of a delivery, and remove what was handed in.

        Raises:
            StorageUnavailable: the report cannot be written.
        """
        folder = self._folder(id_)
        with on_disk(folder):
            write_durably(folder / _REPORT, json.dumps(report))
        for name in ("files", "fetched"):
            shutil.rmtree(folder / name, ignore_errors=True)
        (folder / "table").unlink(missing_ok=True)

    def report(self, id_: str) -> dict[str, Any] | None:
        """Return what became of a delivery; None where nothing did yet.

        Raises:
            StorageUnavailable: it cannot be read.
        """
        path = self._folder(id_) / _REPORT
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise unusable(path, error) from error
        return found

    def discard(self, id_: str) -> None:
        """Remove a delivery and all that belongs to it; an unknown one is ignored."""
        shutil.rmtree(self._folder(id_), ignore_errors=True)

    def sweep(self, wanted: Collection[str], older_than_seconds: float) -> None:
        """Remove complete deliveries that nobody wants any more.

        Args:
            wanted: ids of those to keep.
            older_than_seconds: since they were completed; younger ones are kept.

        Raises:
            StorageUnavailable: the directory cannot be read.
        """
        with on_disk(self.root):
            for folder in self._folders():
                listing = folder / LISTING
                if folder.name in wanted or not listing.exists():
                    continue
                if self._clock() - listing.stat().st_mtime > older_than_seconds:
                    shutil.rmtree(folder, ignore_errors=True)
                    _log.info("the delivery %s was removed: no job needs it", folder.name)

    def _sweep_unsealed(self) -> None:
        for folder in self._folders():
            if (folder / LISTING).exists():
                continue
            with suppress(FileNotFoundError):  # another process may remove it at the same time
                # Each new file is a change of the directory that it is put in.
                touched = max(path.stat().st_mtime for path in (folder, folder / "files"))
                if self._clock() - touched > _UNSEALED_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Sequence[Path]:
        if not self.root.is_dir():
            return ()
        return [path for path in self.root.iterdir() if _is_id(path.name) and path.is_dir()]

    def _folder(self, id_: str) -> Path:
        if not _is_id(id_):
            raise _gone(id_)
        return self.root / id_


def _is_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")


def _gone(id_: str) -> IntakeError:
    return IntakeError(
        f"The delivery '{shown_name(id_)}' is not kept any more", "Hand the images in again"
    )
