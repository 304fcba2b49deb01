"""The search by drawn and evolved candidates."""

import numpy as np

from paretune import pareto
from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, live_edges, simplify
from paretune.workloads.builtin.architecture.one_shot import find_candidates
from tiny_architectures import JUDGE


def test_candidates_are_different_nets_with_a_path():
    found = find_candidates(JUDGE, ALL_CHOICES, 60, np.random.default_rng(0))
    assert len(found) == 60
    assert all(live_edges(each) and simplify(each) == each for each in found)
    assert all(accuracy == JUDGE.accuracy(each) for each, accuracy in found.items())


def test_evolved_candidates_are_better_than_drawn_ones():
    found = list(find_candidates(JUDGE, ALL_CHOICES, 200, np.random.default_rng(0)))
    volumes = [pareto.hypervolume(JUDGE.losses(half), [1.0, 19.0]) for half in (found[:100], found[100:])]
    assert volumes[1] > volumes[0]


def test_small_space_is_exhausted():
    choices = (("none",),) * 3 + (("skip", "conv3"),) + (("none",),) * 2
    assert len(find_candidates(JUDGE, choices, 50, np.random.default_rng(0))) == 2
