"""Python and the installed packages against what the project asks for."""

from __future__ import annotations

import platform
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scripts.doctor.findings import Finding, failure, ok, warning

AREA: Final = "versions"
_INSTALL: Final = "Run 'make install'"


def check_versions(root: Path) -> list[Finding]:
    """Check what runs here against the project file and the lock in ``root``."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        lock = tomllib.loads((root / "poetry.lock").read_text("utf-8"))
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        return [ok(AREA, f"Versions are not compared: there is no {missing} here")]
    locked: defaultdict[str, set[str]] = defaultdict(set)  # one a version of Python, for some
    for entry in lock["package"]:
        locked[canonicalize_name(entry["name"])].add(entry["version"])
    return [
        python_finding(project["requires-python"], platform.python_version()),
        *package_findings(project["dependencies"], locked, _installed),
    ]


def python_finding(wanted: str, running: str) -> Finding:
    """Compare a version of Python with a specifier such as ``>=3.11,<3.14``."""
    if SpecifierSet(wanted).contains(running, prereleases=True):
        return ok(AREA, f"Python {running} is one that the project supports ({wanted})")
    return failure(
        AREA,
        f"Python {running} runs this, and the project supports {wanted}",
        "Name another with 'make PYTHON=/path/to/python3 install' after 'make clean'",
    )


def package_findings(
    wanted: Sequence[str],
    locked: Mapping[str, Collection[str]],
    installed: Callable[[str], str | None],
) -> list[Finding]:
    """Compare installed packages with requirements and with the lock.

    Args:
        wanted: requirements as in ``pyproject.toml``.
        locked: versions by canonical name; for some packages one a version of Python.
        installed: returns a package's version, None where it is missing.

    Returns:
        What is wrong, or one finding that all fit.
    """
    found: list[Finding] = []
    for requirement in map(Requirement, wanted):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        name, there = requirement.name, installed(requirement.name)
        tested = locked.get(canonicalize_name(name), ())
        if there is None:
            found.append(failure(AREA, f"The package {name} is not installed", _INSTALL))
        elif not requirement.specifier.contains(there, prereleases=True):
            what = f"{name} {there} is installed, and {requirement.specifier} is needed"
            found.append(failure(AREA, what, _INSTALL))
        elif tested and there not in tested:
            what = f"{name} {there} is installed, and {' or '.join(sorted(tested))} is locked"
            found.append(warning(AREA, what, _INSTALL))
    return found or [ok(AREA, f"All {len(wanted)} packages are installed as locked")]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
