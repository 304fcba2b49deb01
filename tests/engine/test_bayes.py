"""Whose promise is followed: that of the models, or of bolder ones?"""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from botorch.acquisition import AcquisitionFunction
from botorch.models import SingleTaskGP

from paretune.engine.acquisition.expected_hypervolume import SuccessWeighted
from paretune.engine.bayes import _next
from paretune.space import Float, Space

LINE = Space({"x": Float(0, 1)})
MODEL = SingleTaskGP(torch.rand(3, 1).double(), torch.rand(3, 1).double())
SUMMITS = (0.2, 0.5, 0.8)
BAR = -2.0


class Peak(AcquisitionFunction):
    """A summit of some height at some place."""

    def __init__(self, at, height):
        super().__init__(MODEL)
        self.at, self.height = at, height

    def forward(self, X):
        return self.height - (X[..., 0, 0] - self.at).abs()


class Everywhere:
    """A model of success that says the same of all places."""

    def __init__(self, log_p, highest, weight):
        self.log_p, self.highest, self.weight = log_p, highest, weight

    def __call__(self, Z):
        return torch.full((len(Z),), self.log_p).to(Z)


def belief(acquisitions):
    """What promises these, one bolder than the other, where less than the bar is hardly anything."""
    seen = np.array([[0.1]])

    def of(acquisition):
        return SimpleNamespace(
            acquisition=lambda _: acquisition,
            see=torch.tensor,
            seen=seen,
            is_front=np.array([True]),
            hardly_anything=BAR,
        )

    trusted, *bolder = map(of, acquisitions)
    trusted.doubts = bolder
    return trusted


def summit(acquisitions, *, may_doubt=True):
    place = _next(belief(acquisitions), LINE, (), 0, np.random.default_rng(0), may_doubt=may_doubt)
    return min(SUMMITS, key=lambda at: abs(at - place[0]))


@pytest.mark.parametrize(
    ("heights", "found"),
    [
        ((-1, 0, 0), 0.2),
        ((-3, -1, 0), 0.5),
        ((-3, -2.5, -1), 0.8),
        ((-3, -2.9, -2.8), 0.8),
    ],
    ids=["enough is promised", "twice is enough", "four times is", "nothing is"],
)
def test_the_first_that_promise_enough_are_followed_and_else_the_last(heights, found):
    peaks = [Peak(*peak) for peak in zip(SUMMITS, heights, strict=True)]
    assert summit(peaks) == found
    assert summit(peaks, may_doubt=False) == SUMMITS[0]


@pytest.mark.parametrize(("log_p", "found"), [(-0.5, 0.2), (-1.5, 0.5)])
def test_what_is_expected_counts_the_chance_of_a_crash_and_no_caution(log_p, found):
    """Both are far below the bar by the acquisition, whose caution and slope only steer."""
    unlikely = Everywhere(log_p, highest=0.0, weight=4.0)
    assert summit([SuccessWeighted(Peak(0.2, -1.0), unlikely), Peak(0.5, 0.0)]) == found


def test_without_a_bar_nothing_is_doubted():
    one = belief([Peak(0.2, -1e9), Peak(0.5, 0.0)])
    one.hardly_anything = -math.inf
    assert _next(one, LINE, (), 0, np.random.default_rng(0), may_doubt=True)[0] == pytest.approx(0.2, abs=0.02)
