"""All checks of an installation. Nothing is changed, and no server is waited for long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from common.errors import SettingsError
from common.settings import Settings, load_settings
from scripts.doctor.categories import check_categories
from scripts.doctor.exposure import check_exposure
from scripts.doctor.findings import Finding, failure, guarded, ok
from scripts.doctor.leftovers import check_jobs, check_leftovers
from scripts.doctor.machine import check_data_dir, check_ports
from scripts.doctor.models import check_models
from scripts.doctor.services import check_bucket, check_qdrant
from scripts.doctor.setting_sources import (
    ShownSetting,
    compose_names,
    file_values,
    misspelt,
    shown_settings,
)
from scripts.doctor.versions import check_versions


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found.

    Attributes:
        settings: all of them, secrets masked.
        findings: in the order in which they are read.
    """

    settings: Sequence[ShownSetting]
    findings: Sequence[Finding]

    @property
    def is_well(self) -> bool:
        """Whether nothing fails. Warnings do not count."""
        return all(finding.level != "failure" for finding in self.findings)


def examine(root: Path, env_file: Path, environment: Mapping[str, str]) -> Examination:
    """Look at everything.

    Args:
        root: directory of the project's files.
        env_file: of the settings.
        environment: of the process, for telling where settings come from.
    """
    found = guarded("versions", partial(check_versions, root))
    file: Mapping[str, str] = {}
    try:
        file = file_values(env_file)
        found += misspelt(file, compose_names(root))
        settings = load_settings(env_file)
    except SettingsError as error:
        found.append(failure("settings", error.what, error.cure))
        return Examination(shown_settings(environment, file), found)
    shown = shown_settings(environment, file)
    found.append(ok("settings", f"All {len(shown)} settings can be used"))
    return Examination(shown, [*found, *check_installation(settings)])


def check_installation(settings: Settings) -> list[Finding]:
    """Check everything that settings lead to; servers are asked at the same time."""
    with ThreadPoolExecutor(2, thread_name_prefix="doctor") as executor:
        asked_qdrant = executor.submit(guarded, "qdrant", partial(check_qdrant, settings))
        asked_bucket = executor.submit(guarded, "bucket", partial(check_bucket, settings))
        here = [
            *guarded("data", partial(check_data_dir, settings)),
            *guarded("ports", partial(check_ports, settings)),
            *guarded("access", partial(check_exposure, settings)),
        ]
        models = guarded("models", partial(check_models, settings))
        qdrant, bucket = asked_qdrant.result(), asked_bucket.result()
    categories = partial(
        check_categories,
        settings,
        qdrant_answers=_well(qdrant),
        bucket_answers=_well(bucket),
    )
    return [
        *here,
        *qdrant,
        *bucket,
        *models,
        *guarded("categories", categories),
        *guarded("jobs", partial(check_jobs, settings)),
        *guarded("leftovers", partial(check_leftovers, settings)),
    ]


def _well(findings: Sequence[Finding]) -> bool:
    return all(finding.level != "failure" for finding in findings)
