"""Every setting with where its value comes from; nothing secret is shown."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from dotenv import dotenv_values

from common.errors import SettingsError
from common.settings import Settings
from scripts.doctor.findings import Finding, warning

Source: TypeAlias = Literal["environment", ".env", "default"]
MASK: Final = "********"
_LIKENESS: Final = 0.85  # of a name that is probably meant as another
_SCHEME: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_QUERY: Final = re.compile(r"(?<=[?#]).+", re.DOTALL)
_COMPOSE_NAME: Final = re.compile(r"\$\{([A-Z_]+)")


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting as it may be shown.

    Attributes:
        name: in the environment.
        value: as text; a secret's is :data:`MASK`.
        source: where it comes from.
    """

    name: str
    value: str
    source: Source


def shown_settings(environment: Mapping[str, str], file: Mapping[str, str]) -> list[ShownSetting]:
    """Return all settings in the order of the documents, whether or not they can be used.

    Args:
        environment: of the process.
        file: names and values of ``.env``.
    """
    in_environment = {name.upper(): value for name, value in environment.items() if value}
    in_file = {name.upper(): value for name, value in file.items() if value}
    shown: list[ShownSetting] = []
    for field, described in Settings.model_fields.items():
        name = field.upper()
        source: Source = "default"
        value = _as_written(described.default)
        if name in in_environment:
            source, value = "environment", in_environment[name]
        elif name in in_file:
            source, value = ".env", in_file[name]
        text = _masked(value) if described.repr else MASK if value else ""
        shown.append(ShownSetting(name, text, source))
    return shown


def file_values(env_file: Path) -> dict[str, str]:
    """Read the names and values of a settings file; none where there is no such file.

    Raises:
        SettingsError: it cannot be read, or is no UTF-8 text.
    """
    if not env_file.is_file():
        return {}
    try:
        values = dotenv_values(env_file)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"Settings file '{env_file}' cannot be read as UTF-8 text",
            "Save it in UTF-8, and check its permissions",
        ) from error
    return {name: value for name, value in values.items() if value is not None}


def misspelt(file: Mapping[str, str], others: Collection[str]) -> list[Finding]:
    """Find names in ``.env`` that are nearly a setting's, and therefore do nothing.

    Args:
        file: names and values of ``.env``.
        others: further names that something knows, such as compose files.
    """
    known = {name.upper() for name in Settings.model_fields}
    found: list[Finding] = []
    for name in sorted({name.upper() for name in file} - known - set(others)):
        near = difflib.get_close_matches(name, known, n=1, cutoff=_LIKENESS)
        if near:
            what = f".env sets {name}, which is no setting"
            found.append(warning("settings", what, f"Write {near[0]} if that is meant"))
    return found


def compose_names(root: Path) -> set[str]:
    """Return the variables that the compose files of a directory use."""
    files = root.glob("docker-compose-*.yaml")
    return {name for file in files for name in _COMPOSE_NAME.findall(file.read_text("utf-8"))}


def _as_written(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _masked(value: str) -> str:
    """Return a value without what may be secret in an address: all before its ``@``, and a query.

    Passwords are not always escaped as they should be, so the last ``@`` counts, and where it may
    belong to a query nothing is shown but the scheme.
    """
    found = _SCHEME.match(value)
    scheme = found[0] if found else ""
    login, at, place = value[len(scheme) :].rpartition("@")
    if _QUERY.search(login + at):
        return f"{scheme}{MASK}"
    return f"{scheme}{MASK if at else ''}{at}{_QUERY.sub(MASK, place)}"
