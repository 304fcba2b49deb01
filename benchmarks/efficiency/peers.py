"""The optimizers by name, and what they share. Each is used through its public interface, as its documentation advises.

`PEERS` maps the name of an optimizer, as it stands in the CSV files, to the function that creates it from a `Task`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from problems.base import Losses, Problem

from paretune import Space
from paretune.space import Params

PEERS = {
    "paretune": "peer_paretune:paretune",
    "paretune_no_reference": "peer_paretune:paretune_no_reference",
    "paretune_in_fours": "peer_paretune:in_fours",
    "paretune_penalty": "peer_paretune:penalty",
    **{
        f"paretune_{variant}": f"peer_paretune_ablated:{variant}"
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
            "without_outcome_transforms",
            "without_length_scale_prior",
            "with_the_usual_length_scales",
            "with_usual_choices",
            "with_usual_choices_and_laplaces_approximation",
            "with_more_exploration",
            "with_usual_lengths_and_exploration",
            "with_the_usual_noise_prior",
            "without_bolder_models",
            "without_feasibility_first",
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
    "optuna_nsga3": "peer_searchers:nsga3",
    **{name: f"peer_searchers:{name}" for name in ("annealing", "evolution", "cma_es", "pshe2", "hazero")},
    "botorch_sampler": "peer_optuna:botorch_sampler",
    "ax": "peer_ax:failed",
    "ax_abandoned": "peer_ax:abandoned",
    "smac": "peer_smac:smac",
    "sigopt": "peer_sigopt:sigopt",
}
PENALTY = 1e6


@dataclass(frozen=True)
class Task:
    """The input of an optimizer before its first trial.

    Args:
        problem: the problem. An optimizer may use its space and its reference point only.
        seed: the seed of the optimizer's random numbers.
        n_trials: the budget, which some optimizers need.
    """

    problem: Problem
    seed: int
    n_trials: int


class Optimizer(Protocol):
    """The interface of every peer."""

    def ask(self) -> Params:
        """Return the next configuration to evaluate."""
        ...

    def tell(self, params: Params, losses: Losses | None) -> None:
        """Report the losses of the last configuration from `ask`, or None if it failed."""
        ...


class ConstrainedOptimizer(Optimizer, Protocol):
    """The interface of a peer that supports constraints."""

    def tell(self, params: Params, losses: Losses | None, violations: Sequence[float] = ()) -> None:
        """Report the losses, and the constraints: at most 0 where satisfied, NaN where not known."""
        ...


def create_optimizer(peer: str, task: Task) -> Optimizer:
    """Create the peer with this name. Its packages are imported here, not before."""
    module, function = PEERS[peer].split(":")
    optimizer: Optimizer = getattr(import_module(module), function)(task)
    return optimizer


class FailuresAsPenalties:
    """An optimizer that gets a large number for every objective of a failure, as many users' objectives return it."""

    def __init__(self, optimizer: Optimizer, task: Task) -> None:
        self._optimizer, self._penalty = optimizer, [PENALTY] * len(task.problem.reference)

    def ask(self) -> Params:
        """Return the optimizer's suggestion."""
        return self._optimizer.ask()

    def tell(self, params: Params, losses: Losses | None) -> None:
        """Report the losses, or the penalty if the configuration failed."""
        self._optimizer.tell(params, self._penalty if losses is None else losses)


class FailuresAsWorst:
    """Losses for optimizers that do not support failures: the worst losses so far, at first the reference point."""

    def __init__(self, problem: Problem) -> None:
        self._reference = list(problem.reference)
        self._reported: list[Losses] = []

    def replace_failure(self, losses: Losses | None) -> Losses:
        """Return the losses, or the worst losses so far if they are None."""
        if losses is not None:
            self._reported.append(losses)
            return losses
        return [max(column) for column in zip(*self._reported, strict=True)] or self._reference


def active_params(space: Space, values: Params) -> dict[str, Any]:
    """Drop the values of inactive parameters, for optimizers that do not support conditional parameters."""
    params: dict[str, Any] = {}
    for name in space:
        if space.is_active(name, params):
            params[name] = values[name]
    return params
