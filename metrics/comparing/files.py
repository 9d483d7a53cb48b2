"""A comparison of embedders on disk: JSON for programs, Markdown for people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from common.categories import suggest_name
from common.errors import StorageUnavailable
from metrics.comparing.rendering import as_markdown
from metrics.comparing.report import ComparisonReport, to_json


def save_report(report: ComparisonReport, directory: Path) -> tuple[Path, Path]:
    """Write ``<trial>-<date>.json`` and ``.md``; the date includes the time, so none is lost.

    Args:
        report: what was found.
        directory: made if missing.

    Returns:
        The two paths.

    Raises:
        StorageUnavailable: they cannot be written.
    """
    moment = datetime.fromisoformat(report.created).strftime("%Y-%m-%d-%H%M%S")
    stem = f"{suggest_name(report.trial)}-{moment}"
    contents = {".json": to_json(report), ".md": as_markdown(report).encode()}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for suffix, content in contents.items():
            draft = directory / f".{stem}{suffix}.tmp"
            draft.write_bytes(content)
            draft.replace(directory / f"{stem}{suffix}")
    except OSError as error:
        raise StorageUnavailable(
            f"The comparison cannot be written to '{directory}' ({error.strerror or error})",
            "Check the disk and the permissions",
        ) from error
    return directory / f"{stem}.json", directory / f"{stem}.md"
