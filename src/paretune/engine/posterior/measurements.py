"""An objective's measurements, and the regression through them that separates the truth from the noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from paretune.engine.history import History
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.surrogate import features, nominal_mask, to_gains
from paretune.engine.models.target_models import fit_with_best_transform
from paretune.engine.models.targets import Target, scaled_errors
from paretune.engine.posterior.regression import Hyperparameters, Regression
from paretune.engine.subsample import MAX_MODELLED_TRIALS, training_rows
from paretune.space.keys import configuration_indices
from paretune.trials import Trials

MIN_LINEAR_RANGE = 5.0  # standard deviations of the noise: a transform is about linear over one measurement's noise


@dataclass(frozen=True, eq=False)
class Configurations:
    """The different configurations of some trials, and those with a complete trial.

    Args:
        trials: ``N`` trials.
        configurations: ``N`` numbers, equal for equal configurations.
        representatives: indices of ``k`` trials, one of each configuration with a complete trial.
        index_of_complete: ``n`` indices below ``k``: the configuration of each complete trial.
        device: where the tensors lie.
    """

    trials: Trials
    configurations: NDArray[np.int64]
    representatives: NDArray[np.int64]
    index_of_complete: NDArray[np.int64]
    device: str

    @classmethod
    def of(cls, trials: Trials, complete: NDArray[np.int64], device: str) -> Configurations:
        """Number the configurations of ``N`` trials; the indices of ``n`` complete ones are given."""
        numbers = configuration_indices(trials.space, trials.params)
        _, first, back = np.unique(numbers[complete], return_index=True, return_inverse=True)
        return cls(trials, numbers, complete[first], back, device)

    @cached_property
    def F(self) -> Tensor:  # noqa: N802 (the field's letter)
        """``N x d`` features."""
        return features(self.trials.space, self.trials.X, self.device)

    @cached_property
    def is_modelled(self) -> NDArray[np.bool_]:
        """``N`` booleans: the hyperparameters are fitted to the trial."""
        rows = training_rows(History(self.trials, self.trials.space), MAX_MODELLED_TRIALS)
        return np.isin(np.arange(len(self.trials)), rows)

    def same(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Tensor:
        """Return 1 or 0 for trials of equal or different configurations."""
        equal = self.configurations[rows][:, None] == self.configurations[columns]
        return torch.tensor(equal).to(self.F)


@dataclass(frozen=True, eq=False)
class Measurements:
    """What is known of one objective.

    Args:
        tried: the configurations.
        target: the measurements, with the variances of their noise where these are known. A bound on a configuration
            that was measured, too, is left out.
        is_noise_known: whether these variances are all of the noise.
    """

    tried: Configurations
    target: Target
    is_noise_known: bool

    @classmethod
    def of(cls, tried: Configurations, target: Target, variances: NDArray[np.float64]) -> Measurements:
        """Add the noise to a target: ``N`` variances of the trials' losses, NaN if the noise is not known."""
        numbers = tried.configurations[target.rows]
        is_measured = np.isin(numbers, numbers[~target.is_bound])
        target = target[~(target.is_bound & is_measured)]
        is_known = bool(np.isfinite(variances).all())
        errors = scaled_errors(np.sqrt(variances[target.rows]), target.unit) if is_known else np.zeros(len(target.rows))
        return cls(tried, replace(target, noise=errors**2), is_known)

    @property
    def can_be_modelled(self) -> bool:
        """Whether there is noise to remove, or at least not known that there is none, and the objective varies."""
        target = self.target
        varies = np.ptp(target.values) > 0 and len(np.unique(self.tried.configurations[target.rows])) > 1
        return bool(varies and not (self.is_noise_known and not target.noise.any()))

    def means(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the mean of each configuration's measurements and its standard error: two times ``k`` numbers."""
        numbers = self.tried.configurations[self.target.rows]
        chosen, counts = self.tried.configurations[self.tried.representatives], np.bincount(numbers)
        means = np.bincount(numbers, self.target.values)[chosen] / counts[chosen]
        return means, np.sqrt(np.bincount(numbers, self.target.noise)[chosen]) / counts[chosen]

    def with_values(self, values: NDArray[np.float64]) -> Measurements:
        """Return the same measurements with other values."""
        return replace(self, target=replace(self.target, values=values))

    def to_losses(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert values in the target's units to losses."""
        largest = np.finfo(float).max
        with np.errstate(over="ignore"):
            return np.clip(self.target.centre + self.target.unit * values, -largest, largest)

    def regression(self) -> ObjectiveRegression:
        """Fit the regression on the scale with the most evidence."""
        tried, target = self.tried, self.target
        chosen, F = tried.is_modelled[target.rows], tried.F
        min_linear_range = MIN_LINEAR_RANGE * float(np.sqrt(target.noise.mean()))
        is_nominal = nominal_mask(tried.trials.space, tried.device)
        model, scale = fit_with_best_transform(target[chosen], F, is_nominal, min_linear_range)
        parts = [target[chosen], target[~chosen & ~target.is_bound]]  # the model has replaced its bounds
        rows = np.concatenate([part.rows for part in parts])
        noise = np.concatenate([part.noise * scale.slope(part.values) ** 2 for part in parts])
        regression = Regression(
            kernel=model.covar_module,
            F=F[rows],
            y=torch.cat([model.train_targets, to_gains(scale.transform(parts[1].values), F)]),
            noise=torch.tensor(noise).to(F),
            same=tried.same(rows, rows),
            has_own_effects=self.is_noise_known,
        )
        return ObjectiveRegression(
            regression,
            Hyperparameters.of(model),
            scale,
            F[tried.representatives],
            tried.same(tried.representatives, rows),
        )


@dataclass(frozen=True, eq=False)
class ObjectiveRegression:
    """The regression of one objective, and where its noise-free values are needed.

    Args:
        regression: of ``n`` measurements.
        mode: its hyperparameters.
        scale: the transform of the outcomes.
        F: ``k x d`` features of the configurations.
        same: ``k x n``, 1 or 0 for configurations and measurements of equal or different ones.
    """

    regression: Regression
    mode: Hyperparameters
    scale: LossTransform
    F: Tensor
    same: Tensor
