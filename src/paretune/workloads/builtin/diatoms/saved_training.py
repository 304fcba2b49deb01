"""The form in which a training of the net is saved, the same in each framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.training_state import State

_WEIGHT, _MOMENT = "weight", "moment"


def plateau_state(plateau: Plateau, epoch: int) -> State:
    """The number of epochs that are done, and the state of the learning rate after them."""
    return {
        "epoch": np.array(epoch),
        "rate": np.array(plateau.rate),
        "best": np.array(plateau.best),
        "wait": np.array(plateau.wait),
    }


def restore_plateau(state: State) -> tuple[Plateau, int]:
    """The inverse of `plateau_state`."""
    plateau = Plateau(float(state["rate"]), float(state["best"]), int(state["wait"]))
    return plateau, int(state["epoch"])


def name_arrays(weights: Sequence[NDArray[Any]], moments: Sequence[NDArray[Any]]) -> State:
    """Give the arrays of a net and its optimizer names."""
    return {
        f"{kind}_{i}": array
        for kind, arrays in ((_WEIGHT, weights), (_MOMENT, moments))
        for i, array in enumerate(arrays)
    }


def unname_arrays(state: State) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """The inverse of `name_arrays`.

    Example:
        >>> unname_arrays(name_arrays([np.zeros(1)], [np.ones(1), np.ones(1)]))
        ([array([0.])], [array([1.]), array([1.])])
    """
    weights, moments = (
        [state[f"{kind}_{i}"] for i in range(sum(name.startswith(f"{kind}_") for name in state))]
        for kind in (_WEIGHT, _MOMENT)
    )
    return weights, moments
