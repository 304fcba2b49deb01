"""Which problems are measured? By name; `HELD_OUT` are those that nobody tuned to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import import_module

from optuna.distributions import BaseDistribution
from problem import Problem

from paretune import Space
from paretune.adapters.optuna.distributions import to_distribution

OPEN = {
    "protein": "tables",
    "protein_crash": "tables",
    "nb201_cifar10": "tables",
    "branin_currin": "functions",
    "gmm": "functions",
    "zdt1_6": "functions",
    "dtlz2_6": "functions",
    "disc_brake_crash": "functions",
    "c2dtlz2_crash": "functions",
    "mixed_crash": "functions",
    "mixed_rugged_crash": "functions",
    "digits_mlp": "trainings",
    "parkinsons_crash": "tables",
    "nb201_imagenet_crash": "tables",
    "vehicle_net_crash": "tables",
    "osy_crash": "functions",
    "dtlz2_3": "functions",
    "wine_models_crash": "trainings",
    "slice_crash": "tables",
    "branin_currin_crash": "functions",
    "penicillin_crash": "functions",
    "nb201_cifar100": "tables",
    "nb201_sizes_crash": "tables",
    "choice_pairs": "functions",
    "segment_crash": "tables",
    "car_side_impact": "functions",
    "vehicle_safety": "functions",
}
HELD_OUT = {
    "naval": "tables",
    "cancer_boosting_crash": "trainings",
    "digits_convolutions_crash": "convolutions",
    "nb201_hours_crash": "tables",
    "diabetes_models_crash": "trainings",
    "phoneme_crash": "tables",
    "four_bar_truss": "functions",
}
PROBLEMS = OPEN | HELD_OUT


@functools.cache
def load(name: str) -> Problem:
    """The problem of this name: the function of that name in its module, called."""
    built: Problem = _builder(name)()
    return built


def about(name: str) -> str:
    """What the problem is, in a sentence or two."""
    return " ".join((_builder(name).__doc__ or "").split())


def _builder(name: str) -> Callable[[], Problem]:
    builder: Callable[[], Problem] = getattr(import_module(PROBLEMS[name]), name)
    return builder


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """Optuna's distributions of a space, by name; conditions, which distributions do not know, are left out."""
    return {name: to_distribution(parameter) for name, parameter in space.items()}
