"""Paretune for users of Optuna."""

from paretune.adapters.optuna.pruning import report, should_prune, trial_report
from paretune.adapters.optuna.sampler import ParetoSampler

__all__ = ["ParetoSampler", "report", "should_prune", "trial_report"]
