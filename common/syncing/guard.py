"""The question that is put before many records are removed."""

from __future__ import annotations

from common.categories import Category
from common.errors import IndexingError

_FEW = 20


def check_losses(category: Category, lost: int, held: int) -> None:
    """Refuse to remove all records, or more than half of them where they are many.

    A disk that is not mounted shows an empty directory, and a wrong path shows other files: both
    look as if someone had removed everything.

    Args:
        category: whose index it is.
        lost: records that would end, with their content nowhere else.
        held: records in its current generation.

    Raises:
        IndexingError: that many are not removed without a word.
    """
    if lost and (lost == held or (lost > _FEW and 2 * lost > held)):
        raise IndexingError(
            f"{lost} of the {held} images in the index of '{category.name}' are no longer in "
            f"'{category.images_dir}'; nothing was removed",
            "Check that its disk is mounted and its path is right, or add CONFIRM_DELETES=1 to "
            "remove them",
        )
