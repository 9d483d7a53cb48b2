"""The backups that lie in one place: finding them, choosing one, removing the old ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from common.backups.files import discard_backup
from common.backups.manifest import LIST_FILE, Backup, backup_from_json
from common.errors import BackupDamaged, BackupError, BackupNotFound
from common.storage.base import ImageStore
from common.vectors.base import new_generation_name

_PREFIX: Final = "backup-"
_NAME = re.compile(rf"{_PREFIX}\d{{8}}t\d{{12}}-[0-9a-f]{{6}}")
_DEAD_AFTER: Final = timedelta(days=1)


def new_backup_name() -> str:
    """Return a fresh name that sorts after every earlier one: time, then chance."""
    return f"{_PREFIX}{new_generation_name()}"


def backup_names(place: ImageStore) -> list[str]:
    """Return the names of the whole backups, oldest first."""
    return sorted(name for name, whole in _found(place).items() if whole)


def read_list(place: ImageStore, name: str) -> Backup:
    """Read the list of a backup that is known to be there.

    Raises:
        BackupDamaged: it cannot be read.
        StorageError: it is gone, or the place cannot be reached.
    """
    return backup_from_json(place.read(f"{name}/{LIST_FILE}"), name)


def read_backup(place: ImageStore, name: str = "", category: str = "") -> Backup:
    """Read a backup's list.

    Args:
        place: where backups lie.
        name: which one; empty: the newest.
        category: where no name is given, the newest that holds this category; empty: any.

    Raises:
        BackupNotFound: there is none of that name, none of that category, or none at all.
        BackupDamaged: its list, or that of a newer one, cannot be read.
        StorageUnavailable: the place cannot be reached.
    """
    names = backup_names(place)
    if not names:
        raise BackupNotFound("There is no backup there", "Name the place that was given as TO")
    if name and name not in names:
        raise BackupNotFound(
            f"There is no backup '{name}' there", f"There are: {', '.join(names[-5:])}"
        )
    if name or not category:
        return read_list(place, name or names[-1])
    held: set[str] = set()
    for candidate in reversed(names):
        backup = read_list(place, candidate)
        held |= {saved.name for saved in backup.categories}
        if category in held:
            return backup
    known = ", ".join(f"'{saved}'" for saved in sorted(held))
    raise BackupNotFound(
        f"There is no category '{category}' in any backup there", f"There are: {known}"
    )


def remove_old_backups(place: ImageStore, keep: int) -> list[str]:
    """Remove all but the newest backups of each category, and what is left of interrupted ones.

    A backup stays that is among the newest of one of its categories, whatever other backups hold;
    so does one whose list cannot be read, as nobody knows what it holds. A directory that is not
    named as a backup is never touched.

    Args:
        place: where backups lie.
        keep: how many stay of each category.

    Returns:
        The names of those removed, oldest first.

    Raises:
        BackupError: ``keep`` is less than 1.
        StorageUnavailable: the place cannot be reached or written.
    """
    if keep < 1:
        raise BackupError(f"Of all backups {keep} cannot be kept", "Keep at least 1")
    found = _found(place)
    whole = sorted(name for name, is_whole in found.items() if is_whole)
    limit = f"{_PREFIX}{new_generation_name(datetime.now(UTC) - _DEAD_AFTER)}"
    dead = sorted(name for name, is_whole in found.items() if not is_whole and name < limit)
    old = _outnumbered(place, whole, keep)
    for name in [*old, *dead]:
        discard_backup(place, name)
    return old


def _outnumbered(place: ImageStore, names: list[str], keep: int) -> list[str]:
    """Return the backups, oldest first, that are among the newest of none of their categories."""
    newer: Counter[str] = Counter()
    old: list[str] = []
    for name in reversed(names):
        try:
            held = {saved.name for saved in read_list(place, name).categories}
        except BackupDamaged:
            continue
        if all(newer[category] >= keep for category in held):
            old.append(name)
        newer.update(held)
    return old[::-1]


def _found(place: ImageStore) -> dict[str, bool]:
    """Return the directories named as backups, and whether each has its list."""
    found: dict[str, bool] = {}
    for path in _paths(place):
        name, _, rest = path.partition("/")
        if _NAME.fullmatch(name):
            found[name] = found.get(name, False) or rest == LIST_FILE
    return found


def _paths(place: ImageStore) -> Iterator[str]:
    return (stored.path for stored in place.walk(_PREFIX))
