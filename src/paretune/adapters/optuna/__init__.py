"""Paretune for users of Optuna."""

from paretune.adapters.optuna.sampler import ParetoSampler

__all__ = ["ParetoSampler"]
