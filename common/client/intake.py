"""Asking for images to be added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from common.client.addresses import category_address
from common.client.answers import JobAnswer
from common.client.connection import Connection
from common.client.forms import Form
from common.jobs import Job
from common.syncing.difference import DuplicatePolicy


class IntakeRequests:
    """Requests that bring images; part of :class:`~common.client.SearchClient`.

    Args:
        connection: to the server.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_images(
        self,
        category: str,
        images: Iterable[tuple[str, bytes | Path]],
        *,
        table: tuple[str, bytes | Path] | None = None,
        label: str = "",
        duplicates: DuplicatePolicy = "keep",
        allow_mismatch: bool = False,
    ) -> Job:
        """Have images added to a category and indexed; return the job that does it.

        Args:
            category: that gets them.
            images: names and contents of image files, and of ZIP archives of such. A name may be a
                relative path, whose folder is the image's class. Files are read as they are sent.
            table: name and content of a metadata table.
            label: folder, and so class, of images that come without one.
            duplicates: of images of equal content, ``keep`` all or ``skip`` all but one.
            allow_mismatch: leave out rows without an image and images without a row.
        """
        files = [("images", name, content) for name, content in images]
        if table is not None:
            files.append(("metadata", *table))
        values = {
            "label": label,
            "duplicates": duplicates,
            "allow_mismatch": str(allow_mismatch).lower(),
        }
        form = Form(files, values)
        return self._connection.read(
            "POST",
            f"{category_address(category)}/images",
            JobAnswer,
            content=form,
            headers={"Content-Type": form.content_type},
        )

    def add_urls(
        self,
        category: str,
        urls: Sequence[str],
        *,
        label: str = "",
        duplicates: DuplicatePolicy = "keep",
        allow_mismatch: bool = False,
    ) -> Job:
        """Have images downloaded, added to a category and indexed; return the job that does it."""
        body = {
            "urls": list(urls),
            "label": label,
            "duplicates": duplicates,
            "allow_mismatch": allow_mismatch,
        }
        address = f"{category_address(category)}/urls"
        return self._connection.read("POST", address, JobAnswer, json=body)
