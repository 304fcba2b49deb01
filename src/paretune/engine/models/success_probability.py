"""Will a training run at all? The probability of success, learned from crashes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paretune.engine.models.classifier import Classifier
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR, fit

FLOOR = 0.65  # of the largest p at a trial
STEEPNESS, ROUNDED = 30.0, 0.05  # in log p, so that what climbs by gradients does not stumble
RECENT, CAUTION = 20, 6.0
LABEL_NOISE = 0.05  # a place like one that succeeded is not certain to succeed
RARE, FEW = 4, 0.2  # successes: their number, and their share
SMALLEST = 1e-12


class LabelRegression:
    """A Gaussian process regression on the labels +1 and -1, squashed (Rasmussen and Williams 2006, section 6.5).

    Where one success stands among many failures it keeps its surroundings alive, and a classifier does not.

    Args:
        X: ``n x d`` features.
        succeeded: ``n`` booleans.
        nominal: ``d`` booleans: which features are unordered choices.
    """

    def __init__(self, X: Tensor, succeeded: Tensor, nominal: Tensor) -> None:
        labels = torch.where(succeeded, 1.0, -1.0).to(X)
        # Rare successes are no noise, and islands
        self._model, _ = fit(X, labels, nominal, noise_prior=NARROW_NOISE_PRIOR, longer=0.0)
        self._model.requires_grad_(requires_grad=False)

    def __call__(self, Z: Tensor) -> Tensor:
        """The probability of success at ``N x d`` features: ``N`` numbers."""
        posterior = self._model.posterior(Z, observation_noise=True)
        mean, variance = posterior.mean.squeeze(-1), posterior.variance.squeeze(-1) + LABEL_NOISE
        return torch.special.ndtr(mean / variance.sqrt())


class LogSuccess:
    """The logarithm of the probability that a configuration does not crash.

    A classifier; while successes are rare, the mean of it and of a regression on labels.

    Args:
        X: ``n x d`` features of trials that ran to their end, one way or the other, in order.
        has_crashed: ``n`` booleans, some of them true. Of crashes alone it is learned what is unlike them.
        nominal: ``d`` booleans: which features are unordered choices.

    Attributes:
        highest: the largest log probability at the trials themselves.
        weight: how much log p weighs in an acquisition (`caution`).
    """

    def __init__(self, X: Tensor, has_crashed: Tensor, nominal: Tensor) -> None:
        self._models: list[Classifier | LabelRegression] = [Classifier(X, ~has_crashed, nominal)]
        if 0 < int((~has_crashed).sum()) < max(RARE, FEW * len(X)):
            self._models.append(LabelRegression(X, ~has_crashed, nominal))
        self.highest, self.weight = float(self(X).max()), caution(has_crashed)

    def __call__(self, Z: Tensor) -> Tensor:
        """Log probabilities at ``N x d`` features: ``N`` numbers."""
        return torch.stack([model(Z) for model in self._models]).mean(dim=0).clamp_min(SMALLEST).log()


def caution(has_crashed: Tensor) -> float:
    """How much log p weighs: 1, and more where over half of the last trials have crashed.

    The places that promise most are also those where p is too high, so that where most of the space fails one p is too
    little: the models then chase what they are wrong about.

    Args:
        has_crashed: ``n`` booleans, of trials that ended, in order.
    """
    share = float(has_crashed[-RECENT:].double().mean())
    return 1.0 + CAUTION * max(0.0, share - 0.5)


def penalty(log_success: Tensor, highest: float, weight: float = 1.0) -> Tensor:
    """What is added to a logarithmic acquisition: log p, and a steep slope where it is below 0.65 of the highest.

    So the slope starts lower where no trial is likely to succeed, and a way out is found from where nearly everything
    fails. Log p alone lets a large improvement deep in failing ground win. The corner is rounded as Huber's loss is.

    Args:
        log_success: ``N`` log probabilities.
        highest: the largest log probability at the trials (`LogSuccess.highest`).
        weight: of log p (`caution`).
    """
    below = (highest + math.log(FLOOR) - log_success).clamp(min=0.0)
    slope = torch.nn.functional.smooth_l1_loss(below, torch.zeros_like(below), reduction="none", beta=ROUNDED)
    return weight * log_success - STEEPNESS * slope
