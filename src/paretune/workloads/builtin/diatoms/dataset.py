"""The series to learn: files in the format of the UCR archive's Adiac, checked and standardised."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paretune.errors import DataError
from paretune.workloads.builtin.stratified_subset import stratified_rows

LENGTH, N_CLASSES = 176, 37


@dataclass(frozen=True)
class Part:
    """Labelled series.

    Args:
        values: ``n x 176``.
        labels: ``n`` whole numbers, 0 to 36.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.int32]


@dataclass(frozen=True)
class Split:
    """The training series and the validation series."""

    training: Part
    validation: Part

    @property
    def sha256(self) -> str:
        """Hash of the content, the same on every machine."""
        digest = hashlib.sha256()
        for part in (self.training, self.validation):
            digest.update(part.values.astype("<f4").tobytes() + part.labels.astype("<i4").tobytes())
        return digest.hexdigest()

    def standardised(self) -> Split:
        """Shift and scale both parts, so that all training values together have mean 0 and standard deviation 1."""
        mean, deviation = self.training.values.mean(dtype=float), self.training.values.std(dtype=float)

        def scaled(part: Part) -> Part:
            return Part(((part.values - mean) / deviation).astype(np.float32), part.labels)

        return Split(scaled(self.training), scaled(self.validation))

    def with_fraction(self, fraction: float) -> Split:
        """Keep a fraction of the training series, chosen by `stratified_rows`, and all validation series."""
        rows = stratified_rows(self.training.labels, fraction)
        return Split(Part(self.training.values[rows], self.training.labels[rows]), self.validation)


def read_series(path: Path) -> Part:
    """Read a file whose lines have a label, 1 to 37, and 176 values, separated by commas.

    Raises:
        DataError: a line has another form, the file is empty, or all values are equal.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as text: {error}") from error
    rows = np.array([_row(line, f"{path}, line {i}") for i, line in enumerate(lines, start=1)])
    if not rows.size:
        raise DataError(f"{path} is empty; expected lines of a label and {LENGTH} values")
    if np.ptp(rows[:, 1:]) == 0:
        raise DataError(f"{path} has the value {rows[0, 1]:g} everywhere; expected series that vary")
    return Part(rows[:, 1:].astype(np.float32), rows[:, 0].astype(np.int32) - 1)


def _row(line: str, place: str) -> list[float]:
    fields = line.split(",")
    if len(fields) != LENGTH + 1:
        raise DataError(
            f"{place}: expected a label and {LENGTH} values separated by commas, found {len(fields)} fields"
        )
    row = [_number(field, place) for field in fields]
    if row[0] not in range(1, N_CLASSES + 1):
        raise DataError(f"{place}: expected a label from 1 to {N_CLASSES}, found {fields[0].strip()}")
    return row


def _number(field: str, place: str) -> float:
    try:
        number = float(field)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DataError(f"{place}: expected finite numbers, found {field.strip()[:40]!r}")
    return number
