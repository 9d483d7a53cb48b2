"""What a run and its model may be called, and whose a model of that name is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from common.assembly import SHIPPED_MODELS, Services
from common.categories import Category, check_name
from common.embedding.card import CARD_FILE, BundleCard, read_card
from common.embedding.registry import BUILT_IN
from common.errors import EmbedderNotFound, ModelBundleError, TrainingError

RUN_KEY: Final = "run"
"""Where in a card's ``extra`` the run is that a model came of."""


def run_name(category: str, given: str | None, runs: Path, today: date, *, resume: bool) -> str:
    """Return the name of a run: the one given, or the category's with the date.

    Args:
        category: whose pictures are trained on.
        given: None where no name was given.
        runs: where runs lie.
        today: the date.
        resume: the name is that of the category's latest dated run.

    Raises:
        CategoryNameError: the name can be no category's.
        TrainingError: there is no run to go on with.
    """
    check_name(category)
    if given is not None:
        return given
    if not resume:
        return f"{category}-{today:%Y%m%d}"
    dated = re.compile(rf"{re.escape(category)}-\d{{8}}")
    found = [path.name for path in runs.glob("*") if dated.fullmatch(path.name) and path.is_dir()]
    if not found:
        raise TrainingError(
            f"No run named '{category}-' and a date is there to go on with",
            "Name the run with NAME=name, or leave RESUME out",
        )
    return max(found)


def bundle_directory(live: Services, name: str) -> Path:
    """Return where a bundle lies.

    Raises:
        EmbedderNotFound: there is none of that name, or it is built in.
    """
    roots = (live.settings.data_dir / "models", SHIPPED_MODELS)
    # Names come from listings, so that none leads out of its root.
    if name in live.embedders.names() and name != BUILT_IN:
        for root in roots:
            if (root / name / CARD_FILE).is_file():
                return root / name
    raise EmbedderNotFound(
        f"There is no model {name!r} to go on from",
        "Name another with FROM=name, or train a trunk with PRESET=quick",
    )


def check_free(live: Services, name: str, plan_sha256: str, *, resume: bool) -> None:
    """Refuse the name of a model that is there, unless a run is resumed that it came of.

    Raises:
        ModelBundleError: it is refused.
    """
    if name not in live.embedders.names():
        return
    card = own_card(live, name)
    made_by = {} if card is None else card.extra.get(RUN_KEY)
    own = isinstance(made_by, Mapping) and made_by.get("plan_sha256") == plan_sha256
    if not (resume and own):
        raise ModelBundleError(
            f"There is a model '{name}' already",
            "Take another name with NAME=name; RESUME=1 goes on with the very run that made it",
        )


def check_replaceable(
    live: Services, card: BundleCard, plan_sha256: str, split_sha256: str
) -> None:
    """Refuse to replace a model of another run, or one that something is searched with.

    Raises:
        ModelBundleError: it is refused.
    """
    made_by = card.extra.get(RUN_KEY) or {}
    if (made_by.get("plan_sha256"), made_by.get("split_sha256")) != (plan_sha256, split_sha256):
        raise ModelBundleError(
            f"The model '{card.name}' came of another run", "Train under another name (NAME=name)"
        )
    if users := users_of(live, card.name):
        raise ModelBundleError(
            f"The model '{card.name}' is in use by {', '.join(users)}, and this run has come to "
            "another one",
            "Train under another name (NAME=name)",
        )


def own_card(live: Services, name: str) -> BundleCard | None:
    """Return the card of a model below the data directory; None where there is none to read."""
    try:
        return read_card(live.settings.data_dir / "models" / name)
    except ModelBundleError:
        return None


def users_of(live: Services, name: str) -> list[str]:
    """Return the categories that name a model, or whose current index was made with it."""
    users = {
        entry.name
        for entry in live.catalog.list()
        if isinstance(entry, Category)
        and (entry.manifest.embedder or live.settings.embedder) == name
    }
    for category in live.store.categories():
        current = live.store.current(category)
        for manifest in live.store.generations(category):
            if manifest.generation == current and manifest.spec.embedder == name:
                users.add(category)
    return sorted(users)
