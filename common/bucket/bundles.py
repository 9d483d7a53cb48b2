"""Model bundles in a bucket: fetched once, verified, and only then there for anyone to load."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Final

from common.embedding.card import BUNDLE_NAME, CARD_FILE, check_fingerprint, read_card
from common.errors import EmbedderError, ModelBundleError, ObjectNotFound, StorageError
from common.files.durable import sync_folder, sync_tree
from common.files.locks import FileLock
from common.storage.minio import MinioStore

_STAGED: Final = ".fetching-"
_EXTRA: Final = ("metrics.json",)
_MAX_CARD_BYTES: Final = 1_000_000
_MAX_EXTRA_BYTES: Final = 10_000_000
_DIRECTORY_MODE: Final = 0o755  # a temporary directory is readable by its maker only
_log = logging.getLogger(__name__)


class BucketBundles:
    """Brings bundles from a bucket to a directory that the registry searches.

    Args:
        source: one directory a bundle.
        folder: where bundles are put.
    """

    def __init__(self, source: MinioStore, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def fetch(self, name: str) -> bool:
        """Bring a bundle, unless it is there meanwhile; processes take turns.

        Its model files must have the hashes that its card tells, and the fingerprint must be
        theirs. What is wrong, or is interrupted, leaves nothing behind that could be loaded.

        Returns:
            Whether there is such a bundle.

        Raises:
            ModelBundleError: it is not whole, or not what its card says.
            EmbedderError: the bucket cannot be reached, or the directory not be written.
        """
        if not BUNDLE_NAME.fullmatch(name):
            return False
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".fetch.lock"):
                return (self._folder / name / CARD_FILE).exists() or self._fetch(name)
        except StorageError as error:
            raise EmbedderError(
                f"The model '{name}' cannot be fetched: {error.what}", error.cure
            ) from error
        except OSError as error:
            raise EmbedderError(
                f"The model '{name}' cannot be put into '{self._folder}' "
                f"({error.strerror or error})",
                "Check the disk, its free space and the permissions of DATA_DIR",
            ) from error

    def _fetch(self, name: str) -> bool:
        try:
            card = self._source.read(f"{name}/{CARD_FILE}", _MAX_CARD_BYTES)
        except ObjectNotFound:
            return False
        for left in self._folder.glob(f"{_STAGED}*"):  # by one that was killed: we hold the lock
            shutil.rmtree(left, ignore_errors=True)
        staged = Path(tempfile.mkdtemp(prefix=_STAGED, dir=self._folder))
        try:
            (staged / CARD_FILE).write_bytes(card)
            self._fetch_models(name, staged)
            for extra in _EXTRA:
                try:
                    content = self._source.read(f"{name}/{extra}", _MAX_EXTRA_BYTES)
                except ObjectNotFound:
                    continue
                (staged / extra).write_bytes(content)
            staged.chmod(_DIRECTORY_MODE)
            sync_tree(staged)
            staged.rename(self._folder / name)
            sync_folder(self._folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        _log.info("model '%s' was fetched from %s", name, self._source.address)
        return True

    def _fetch_models(self, name: str, staged: Path) -> None:
        card = read_card(staged)
        if card.name != name:
            raise ModelBundleError(
                f"The model card of '{name}' in the bucket is of '{card.name}'",
                "Upload the bundle under its own name",
            )
        for file, expected in card.files.items():
            path = staged / Path(file).name
            try:
                with path.open("wb") as stream:
                    self._source.download(f"{name}/{path.name}", stream)
            except ObjectNotFound as error:
                raise ModelBundleError(
                    f"The model '{name}' in the bucket is without its {path.name}",
                    "Upload the bundle again",
                ) from error
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != expected:
                raise ModelBundleError(
                    f"The {path.name} of model '{name}' in the bucket is not the one of its card",
                    "Upload the bundle again",
                )
        serve = staged / card.serve
        check_fingerprint(card, serve.read_bytes(), serve)
