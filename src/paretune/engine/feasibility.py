"""Will a training run at all? The probability of success, learned from crashes."""

from __future__ import annotations

import math

import torch
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
        has_crashed: ``n`` booleans: some are true, and not all.

    Attributes:
        highest: the largest log probability at the trials themselves.
    """

    def __init__(self, space: Space, X: Tensor, has_crashed: Tensor) -> None:
        self._model = fit(space, X, 1.0 - 2.0 * has_crashed.double()[:, None])
        self.highest = float(self(X).max())

    def __call__(self, X: Tensor) -> Tensor:
        """Log probabilities at ``N x d'`` features."""
        with torch.no_grad():
            posterior = self._model.posterior(X, observation_noise=True)
            ratio: Tensor = posterior.mean / posterior.variance.sqrt()
            log_p: Tensor = torch.special.log_ndtr(ratio)
            return log_p.squeeze(-1)


def penalty(log_success: Tensor, highest: float) -> Tensor:
    """What is added to a logarithmic acquisition: log p, and a steep slope below p = 1/2.

    The slope starts lower where no trial is well above 1/2, so that a way out is found from where nearly everything
    fails. Log p alone lets a large improvement deep in failing ground win.

    Args:
        log_success: ``N`` log probabilities.
        highest: the largest log probability at the trials (`LogSuccess.highest`).
    """
    floor = min(math.log(FLOOR), math.log(0.6) + highest)
    return log_success + STEEPNESS * (log_success - floor).clamp(max=0.0)
