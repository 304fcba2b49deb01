"""The examples to learn: digits as images, or outlines of diatoms as series, each in three parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.architecture.network import NetShape
from paretune.workloads.builtin.diatoms import load_outlines
from paretune.workloads.builtin.stratified_subset import stratified_rows
from paretune.workloads.workload import DataOrigin

DIGITS, OUTLINES, GENERATED = "digits", "outlines", "generated"
DATA = (DIGITS, OUTLINES, GENERATED)
_TEST_SHARE, _VALIDATION_SHARE = 0.2, 0.25  # of all, and of the rest


class Examples:
    """Labelled examples, in the form of `vision.tensors.ImageTensors`.

    Args:
        values: ``n x c x h x w``.
        labels: ``n`` whole numbers.

    Attributes:
        labels: ``n`` whole numbers.
        device: the CPU.
    """

    def __init__(self, values: NDArray[np.float32], labels: NDArray[Any]) -> None:
        self.device = torch.device("cpu")
        self.labels = torch.as_tensor(np.asarray(labels, dtype=np.int64))
        self._values = torch.as_tensor(values)

    def batch(self, rows: Tensor) -> Tensor:
        """Some examples, ``k x c x h x w``."""
        return self._values[rows]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class LearningTask:
    """What all trials share.

    Args:
        training: the examples that nets are trained with.
        validation: the examples that the search chooses by.
        test: the examples that it never sees.
        shape: of the nets.
        origin: of the data.
    """

    training: Examples
    validation: Examples
    test: Examples
    shape: NetShape
    origin: DataOrigin


def open_task(options: Mapping[str, Any], data_dir: Path | None) -> LearningTask:
    """Read the examples and split them, always in the same way, with the share of each class.

    Args:
        options: ``data``, ``width`` and ``cells`` (or ``auto``).
        data_dir: the user's data folder, for outlines.

    Raises:
        InvalidInputError: a data folder is given, but not used.
        DataError: a data file is missing or damaged.
    """
    values, labels, origin = _read(options["data"], data_dir)
    is_series = values.shape[2] == 1
    n_cells = options["cells"] if options["cells"] != "auto" else 3 if is_series else 2
    shape = NetShape(
        (1, *values.shape[2:]), int(labels.max()) + 1, options["width"], n_cells, (9, 2) if is_series else (3, 1)
    )
    everything = np.arange(len(labels))
    test = stratified_rows(labels, _TEST_SHARE)
    rest = np.setdiff1d(everything, test)
    validation = rest[stratified_rows(labels[rest], _VALIDATION_SHARE)]
    training = np.setdiff1d(rest, validation)
    mean, deviation = values[training].mean(dtype=float), values[training].std(dtype=float)
    scaled = ((values - mean) / deviation).astype(np.float32)
    first, second, third = (Examples(scaled[rows], labels[rows]) for rows in (training, validation, test))
    name = (
        f"{origin.name}: {len(training):,} examples to train with, {len(validation):,} to choose by, "
        f"{len(test):,} as the test part"
    )
    return LearningTask(first, second, third, shape, replace(origin, name=name))


def _read(data: str, data_dir: Path | None) -> tuple[NDArray[np.float64], NDArray[np.int64], DataOrigin]:
    """Return ``n x 1 x h x w`` values, ``n`` labels and the origin."""
    if data == DIGITS:
        return _read_digits(data_dir)
    split, origin = load_outlines("generated" if data == GENERATED else "auto", data_dir)
    parts = (split.training, split.validation)
    values = np.concatenate([part.values for part in parts]).astype(float)
    return values[:, None, None, :], np.concatenate([part.labels for part in parts]).astype(np.int64), origin


def _read_digits(data_dir: Path | None) -> tuple[NDArray[np.float64], NDArray[np.int64], DataOrigin]:
    if data_dir is not None:
        raise InvalidInputError("data=digits is part of scikit-learn: leave --data-dir out, or give --data outlines")
    from sklearn.datasets import load_digits  # noqa: PLC0415 (slow to load)

    images, labels = load_digits(return_X_y=True)
    digest = hashlib.sha256(images.astype("<f4").tobytes() + labels.astype("<i4").tobytes()).hexdigest()
    return images.reshape(-1, 1, 8, 8), labels.astype(np.int64), DataOrigin("digits of scikit-learn", digest)
