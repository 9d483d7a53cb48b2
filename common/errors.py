"""The one error tree. Every failure a person can meet is one of these, and reads as a sentence.

::

    VisualSearchError
    ├── SettingsError             a setting is missing or cannot be used
    ├── CategoryError
    │   ├── CategoryNameError     a name that can be no category
    │   ├── CategoryNotFound      no category of that name
    │   ├── CategoryExists        the name is taken
    │   ├── CategoryBroken        its manifest cannot be read
    │   └── CategoryReadOnly      it lies where this program does not change it
    ├── MetadataError             a metadata table is wrong, with row numbers
    ├── ImageError                (each with a short ``reason`` for reports)
    │   ├── ImageTooLarge         more bytes or pixels than the limits allow
    │   ├── ImageFormatError      not an image, or of a kind that is not read
    │   ├── ImageCorrupt          an image that does not decode
    │   └── ImageUnwanted         an image like one that is to be left out
    ├── EmbedderError
    │   ├── EmbedderNotFound      no embedder of that name
    │   ├── ModelBundleError      a model bundle is incomplete or was altered
    │   └── WeightsUnavailable    a network's weights cannot be had or do not fit it
    ├── TrainingError             a training cannot be run as asked
    │   ├── TrainingDiverged      it ran, and went wrong beyond repair
    │   ├── WorseModel            it ran well, and what served before serves better
    │   └── CheckpointError       a checkpoint is missing, damaged or of another training
    ├── IndexingError             a category cannot be indexed as asked
    ├── EditError                 records cannot be changed or removed as asked
    ├── IntakeError               (with a ``reason`` too) what is handed in cannot be taken in
    │   ├── DeliveryTooLarge      more bytes or files than the limits allow
    │   ├── ArchiveError          an archive that cannot be unpacked, or holds no image
    │   ├── DownloadError         an address that does not give what it should
    │   └── AddressRefused        an address that is not asked, such as a private one
    ├── VectorStoreError
    │   ├── GenerationNotFound    the category has no (such) generation
    │   ├── DimensionMismatch     a vector of another length than the index
    │   ├── FingerprintMismatch   a query made by another embedder than the index
    │   ├── RecordNotFound        no record of that id
    │   ├── IndexDiffers          a copied index does not answer as its original
    │   ├── FilterError           a filter or facet the index cannot answer
    │   └── StoreUnavailable      the engine does not answer
    ├── StorageError
    │   ├── ObjectNotFound        no file of that path
    │   ├── ObjectUnreadable      the file is there and cannot be read
    │   ├── PathOutsideRoot       a path that leaves its directory
    │   └── StorageUnavailable    the directory or bucket cannot be reached
    ├── BackupError               a backup cannot be made or restored as asked
    │   ├── BackupNotFound        there is no such backup
    │   └── BackupDamaged         a backup's files are not what its list says
    ├── JobError                  what is asked of a job cannot be done
    │   └── JobNotFound           no job of that id
    ├── QueryError                a query that cannot be answered as put
    ├── RequestError              a request that is refused before it is looked into
    │   ├── KeyRequired           no API key, or none that is known
    │   ├── KeyInsufficient       an API key that may not do this
    │   └── TooBusy               more is asked at once than is answered
    └── ApiUnavailable            the HTTP API does not answer its client

Adapters translate vendor errors into this tree with ``raise … from``. HTTP and the page each map
it in one table; nothing else decides how an error looks.
"""


class VisualSearchError(Exception):
    """What happened, to which thing, and what to do next.

    Args:
        what: one sentence without its full stop, naming the thing concerned.
        cure: one sentence without its full stop: what the reader can do. May be empty.
    """

    def __init__(self, what: str, cure: str = "") -> None:
        self.what = what
        self.cure = cure
        super().__init__(f"{what}. {cure}." if cure else f"{what}.")


class SettingsError(VisualSearchError):
    """A setting is missing or cannot be used."""


class CategoryError(VisualSearchError):
    """Something is wrong with a category."""


class CategoryNameError(CategoryError):
    """The name can be no category's."""


class CategoryNotFound(CategoryError):
    """There is no category of that name."""


class CategoryExists(CategoryError):
    """There is a category of that name already."""


class CategoryBroken(CategoryError):
    """The category's manifest cannot be read."""


class CategoryReadOnly(CategoryError):
    """Categories lie where this program only reads them."""


class MetadataError(VisualSearchError):
    """A metadata table cannot be used as it stands."""


class ImageError(VisualSearchError):
    """Bytes that cannot be taken as a picture.

    Args:
        what: see :class:`VisualSearchError`.
        cure: see :class:`VisualSearchError`.
        reason: a few words that name the kind of failure, equal for equal failures, so that
            reports can count them.
    """

    reason = "unreadable"

    def __init__(self, what: str, cure: str = "", *, reason: str | None = None) -> None:
        super().__init__(what, cure)
        if reason is not None:
            self.reason = reason


class ImageTooLarge(ImageError):
    """More bytes or pixels than the limits allow."""

    reason = "too large"


class ImageFormatError(ImageError):
    """Not an image, or of a kind that is not read."""

    reason = "not a supported image"


class ImageCorrupt(ImageError):
    """An image that does not decode."""

    reason = "damaged"


class ImageUnwanted(ImageError):
    """An image like one that its category is to leave out."""

    reason = "like a picture in images_to_remove"


class EmbedderError(VisualSearchError):
    """Something is wrong with an embedder."""


class EmbedderNotFound(EmbedderError):
    """There is no embedder of that name."""


class ModelBundleError(EmbedderError):
    """A model bundle is incomplete or was altered."""


class WeightsUnavailable(EmbedderError):
    """A network's weights cannot be had, or do not fit it."""


class TrainingError(VisualSearchError):
    """A training cannot be run as asked."""


class TrainingDiverged(TrainingError):
    """A training ran and went wrong beyond repair: no later step would mend it."""


class WorseModel(TrainingError):
    """A training ended well, and its model is no better than the one in use."""


class CheckpointError(TrainingError):
    """A checkpoint is missing, damaged, or of another training."""


class IndexingError(VisualSearchError):
    """A category cannot be indexed as asked."""


class EditError(VisualSearchError):
    """Records cannot be changed or removed as asked."""


class IntakeError(VisualSearchError):
    """What is handed in for a category cannot be taken in.

    Args:
        what: see :class:`VisualSearchError`.
        cure: see :class:`VisualSearchError`.
        reason: as of an :class:`ImageError`.
    """

    reason = "cannot be taken in"

    def __init__(self, what: str, cure: str = "", *, reason: str | None = None) -> None:
        super().__init__(what, cure)
        if reason is not None:
            self.reason = reason


class DeliveryTooLarge(IntakeError):
    """More bytes or files are handed in at once than the limits allow."""

    reason = "too much at once"


class ArchiveError(IntakeError):
    """An archive cannot be unpacked, or holds no image."""

    reason = "archive that cannot be unpacked"


class DownloadError(IntakeError):
    """An address does not give what it should."""

    reason = "cannot be downloaded"


class AddressRefused(IntakeError):
    """An address is not asked: it is none, or leads where nobody from outside may look."""

    reason = "address that is not asked"


class VectorStoreError(VisualSearchError):
    """Something is wrong with an index."""


class GenerationNotFound(VectorStoreError):
    """The category has no such generation, or none at all."""


class DimensionMismatch(VectorStoreError):
    """A vector of another length than the index holds."""


class FingerprintMismatch(VectorStoreError):
    """The query was embedded by another model than the index."""


class RecordNotFound(VectorStoreError):
    """There is no record of that id."""


class IndexDiffers(VectorStoreError):
    """A copied or restored index does not answer as its original."""


class FilterError(VectorStoreError):
    """A filter or facet the index cannot answer."""


class StoreUnavailable(VectorStoreError):
    """The vector engine does not answer."""


class StorageError(VisualSearchError):
    """Something is wrong with stored files."""


class ObjectNotFound(StorageError):
    """There is no file of that path."""


class ObjectUnreadable(StorageError):
    """The file is there and cannot be read."""


class PathOutsideRoot(StorageError):
    """The path leaves the directory it must stay in."""


class StorageUnavailable(StorageError):
    """The directory or bucket cannot be reached or written."""


class BackupError(VisualSearchError):
    """A backup cannot be made or restored as asked."""


class BackupNotFound(BackupError):
    """There is no such backup, or none at all."""


class BackupDamaged(BackupError):
    """A backup's files are not what its list says they are."""


class JobError(VisualSearchError):
    """What is asked of a job cannot be done."""


class JobNotFound(JobError):
    """There is no job of that id."""


class QueryError(VisualSearchError):
    """The query cannot be answered as put."""


class RequestError(VisualSearchError):
    """A request is refused before it is looked into."""


class KeyRequired(RequestError):
    """There is no API key with the request, or none that is known."""


class KeyInsufficient(RequestError):
    """The request's API key may not do this."""


class TooBusy(RequestError):
    """More is asked at once than is answered; soon it may be."""


class ApiUnavailable(VisualSearchError):
    """The HTTP API does not answer, or not as this client understands."""
