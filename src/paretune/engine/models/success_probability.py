"""The probability that a trial succeeds, learned from crashes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paretune.engine.history import History
from paretune.engine.models.classifier import Classifier
from paretune.engine.models.surrogate import NARROW_NOISE_PRIOR, fit

PENALTY_THRESHOLD = 0.65  # a share of the largest p at a trial; below it the penalty is steep
STEEPNESS, ROUNDING = 30.0, 0.05  # in log p; the corner is rounded for optimizers that use gradients
N_RECENT, CAUTION = 20, 6.0  # latest trials; log p gets this much extra weight per unit of their crash share above 0.5
LABEL_NOISE = 0.05  # a place like one that succeeded is not certain to succeed
RARE_NUMBER, RARE_SHARE = 4, 0.2  # successes are rare below either
MIN_PROBABILITY = 1e-12


def fit_success_model(history: History, F: Tensor, is_nominal: Tensor) -> LogSuccess | None:
    """Fit the model of success; None while nothing has crashed.

    A trial with all losses did not crash, inside its limits or not. A trial that was stopped is not used.

    Args:
        history: ``n`` trials.
        F: ``n x d`` features.
        is_nominal: ``d`` booleans: which features are unordered choices.
    """
    has_crashed = history.trials.is_failed & ~history.is_known & ~history.ended_at_limit
    if not has_crashed.any():
        return None
    is_open = history.trials.is_pending | (history.trials.is_stopped & ~history.is_known)
    is_decided = torch.tensor(~is_open & ~history.ended_at_limit, device=F.device)
    return LogSuccess(F[is_decided], torch.tensor(has_crashed, device=F.device)[is_decided], is_nominal)


class LabelRegression:
    """A Gaussian process regression on the labels +1 and -1, squashed (Rasmussen and Williams 2006, section 6.5).

    Around one success among many failures it predicts success, where a classifier does not.

    Args:
        X: ``n x d`` features.
        succeeded: ``n`` booleans.
        is_nominal: ``d`` booleans: which features are unordered choices.
    """

    def __init__(self, X: Tensor, succeeded: Tensor, is_nominal: Tensor) -> None:
        labels = torch.where(succeeded, 1.0, -1.0).to(X)
        # A rare success is not noise, and says little about places far away
        self._model, _ = fit(X, labels, is_nominal, noise_prior=NARROW_NOISE_PRIOR, log_stretch=0.0)
        self._model.requires_grad_(requires_grad=False)

    def __call__(self, Z: Tensor) -> Tensor:
        """Return the probability of success at ``N x d`` features: ``N`` numbers."""
        posterior = self._model.posterior(Z, observation_noise=True)
        mean, variance = posterior.mean.squeeze(-1), posterior.variance.squeeze(-1) + LABEL_NOISE
        return torch.special.ndtr(mean / variance.sqrt())


class LogSuccess:
    """The logarithm of the probability that a configuration does not crash.

    A classifier predicts the probability. While successes are rare, it is the mean of two predictions: the
    classifier's, and that of a regression on labels.

    Args:
        X: ``n x d`` features of trials that ended with a success or a crash, in order.
        has_crashed: ``n`` booleans, some of them true. If all are, places that differ from the crashes are likelier.
        is_nominal: ``d`` booleans: which features are unordered choices.

    Attributes:
        highest: the largest log probability at the trials themselves.
        weight: the weight of log p in an acquisition (`success_weight`).
    """

    def __init__(self, X: Tensor, has_crashed: Tensor, is_nominal: Tensor) -> None:
        self._models: list[Classifier | LabelRegression] = [Classifier(X, ~has_crashed, is_nominal)]
        if 0 < int((~has_crashed).sum()) < max(RARE_NUMBER, RARE_SHARE * len(X)):
            self._models.append(LabelRegression(X, ~has_crashed, is_nominal))
        self.highest, self.weight = float(self(X).max()), success_weight(has_crashed)

    def __call__(self, Z: Tensor) -> Tensor:
        """Return log probabilities at ``N x d`` features: ``N`` numbers."""
        return torch.stack([model(Z) for model in self._models]).mean(dim=0).clamp_min(MIN_PROBABILITY).log()


def success_weight(has_crashed: Tensor) -> float:
    """Return the weight of log p: 1, and more where over half of the last trials have crashed.

    The places with the largest acquisition are also those where p is too high by chance. Where most of the space
    fails, a weight of 1 is too small: the search then follows the errors of the model.

    Args:
        has_crashed: ``n`` booleans, of trials that ended, in order.
    """
    share = float(has_crashed[-N_RECENT:].double().mean())
    return 1.0 + CAUTION * max(0.0, share - 0.5)


def crash_penalty(log_success: Tensor, highest: float, weight: float = 1.0) -> Tensor:
    """Return what is added to a logarithmic acquisition: log p, and a steep slope where p is below 0.65 of the highest.

    The border is relative to the highest p, so that the search finds a way out where nearly everything fails. With log
    p alone, a large improvement would win where failure is nearly certain. The corner is rounded as Huber's loss is.

    Args:
        log_success: ``N`` log probabilities.
        highest: the largest log probability at the trials (`LogSuccess.highest`).
        weight: of log p (`success_weight`).
    """
    below = (highest + math.log(PENALTY_THRESHOLD) - log_success).clamp(min=0.0)
    slope = torch.nn.functional.smooth_l1_loss(below, torch.zeros_like(below), reduction="none", beta=ROUNDING)
    return weight * log_success - STEEPNESS * slope
