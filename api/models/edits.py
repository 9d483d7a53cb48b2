"""Changing, removing and restoring records."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.models.filters import FieldName
from api.models.records import EXAMPLE_RECORD
from common.editing import MAX_EDITED
from common.records import PayloadValue

_MOST_FIELDS = 200
_EXAMPLE_ID = EXAMPLE_RECORD["id"]
_RECORDS = Field(min_length=1, max_length=MAX_EDITED, description="The records' ids.")

RecordName = Annotated[str, Field(max_length=100)]


class RecordPatch(BaseModel):
    """Changes of a record, merged into it (RFC 7396): what is not named stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"payload": {"price": 49.9, "class": "boots"}}]},
    )

    payload: dict[FieldName, PayloadValue] = Field(
        max_length=_MOST_FIELDS,
        description="New values by field, each of its field's type; null removes a value.",
    )


class RecordChoice(BaseModel):
    """Records of the category."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"records": [_EXAMPLE_ID]}]}
    )

    records: list[RecordName] = _RECORDS


class RemovalOrder(BaseModel):
    """Records to remove, all or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"records": [_EXAMPLE_ID], "remove_files": False}]},
    )

    records: list[RecordName] = _RECORDS
    remove_files: bool = Field(False, description="Whether the image files are removed too.")


class FileProblem(BaseModel):
    """Why an image file could not be removed."""

    file: str = Field(description="Path relative to the category's images, forward slashes.")
    detail: str = Field(description="What happened, and what to do next.")


class RemovalBody(BaseModel):
    """What became of records that were to be removed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "generation": "20261121t080312123456-1a2b3c",
                    "removed": 1,
                    "files_removed": 0,
                    "problems": [],
                }
            ]
        }
    )

    generation: str = Field(description="The generation that is without them, current now.")
    removed: int = Field(description="Number of records removed.")
    files_removed: int = Field(description="Number of their files removed.")
    problems: list[FileProblem] = Field(
        description="Files that could not be removed; their records are gone all the same."
    )


class RemovedRecordBody(BaseModel):
    """A record that was removed and can be restored, as its file is still there."""

    id: str = Field(description="The record's id.")
    file: str = Field(description="Path relative to the category's images, forward slashes.")


class RemovedPage(BaseModel):
    """A part of the records that were removed and can be restored, in the order of removal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"total": 1, "records": [{"id": _EXAMPLE_ID, "file": EXAMPLE_RECORD["file"]}]}
            ]
        }
    )

    total: int = Field(description="Number of all of them.")
    records: list[RemovedRecordBody]
