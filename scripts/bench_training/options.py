"""What the command line may say."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from scripts.bench_training.head import HeadPlan
from scripts.demo_data.__main__ import CATEGORIES
from scripts.demo_data.generate import Plan

_HEAD: Final = HeadPlan()


def parsed(argv: Sequence[str] | None, description: str | None) -> argparse.Namespace:
    """Read the command line; ``benchmark`` of the result names the benchmark."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench_training",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    benchmarks = parser.add_subparsers(dest="benchmark", required=True)
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument(
        "--threads", type=positive, default=os.cpu_count() or 1, help="default: one a core"
    )
    _head(benchmarks.add_parser("head", parents=[every], help="a head on cached features"))
    _int8(benchmarks.add_parser("int8", parents=[every], help="int8 against float32"))
    _pipeline(benchmarks.add_parser("pipeline", parents=[every], help="files to vectors"))
    _negatives(benchmarks.add_parser("negatives", parents=[every], help="hard negatives"))
    _speed(benchmarks.add_parser("speed", parents=[every], help="inference of bundles"))
    return parser.parse_args(argv)


def positive(text: str) -> int:
    """Read a whole number of at least 1.

    Raises:
        ArgumentTypeError: it is none, in words that argparse shows.
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return number


def _head(parser: argparse.ArgumentParser) -> None:
    for name in ("rows", "width", "classes", "dim", "epochs", "batch-size"):
        default = getattr(_HEAD, name.replace("-", "_"))
        parser.add_argument(f"--{name}", type=positive, default=default)
    parser.add_argument("--seed", type=int, default=_HEAD.seed)


def _int8(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundles", type=Path, nargs="*", help="directories of models")
    _trunk(parser, size=224)
    parser.add_argument("--rounds", type=positive, default=100, help="of timed inferences")
    _demo(parser, CATEGORIES)


def _pipeline(parser: argparse.ArgumentParser) -> None:
    _trunk(parser, size=300)
    parser.add_argument(
        "--images", type=positive, default=320, help="fitted to, and embedded, at most"
    )
    _demo(parser, CATEGORIES)


def _negatives(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--size", type=positive, default=64, help="side of the input in pixels")
    parser.add_argument("--dim", type=positive, default=64, help="of an embedding")
    parser.add_argument("--negatives", type=positive, default=3, help="for each anchor")
    parser.add_argument("--epochs", type=positive, default=5)
    parser.add_argument("--seeds", type=positive, default=3, help="how many trainings of each kind")
    parser.add_argument("--weights", type=Path, help="safetensors; default: random weights")
    parser.add_argument("--trunk-rate", type=float, help="default: what suits the weights")
    parser.add_argument(
        "--images", type=positive, default=360, help="to train on, and to ask with, at most"
    )
    _demo(parser, ["shoes"])


def _speed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundles", type=Path, nargs="+", help="directories of models")
    parser.add_argument(
        "--sizes", type=_sizes, default=[], help="other sides of the input, separated by commas"
    )
    parser.add_argument("--rounds", type=positive, default=100, help="of timed inferences")


def _trunk(parser: argparse.ArgumentParser, *, size: int) -> None:
    parser.add_argument("--trunk", default="resnet50", help="default: resnet50; or none")
    parser.add_argument("--weights", default="none", help="none, pretrained, or a safetensors file")
    parser.add_argument("--size", type=positive, default=size, help="side of the input in pixels")
    parser.add_argument("--whitened-dim", type=positive, default=32, help="of the trunk's vectors")


def _demo(parser: argparse.ArgumentParser, categories: Iterable[str]) -> None:
    parser.add_argument(
        "--demo-dir", type=Path, help="keeps the demo pictures; default: benchmarks in DATA_DIR"
    )
    parser.add_argument(
        "--categories", type=_categories, default=list(categories), help="separated by commas"
    )
    parser.add_argument("--classes", type=positive, help="drawn of each category, at most")
    parser.add_argument(
        "--pictures", type=positive, default=Plan.pictures_per_class, help="drawn of each class"
    )


def _sizes(text: str) -> list[int]:
    return [positive(size) for size in text.split(",")]


def _categories(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in CATEGORIES:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(CATEGORIES)}")
    return names
