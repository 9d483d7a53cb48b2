"""Train an embedder on a category: ``make train CATEGORY=name [NAME=model] [PRESET=quick] …``.

It splits the category's labels, trains on some, chooses by others, and asks with the rest once, at
the end. The new model is exported as ``data/models/<name>``; a category that it serves better than
the model in use is indexed anew and switched to it. A worse one, or one of which nobody can tell,
is kept and not switched to, unless FORCE=1 says so. Everything that was found lies in
``data/runs/<name>``, with a report to read.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime

from common.assembly import assemble
from common.errors import TrainingError
from common.logs import configure_logging
from common.settings import load_settings
from scripts.terminal import exit_status, switched_on
from scripts.train.names import run_name
from scripts.train.wanted import Wanted


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments, or those of the environment; returns the exit status."""
    options = _parser().parse_args(argv)
    return exit_status(lambda: train(options))


def train(options: argparse.Namespace) -> None:
    """Train as the options say.

    Raises:
        VisualSearchError: see :func:`scripts.train.running.train_category`; or there is no torch.
    """
    try:
        from scripts.train.running import train_category
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"Training needs the package '{error.name}', which is not installed",
            "Install it with 'make train', or poetry install --with metrics",
        ) from error
    if not options.category:
        raise TrainingError("No category is named", "Add CATEGORY=name")
    configure_logging("WARNING")
    live = assemble(load_settings())
    train_category(
        live,
        Wanted(
            category=options.category,
            name=run_name(
                options.category,
                options.name,
                live.settings.data_dir / "runs",
                datetime.now().astimezone().date(),
                resume=options.resume,
            ),
            start=options.start,
            preset=options.preset,
            trunk=options.trunk,
            weights=options.weights,
            side_px=options.side_px,
            augmentation=options.augmentation,
            epochs=_epochs(options.epochs),
            seed=options.seed,
        ),
        device=options.device,
        resume=options.resume,
        force=options.force,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )

    def env(variable: str) -> str | None:
        # A variable that make exports and nobody has set is empty.
        return os.environ.get(variable) or None

    add = parser.add_argument
    add("--category", default=env("CATEGORY"), help="whose pictures are trained on; CATEGORY")
    add("--name", default=env("NAME"), help="of the new model; NAME; default: category and date")
    add(
        "--from",
        dest="start",
        default=env("FROM"),
        help="the model to go on from; FROM; default: the one that the category uses",
    )
    add(
        "--preset",
        default=env("PRESET"),
        help="train a trunk instead: whitening, quick, full, s1, s2, s5; PRESET",
    )
    add("--trunk", default=env("TRUNK"), help="another trunk than the preset's; TRUNK")
    add("--weights", default=env("WEIGHTS"), help="none, pretrained or a safetensors file; WEIGHTS")
    add("--side-px", type=int, help="another side of the input than the preset's")
    add("--augmentation", default=env("AUGMENTATION"), help="of pictures; AUGMENTATION")
    add("--epochs", default=env("EPOCHS"), help="how long; EPOCHS")
    add("--seed", type=int, help="of everything random")
    add("--device", default=env("DEVICE") or "cpu", help="cpu or cuda; DEVICE")
    add(
        "--resume",
        action="store_true",
        default=switched_on("RESUME"),
        help="go on with the run of that name; RESUME=1",
    )
    add(
        "--force",
        action="store_true",
        default=switched_on("FORCE"),
        help="switch to the new model even if it is worse; FORCE=1",
    )
    return parser


def _epochs(text: str | None) -> int | None:
    """Read a number of epochs.

    Raises:
        TrainingError: it is none.
    """
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        raise TrainingError(
            f"EPOCHS={text} is no number of epochs", "Give a whole number from 1, such as EPOCHS=20"
        )
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
