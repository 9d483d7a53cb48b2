"""Notebooks are kept as they are read: without outputs, by public names, with prose."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.notebooks.files import NAMES, NOTEBOOKS, code_of, read

OWN = ("api", "common", "interactive", "metrics", "scripts")
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def private_names(code: str) -> set[str]:
    """Return the names with a leading underscore that code imports or asks an object for."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            found |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    dunders = {name for name in found if name.startswith("__") and name.endswith("__")}
    return {name for name in found - dunders if name.startswith("_")}


def test_private_names_are_found_wherever_they_are_asked_for() -> None:
    code = "import a._b\nfrom common._c import d, _e\nx._f.g = h.__doc__\n_own = 1\n"
    assert private_names(code) == {"_b", "_c", "_e", "_f"}


def test_the_notebooks_are_those_that_are_promised() -> None:
    assert tuple(path.stem for path in NOTEBOOKS) == NAMES


@each_notebook
def test_outputs_are_stripped(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
        assert not cell.metadata


@each_notebook
def test_only_public_names_are_used(path: Path) -> None:
    for code in code_of(read(path)):
        assert private_names(code) == set()


@each_notebook
def test_imports_are_of_this_project_or_of_what_it_installs(path: Path) -> None:
    imported = {
        (node.module or "").partition(".")[0]
        for code in code_of(read(path))
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported & set(OWN)
    assert not imported & {"tests"}


@each_notebook
def test_a_notebook_begins_with_what_it_is_about_and_ends_by_tidying_up(path: Path) -> None:
    cells = read(path).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert cells[-2].source == "## Tidy up"
    assert "scratch.cleanup()" in cells[-1].source


@each_notebook
def test_any_python_3_kernel_runs_it(path: Path) -> None:
    metadata = read(path).metadata
    assert metadata.kernelspec.name == "python3"
    assert set(metadata) == {"kernelspec", "language_info"}
