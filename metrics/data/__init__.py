"""What is trained on: labelled images, checked, and split so that no copy is on both sides."""

from metrics.data.contract import PARTS, Part, TrainingTable
from metrics.data.duplicates import near_duplicates
from metrics.data.examining import FileFacts, examine_files
from metrics.data.labels import LabelMap
from metrics.data.reading import (
    parse_training_csv,
    read_training_csv,
    read_training_folder,
    training_table,
)
from metrics.data.splits import Split, declared_split, draw_split, make_split

__all__ = [
    "PARTS",
    "FileFacts",
    "LabelMap",
    "Part",
    "Split",
    "TrainingTable",
    "declared_split",
    "draw_split",
    "examine_files",
    "make_split",
    "near_duplicates",
    "parse_training_csv",
    "read_training_csv",
    "read_training_folder",
    "training_table",
]
