"""Paretune's sampler, as a package of OptunaHub."""

from paretune import ParetoSampler

__all__ = ["ParetoSampler"]
