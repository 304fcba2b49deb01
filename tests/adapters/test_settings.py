"""Tests of the settings that the Optuna sampler and the Ray Tune searcher share."""

import math

import numpy as np
import pytest

from paretune.adapters.settings import check_reference_point, draw_seed, reference_losses, resolve_seed
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency")])


@pytest.mark.parametrize("seed", [0, 7, 7.0, np.int64(7), 2**32 - 1])
def test_given_seed_is_an_int(seed):
    assert (type(resolve_seed(seed)), resolve_seed(seed)) == (int, seed)


@pytest.mark.parametrize(
    ("seed", "message"),
    [(-1, "seed must be between 0 and 4294967295"), (2**32, "seed must be"), (0.5, "whole"), ("0", "must be a number")],
)
def test_invalid_seed_is_refused(seed, message):
    with pytest.raises(InvalidInputError, match=message):
        resolve_seed(seed)


def test_random_seeds_are_valid_and_differ():
    seeds = {draw_seed() for _ in range(20)} | {resolve_seed(None) for _ in range(20)}
    assert len(seeds) > 30
    assert all(resolve_seed(seed) == seed for seed in seeds)
    assert np.mean(list(seeds)) == pytest.approx(2**31, rel=0.5)


def test_reference_point_becomes_floats():
    assert check_reference_point((1, np.float32(0.5))) == [1.0, 0.5]


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (1.0, "reference_point must be a list of one number per objective, but is 1.0"),
        ([1.0, math.nan], "reference_point must be finite, but is nan"),
        (["a", 1.0], "reference_point must be a number, but is 'a'"),
    ],
)
def test_invalid_reference_point_is_refused(point, message):
    with pytest.raises(InvalidInputError) as raised:
        check_reference_point(point)
    assert str(raised.value) == message


def test_reference_losses_have_the_sign_of_losses():
    assert reference_losses([0.5, 2.0], OBJECTIVES).tolist() == [-0.5, 2.0]
    assert reference_losses(None, OBJECTIVES) is None


def test_reference_point_of_another_length_is_refused():
    with pytest.raises(InvalidInputError, match="reference_point has 1 values, but the study has 2 objectives"):
        reference_losses([1.0], OBJECTIVES)
