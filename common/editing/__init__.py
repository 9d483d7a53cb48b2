"""The use case of correcting and removing records by hand, at once and for good."""

from common.editing.editor import MAX_EDITED, RecordEditor, Removal, RemovedRecord
from common.editing.values import typed_changes

__all__ = ["MAX_EDITED", "RecordEditor", "Removal", "RemovedRecord", "typed_changes"]
