"""The notebooks of the project."""

from __future__ import annotations

from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = ("demo-api", "demo-data-upload", "demo-minio", "demo-qdrant", "demo-training")


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook and make sure that it is a valid one."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def code_of(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the source of each code cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]
