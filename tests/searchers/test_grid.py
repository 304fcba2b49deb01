"""Grid search goes from coarse to fine."""

import itertools

import numpy as np

from paretune import Float, Int, Space
from paretune.searchers.grid import GridSearch
from searchers.runs import run


def test_grids_grow_finer_and_each_is_shuffled():
    space = Space({"u": Float(0, 1), "k": Int(0, 8)})
    points = [tuple(params.values()) for params in run(GridSearch(), space, 25)]
    assert set(points[:4]) == set(itertools.product([0.0, 1.0], [0, 8]))
    assert set(points[:9]) == set(itertools.product([0.0, 0.5, 1.0], [0, 4, 8]))
    assert set(points) == set(itertools.product(np.linspace(0, 1, 5), [0, 2, 4, 6, 8]))
    assert points[9:] != sorted(points[9:])
