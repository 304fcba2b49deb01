"""Will a training run at all? The probability of success, learned from crashes."""

from __future__ import annotations

import math

import torch
from botorch.models import SingleTaskGP
from torch import Tensor

from paretune.engine.surrogate import fit
from paretune.space import Space

FLOOR = 0.5
STEEPNESS = 30.0


class LogSuccess:
    """The logarithm of the probability that a configuration does not crash.

    A Gaussian process regression on the labels +1 and -1 (Rasmussen and Williams 2006, section 6.5), squashed by
    the normal distribution function.

    Args:
        space: the parameters.
        X: ``n x d'`` features of trials that ran to their end, one way or the other.
        has_crashed: ``n`` booleans, at least one of them true.
    """

    def __init__(self, space: Space, X: Tensor, has_crashed: Tensor) -> None:
        labels = 1.0 - 2.0 * has_crashed.double()
        self._model: SingleTaskGP | None = None
        if bool((labels != labels[0]).any()):
            self._model = fit(space, X, labels[:, None])
        self._everywhere = math.log(1.0 / (len(labels) + 2))  # all have crashed: Laplace's rule of succession

    def __call__(self, X: Tensor) -> Tensor:
        """Log probabilities at ``N x d'`` features."""
        if self._model is None:
            return X.new_full((len(X),), self._everywhere)
        with torch.no_grad():
            posterior = self._model.posterior(X, observation_noise=True)
            ratio: Tensor = posterior.mean / posterior.variance.sqrt()
            log_p: Tensor = torch.special.log_ndtr(ratio)
            return log_p.squeeze(-1)


def penalty(log_success: Tensor) -> Tensor:
    """What is added to a logarithmic acquisition: log p, and a steep slope below p = 1/2.

    The slope's start follows the largest p met where nothing reaches 1/2, so that a way out is found from where
    everything fails. Log p alone lets a large improvement deep in failing ground win.

    Args:
        log_success: ``N`` log probabilities of the candidates met together.
    """
    floor = min(FLOOR, 0.6 * float(log_success.exp().max()))
    return log_success + STEEPNESS * (log_success - torch.tensor(floor).log()).clamp(max=0.0)
