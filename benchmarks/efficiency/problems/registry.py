"""The benchmark problems by name. Nothing in Paretune was tuned to the problems in `HELD_OUT`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import import_module

from optuna.distributions import BaseDistribution

from paretune import Space
from paretune.adapters.optuna.distributions import to_distribution
from problems.base import Problem

OPEN = {
    "protein": "tabular",
    "protein_crash": "tabular",
    "nb201_cifar10": "tabular",
    "branin_currin": "synthetic",
    "gmm": "synthetic",
    "zdt1_6": "synthetic",
    "dtlz2_6": "synthetic",
    "disc_brake_crash": "synthetic",
    "c2dtlz2_crash": "synthetic",
    "mixed_crash": "synthetic",
    "mixed_rugged_crash": "synthetic",
    "digits_mlp": "sklearn_models",
    "parkinsons_crash": "tabular",
    "nb201_imagenet_crash": "tabular",
    "vehicle_net_crash": "tabular",
    "osy_crash": "synthetic",
    "dtlz2_3": "synthetic",
    "wine_models_crash": "sklearn_models",
    "slice_crash": "tabular",
    "branin_currin_crash": "synthetic",
    "penicillin_crash": "synthetic",
    "nb201_cifar100": "tabular",
    "nb201_sizes_crash": "tabular",
    "choice_pairs": "synthetic",
    "segment_crash": "tabular",
    "car_side_impact": "synthetic",
    "vehicle_safety": "synthetic",
    "pocket_1": "feasible_pockets",
    "pocket_3": "feasible_pockets",
    "pocket_10": "feasible_pockets",
    "pocket_3_one": "feasible_pockets",
    "pocket_3_two": "feasible_pockets",
    "pocket_10_flag": "feasible_pockets",
    "pocket_3_flag": "feasible_pockets",
    "pocket_3_flag_two": "feasible_pockets",
    "pocket_10_raises": "feasible_pockets",
    "pocket_3_raises_told": "feasible_pockets",
    "pocket_3_raises_far": "feasible_pockets",
    "pocket_3_decoy": "feasible_pockets",
    "pocket_six": "feasible_pockets",
    "pocket_mixed": "feasible_pockets",
}
HELD_OUT = {
    "naval": "tabular",
    "cancer_boosting_crash": "sklearn_models",
    "digits_convolutions_crash": "convolutional_net",
    "nb201_hours_crash": "tabular",
    "diabetes_models_crash": "sklearn_models",
    "phoneme_crash": "tabular",
    "four_bar_truss": "synthetic",
    "osy": "feasible_pockets",
    "c2dtlz2": "feasible_pockets",
    "speed_reducer": "feasible_pockets",
}
PROBLEMS = OPEN | HELD_OUT


@functools.cache
def load_problem(name: str) -> Problem:
    """Return the problem with this name. Each problem has a function of the same name in its module."""
    problem: Problem = _factory(name)()
    return problem


def describe_problem(name: str) -> str:
    """Return a description of the problem in a sentence or two: the docstring of its function."""
    return " ".join((_factory(name).__doc__ or "").split())


def _factory(name: str) -> Callable[[], Problem]:
    factory: Callable[[], Problem] = getattr(import_module(f"problems.{PROBLEMS[name]}"), name)
    return factory


def optuna_distributions(space: Space) -> dict[str, BaseDistribution]:
    """Return Optuna's distributions of a space by name, without conditions, which distributions cannot express."""
    return {name: to_distribution(parameter) for name, parameter in space.items()}
