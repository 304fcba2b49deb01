"""The form in which a training of the net is saved, the same in each framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.workloads.builtin.diatoms.plateau import Plateau
from paretune.workloads.builtin.training_state import State

_WEIGHT, _MOMENT = "weight", "moment"


def plateau_state(plateau: Plateau, epoch: int, first_rate: float) -> State:
    """The number of epochs that are done, and the state of the learning rate after them.

    Args:
        plateau: the state.
        epoch: the number of epochs.
        first_rate: the learning rate with which the training began.
    """
    return {
        "epoch": np.array(epoch),
        "first_rate": np.array(first_rate),
        "rate": np.array(plateau.rate),
        "best": np.array(plateau.best),
        "wait": np.array(plateau.wait),
    }


def restore_plateau(state: State, first_rate: float) -> tuple[Plateau, int]:
    """The inverse of `plateau_state`, for a training that may go on with another learning rate.

    Args:
        state: what `plateau_state` returned; one of an older version has no first rate: then it is the same.
        first_rate: the learning rate of the configuration now. What the plateaus have halved stays halved.

    Example:
        >>> saved = plateau_state(Plateau(0.05, best=1.0, wait=3), epoch=7, first_rate=0.1)
        >>> restore_plateau(saved, first_rate=0.2)
        (Plateau(rate=0.1, best=1.0, wait=3), 7)
    """
    factor = first_rate / float(state.get("first_rate", first_rate))
    plateau = Plateau(float(state["rate"]) * factor, float(state["best"]), int(state["wait"]))
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
