"""The loop uses bolder models where little improvement is expected."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.models import SingleTaskGP

from paretune.engine.acquisition.expected_hypervolume import SuccessWeighted
from paretune.engine.bayes import _next_place
from paretune.engine.history import History
from paretune.engine.problem import Problem
from paretune.objectives import Minimize
from paretune.space import Float, Space
from paretune.trials import Trials

LINE = Space({"x": Float(0, 1)})
PROBLEM = Problem.of(LINE, [Minimize("loss")], None, None)
HISTORY = History(Trials(LINE, PROBLEM.objectives), LINE)
MODEL = SingleTaskGP(torch.rand(3, 1).double(), torch.rand(3, 1).double())
PEAKS = (0.2, 0.5, 0.8)
LOG_MIN_IMPROVEMENT = -2.0


class Peak(AcquisitionFunction):
    """An acquisition with one peak."""

    def __init__(self, at, height):
        super().__init__(MODEL)
        self.at, self.height = at, height

    def forward(self, X):
        return self.height - (X[..., 0, 0] - self.at).abs()


class Everywhere:
    """A model of success with the same probability everywhere."""

    def __init__(self, log_p, highest, weight):
        self.log_p, self.highest, self.weight = log_p, highest, weight

    def __call__(self, Z):
        return torch.full((len(Z),), self.log_p).to(Z)


def model_of(acquisitions):
    """Return a model with the first acquisition, and bolder models with the others."""
    places = np.array([[0.1]])

    def of(acquisition):
        return SimpleNamespace(
            acquisition=lambda _: acquisition,
            featurize=torch.tensor,
            places=places,
            is_best=np.array([True]),
            log_min_improvement=LOG_MIN_IMPROVEMENT,
        )

    first, *bolder = map(of, acquisitions)
    first.bolder_models = bolder
    return first


def nearest_peak(acquisitions, *, may_be_bold=True):
    place = _next_place(model_of(acquisitions), PROBLEM, HISTORY, (), np.random.default_rng(0), may_be_bold=may_be_bold)
    return min(PEAKS, key=lambda at: abs(at - place[0]))


@pytest.mark.parametrize(
    ("heights", "found"),
    [
        ((-1, 0, 0), 0.2),
        ((-3, -1, 0), 0.5),
        ((-3, -2.5, -1), 0.8),
        ((-3, -2.9, -2.8), 0.8),
    ],
    ids=["enough at first", "enough at second", "enough at third", "never enough"],
)
def test_place_is_of_first_model_with_enough_expected_improvement_else_of_last(heights, found):
    peaks = [Peak(*peak) for peak in zip(PEAKS, heights, strict=True)]
    assert nearest_peak(peaks) == found
    assert nearest_peak(peaks, may_be_bold=False) == PEAKS[0]


@pytest.mark.parametrize(("log_p", "found"), [(-0.5, 0.2), (-1.5, 0.5)])
def test_expected_improvement_counts_success_probability_without_its_weight(log_p, found):
    """Both acquisitions are far below the minimum because of weight and slope, which only steer the search."""
    unlikely = Everywhere(log_p, highest=0.0, weight=4.0)
    assert nearest_peak([SuccessWeighted(Peak(0.2, -1.0), unlikely), Peak(0.5, 0.0)]) == found


def test_first_model_is_used_without_a_min_improvement():
    model = model_of([Peak(0.2, -1e9), Peak(0.5, 0.0)])
    model.log_min_improvement = -math.inf
    assert _next_place(model, PROBLEM, HISTORY, (), np.random.default_rng(0), may_be_bold=True)[0] == pytest.approx(
        0.2, abs=0.02
    )
