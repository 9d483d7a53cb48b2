"""Training pictures vary within bounds, evaluation pictures never."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch
from PIL import Image

from common.embedding.base import Preprocessing
from common.embedding.preprocess import fit, preprocess
from common.errors import TrainingError
from metrics.training.augment import augmented
from metrics.training.images import ImageArrays
from metrics.training.loading import ForEvaluation, ForTraining, in_order, load_batches
from metrics.training.policies import POLICIES, Policy, policy

SPEC = Preprocessing(size_px=48)
STILL = POLICIES["none"]


def picture(width: int = 60, height: int = 40, seed: int = 0) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def pictures() -> ImageArrays:
    return ImageArrays([np.asarray(picture(seed=i)) for i in range(6)], np.arange(6))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", [name for name in POLICIES if name != "none"])
def test_every_policy_varies_training_batches_and_leaves_evaluation_batches(name: str) -> None:
    plan = in_order(6, 4)
    first, second = (
        torch.cat(
            list(
                load_batches(
                    plan, ForTraining(pictures(), SPEC, policy(name), seed=0, epoch=epoch), 2
                )
            )
        )
        for epoch in (0, 1)
    )
    assert all(not torch.equal(a, b) for a, b in zip(first, second, strict=True))
    shown = [torch.cat(list(load_batches(plan, ForEvaluation(pictures(), SPEC), 2))) for _ in "ab"]
    assert torch.equal(*shown)
    assert shown[0][2].numpy() == pytest.approx(preprocess(pictures().image(2), SPEC))


def test_batches_do_not_depend_on_the_number_of_threads() -> None:
    plan = [[0, 1, 2], [3, 3], [5, 4]]
    one, many = (
        list(
            load_batches(
                plan, ForTraining(pictures(), SPEC, policy("logos"), seed=3, epoch=1), threads
            )
        )
        for threads in (1, 4)
    )
    assert all(torch.equal(a, b) for a, b in zip(one, many, strict=True))
    assert not torch.equal(one[1][0], one[1][1])  # the same picture twice is varied twice


@pytest.mark.parametrize("resize", ["squash", "crop", "pad"])
@pytest.mark.parametrize("size", [(60, 40), (10, 200), (1, 1), (300, 299)])
def test_any_shape_becomes_the_right_square(resize: str, size: tuple[int, int]) -> None:
    spec = replace(SPEC, resize=resize)
    for name, seed in ((name, seed) for name in POLICIES for seed in range(4)):
        result = augmented(picture(*size), policy(name), spec, rng(seed))
        assert (result.mode, result.size) == ("RGB", (48, 48))


@pytest.mark.parametrize("resize", ["squash", "crop", "pad"])
def test_without_variation_it_is_what_serving_sees(resize: str) -> None:
    spec = replace(SPEC, resize=resize)
    assert augmented(picture(), STILL, spec, rng()).tobytes() == fit(picture(), spec).tobytes()


@pytest.mark.parametrize("resize", ["squash", "crop", "pad"])
def test_the_warp_of_the_whole_picture_lies_where_serving_puts_it(resize: str) -> None:
    spec = replace(SPEC, resize=resize)
    hardly = replace(STILL, rotation_degrees=1e-9)
    warped = np.asarray(augmented(picture(), hardly, spec, rng()), dtype=float)
    plain = np.asarray(fit(picture(), spec), dtype=float)
    assert np.abs(warped - plain)[2:-2, 2:-2].mean() < 2.5


def test_a_flip_is_a_mirror_image() -> None:
    flipped = augmented(picture(), replace(STILL, flip=1.0), SPEC, rng())
    plain = fit(picture(), SPEC)
    assert flipped.tobytes() == plain.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()


@pytest.mark.parametrize("name", ["logos", "documents"])
def test_what_may_hold_letters_is_never_mirrored(name: str) -> None:
    assert policy(name).flip == policy(name).upside_down == 0


@pytest.mark.parametrize("name", ["generic", "products", "logos", "textures"])
def test_colour_survives(name: str) -> None:
    """A plain red picture stays nearer to red than to any other of six colours."""
    colours = np.array(
        [[220, 40, 40], [40, 220, 40], [40, 40, 220], [220, 220, 40], [40, 220, 220], [128] * 3]
    )
    red = Image.new("RGB", (64, 64), (220, 40, 40))
    right = 0
    for seed in range(100):
        shown = np.asarray(augmented(red, replace(policy(name), erasing=0.0), SPEC, rng(seed)))
        middle = np.median(shown[12:36, 12:36].reshape(-1, 3), axis=0)
        right += int(np.linalg.norm(colours - middle, axis=1).argmin() == 0)
    assert right >= 93  # grey is rare


def test_a_policy_is_plain_data() -> None:
    for name in POLICIES:
        stored = json.loads(json.dumps(asdict(policy(name))))
        ranges = {key: tuple(value) for key, value in stored.items() if isinstance(value, list)}
        assert Policy(**{**stored, **ranges}) == policy(name)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flip": 1.5}, "flip of 1.5"),
        ({"brightness": 1.0}, "brightness of 1.0"),
        ({"part": (0.5, 0.2)}, "part of"),
        ({"jpeg_quality": (0, 90)}, "jpeg_quality"),
        ({"stretch": 0.5}, "stretch"),
        ({"perspective": 0.4}, "fold"),
        ({"grey": float("nan")}, "grey of nan"),
    ],
)
def test_an_impossible_policy_is_refused_in_one_sentence(changes: dict, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        Policy(**changes)


def test_an_unknown_policy_is_answered_with_the_close_ones() -> None:
    with pytest.raises(TrainingError, match="Did you mean products"):
        policy("product")
