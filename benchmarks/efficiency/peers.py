"""Which optimizers are measured? Each through its public interface, in its best documented use.

`PEERS` has a function of a `Task` for each. What it returns has `ask`, which returns a configuration, and `tell`, which
takes the configuration back with its losses, or with None where it failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from problem import Losses, Problem

from paretune import Space
from paretune.space import Params

PEERS = {
    "paretune": "peer_paretune:paretune",
    "paretune_no_reference": "peer_paretune:paretune_no_reference",
    "paretune_in_fours": "peer_paretune:in_fours",
    "paretune_penalty": "peer_paretune:penalty",
    **{
        f"paretune_{variant}": f"peer_ablation:{variant}"
        for variant in (
            "without_success_model",
            "without_floor",
            "with_a_smooth_border",
            "with_a_lower_border",
            "with_laplaces_approximation",
            "without_caution",
            "without_rescue",
            "without_label_regression",
            "without_main_effects",
            "without_bent_scales",
            "without_length_scale_prior",
            "with_the_usual_length_scales",
            "with_usual_choices",
            "with_usual_choices_and_laplaces_approximation",
            "with_more_exploration",
            "with_usual_lengths_and_exploration",
            "with_the_usual_noise_prior",
            "without_doubt",
            "without_local_search",
            "with_directions_everywhere",
            "with_q_log_nehvi",
            "in_fours_with_q_log_nehvi",
            "penalty_as_measured",
        )
    },
    "random": "peer_optuna:random",
    "optuna_tpe": "peer_optuna:tpe",
    "optuna_tpe_worst": "peer_optuna:tpe_worst",
    "optuna_tpe_penalty": "peer_optuna:tpe_penalty",
    "optuna_nsga2": "peer_optuna:nsga2",
    "optuna_gp": "peer_optuna:gp",
    "optuna_gp_worst": "peer_optuna:gp_worst",
    "optuna_gp_penalty": "peer_optuna:gp_penalty",
    "botorch_sampler": "peer_optuna:botorch_sampler",
    "ax": "peer_ax:failed",
    "ax_abandoned": "peer_ax:abandoned",
    "smac": "peer_smac:smac",
    "sigopt": "peer_sigopt:sigopt",
}
PENALTY = 1e6


@dataclass(frozen=True)
class Task:
    """What an optimizer is told before its first trial.

    Args:
        problem: only its space and its reference point are for the optimizer.
        seed: of its randomness.
        n_trials: the budget, which some ask for.
    """

    problem: Problem
    seed: int
    n_trials: int


class Optimizer(Protocol):
    """What every peer looks like."""

    def ask(self) -> Params:
        """The next configuration to try."""
        ...

    def tell(self, params: Params, losses: Losses | None) -> None:
        """What came of the configuration that was asked for last; None where it failed."""
        ...


def start(peer: str, task: Task) -> Optimizer:
    """The peer of this name, before its first trial; its packages are loaded now."""
    module, function = PEERS[peer].split(":")
    optimizer: Optimizer = getattr(import_module(module), function)(task)
    return optimizer


class ToldPenalties:
    """An optimizer that is told a large number of every objective for a failure, as many objectives return it."""

    def __init__(self, optimizer: Optimizer, task: Task) -> None:
        self._optimizer, self._penalty = optimizer, [PENALTY] * len(task.problem.reference)

    def ask(self) -> Params:
        """What the optimizer suggests."""
        return self._optimizer.ask()

    def tell(self, params: Params, losses: Losses | None) -> None:
        """The losses, or the penalty."""
        self._optimizer.tell(params, self._penalty if losses is None else losses)


class Worst:
    """What to tell an optimizer that knows no failures: the worst values so far, at first the reference point."""

    def __init__(self, problem: Problem) -> None:
        self._reference = list(problem.reference)
        self._told: list[Losses] = []

    def losses(self, losses: Losses | None) -> Losses:
        """The losses themselves, or the worst where there are none."""
        if losses is not None:
            self._told.append(losses)
            return losses
        return [max(column) for column in zip(*self._told, strict=True)] or self._reference


def existing(space: Space, values: Params) -> dict[str, Any]:
    """The configuration among values for all parameters: those that exist, for optimizers that know no conditions."""
    params: dict[str, Any] = {}
    for name in space:
        if space.is_active(name, params):
            params[name] = values[name]
    return params
