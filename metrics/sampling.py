"""Batches that losses over pairs can learn from: some classes, several images of each.

The sampler of pytorch-metric-learning fills up classes of few images with repetitions, whose
distance of zero a loss takes for success, reaches only a part of the images in an epoch, and draws
from the global random state. This one does none of that. It needs NumPy only and yields lists of
indices, as ``torch.utils.data.DataLoader(batch_sampler=…)`` takes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from common.errors import MetadataError, SettingsError
from metrics.data.decks import Decks

_Slot: TypeAlias = list[int]
"""The classes whose images fill one slot of a batch: one, or several small ones."""

_LEAST_CLASSES: Final = 2


class ClassBalancedBatches:
    """Batches of ``batch_size / images_per_class`` slots, each of ``images_per_class`` images.

    A class with that many images fills a slot with exactly that number. Smaller classes share
    slots, each with all of its images; a slot that none of them fits into stays short. No image is
    twice in a batch.

    An epoch is a row of passes. A pass takes every class once, in random order, so each comes
    within the first ``ceil(classes / classes per batch)`` batches; its last batch is topped up with
    classes that came before. The images of a class are dealt like cards: all of them before one
    comes again, also from epoch to epoch.

    With ``categories_per_batch`` a batch keeps to that many super-categories, so that its negatives
    are of the same kind and hard. A pass may then take more batches, and a batch has fewer slots
    where its categories do. Categories of one class have no negatives of their own and count
    together as one.

    Args:
        labels: shape ``(n,)``, integers of any value. Batches hold indices into it.
        batch_size: images a batch, a multiple of ``images_per_class``. Batches are smaller where
            there are fewer classes than slots.
        images_per_class: 1 or more.
        seed: of the sampler's own generator.
        categories: shape ``(n,)``, integers: the super-category of each image.
        categories_per_batch: at most so many in a batch; None: no limit.
        batches_per_epoch: None: as many as would hold ``n`` images, and at least one pass.

    Raises:
        SettingsError: no batch can be made of these sizes.
        MetadataError: fewer than two classes.
    """

    def __init__(
        self,
        labels: ArrayLike,
        *,
        batch_size: int,
        images_per_class: int,
        seed: int = 0,
        categories: ArrayLike | None = None,
        categories_per_batch: int | None = None,
        batches_per_epoch: int | None = None,
    ) -> None:
        _check_sizes(batch_size, images_per_class, categories_per_batch, batches_per_epoch)
        names, firsts, class_of = np.unique(
            np.asarray(labels), return_index=True, return_inverse=True
        )
        if len(names) < _LEAST_CLASSES:
            raise MetadataError(
                f"Batches are made of two classes or more, and there are {len(names)}",
                "Add images of other classes",
            )
        if categories is None or categories_per_batch is None:
            self._groups = [np.arange(len(names))]
        else:
            self._groups = _grouped(np.asarray(categories)[firsts])
        # No more images of a class than this are in a batch.
        self._taken = np.minimum(np.bincount(class_of), images_per_class)
        self._slot_size = images_per_class
        slots = [len(_packed(group, self._taken, images_per_class)) for group in self._groups]
        self._slots_per_batch = min(batch_size // images_per_class, sum(slots))
        # A batch is made of pieces, each of one category.
        self._pieces = min(categories_per_batch or 1, len(slots), self._slots_per_batch)
        self._slots_per_piece = self._slots_per_batch // self._pieces
        one_pass = _ceil(sum(_ceil(n, self._slots_per_piece) for n in slots), self._pieces)
        self._length = batches_per_epoch or max(one_pass, _ceil(len(class_of), batch_size))
        self._decks = Decks(class_of)
        self._generator = np.random.default_rng(seed)
        plan = (batch_size, images_per_class, self._length, [g.tolist() for g in self._groups])
        self._plan = hashlib.sha256(class_of.tobytes() + repr(plan).encode()).hexdigest()
        self._start = self._state()
        self._done = 0
        self._skip = 0

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self._length

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the next epoch, or what is left of the one that was loaded."""
        skip, self._skip = self._skip, 0
        self._start = self._state()
        for number, batch in enumerate(self._epoch(), start=1):
            self._done = number
            if number > skip:
                yield batch

    def state_dict(self, done: int | None = None) -> dict[str, Any]:
        """Return what is needed to go on exactly here, JSON-compatible.

        Args:
            done: batches of this epoch that were trained on. A loader that reads ahead has taken
                more than that. None: all that were taken.
        """
        return {**self._start, "plan": self._plan, "done": self._done if done is None else done}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where a state was saved: the next epoch yields the batches that were left of it.

        Where none were left, it is the epoch after.

        Raises:
            SettingsError: the state is of other data or other sizes.
        """
        if state.get("plan") != self._plan:
            raise SettingsError(
                "The saved state of the batches is of other data or other batch sizes",
                "Resume with the data and settings of that run, or start a new one",
            )
        self._generator.bit_generator.state = state["generator"]
        self._decks.order[:] = state["order"]
        self._decks.dealt[:] = state["dealt"]
        self._start = self._state()
        self._done = self._skip = int(state["done"])
        if self._skip >= len(self):
            for _ in self:
                pass

    def _state(self) -> dict[str, Any]:
        return {
            "generator": self._generator.bit_generator.state,
            "order": self._decks.order.tolist(),
            "dealt": self._decks.dealt.tolist(),
        }

    def _epoch(self) -> Iterator[list[int]]:
        made = 0
        while True:
            for slots in self._pass():
                yield [image for slot in slots for image in self._images(slot)]
                made += 1
                if made == self._length:
                    return

    def _pass(self) -> Iterator[list[_Slot]]:
        """Yield the slots of batch after batch, every slot once before any is used to top up."""
        slots: list[list[_Slot]] = []
        pieces: list[tuple[int, list[_Slot]]] = []
        for number, group in enumerate(self._groups):
            packed = _packed(self._generator.permutation(group), self._taken, self._slot_size)
            mixed = [packed[i] for i in self._generator.permutation(len(packed))]
            slots.append(mixed)
            size = self._slots_per_piece
            pieces += [(number, mixed[i : i + size]) for i in range(0, len(mixed), size)]
        order = self._generator.permutation(len(pieces))
        for start in range(0, len(order), self._pieces):
            row = [pieces[i] for i in order[start : start + self._pieces]]
            batch = [slot for _, piece in row for slot in piece]
            missing = self._slots_per_batch - len(batch)
            if missing > 0:
                # A class is in one slot of a pass only, so its first class tells a slot.
                used = {slot[0] for slot in batch}
                numbers = sorted({number for number, _ in row})
                spare = [slot for n in numbers for slot in slots[n] if slot[0] not in used]
                batch += [spare[i] for i in self._generator.permutation(len(spare))[:missing]]
            yield batch

    def _images(self, slot: _Slot) -> list[int]:
        dealt = [self._decks.deal(c, int(self._taken[c]), self._generator) for c in slot]
        return [image for images in dealt for image in images]


def _packed(classes: NDArray[np.int64], sizes: NDArray[np.int64], room: int) -> list[_Slot]:
    """Pack classes into slots of ``room`` images: best fit decreasing, ties in the given order.

    How many slots it takes depends on the sizes only, not on the order.
    """
    slots: list[_Slot] = []
    open_slots: list[list[_Slot]] = [[] for _ in range(room + 1)]
    order = np.argsort(-sizes[classes], kind="stable")
    for class_, size in zip(classes[order].tolist(), sizes[classes][order].tolist(), strict=True):
        left = next((left for left in range(size, room) if open_slots[left]), room)
        if left == room:
            slots.append([])
        slot = slots[-1] if left == room else open_slots[left].pop()
        slot.append(class_)
        open_slots[left - size].append(slot)
    return slots


def _grouped(category_of: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Return the classes of each category; none alone, as a class has no negatives in itself.

    Args:
        category_of: shape ``(classes,)``.
    """
    ids = np.unique(category_of, return_inverse=True)[1]
    groups = [np.flatnonzero(ids == number) for number in range(ids.max() + 1)]
    whole = [group for group in groups if len(group) >= _LEAST_CLASSES]
    alone = [group for group in groups if len(group) < _LEAST_CLASSES]
    if len(alone) == 1:
        whole.sort(key=len)
        alone.append(whole.pop(0))
    return whole + ([np.concatenate(alone)] if alone else [])


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


def _check_sizes(batch_size: int, images: int, categories: int | None, batches: int | None) -> None:
    if min(images, 1 if categories is None else categories, 1 if batches is None else batches) < 1:
        raise SettingsError(
            "Images a class, categories a batch and batches an epoch are 1 or more",
            "Correct the one that is less",
        )
    if batch_size % images or batch_size < _LEAST_CLASSES * images:
        nearest = max(_LEAST_CLASSES, round(batch_size / images)) * images
        raise SettingsError(
            f"A batch of {batch_size} images cannot be two or more classes of {images} images each",
            f"Choose a multiple, such as {nearest}",
        )
