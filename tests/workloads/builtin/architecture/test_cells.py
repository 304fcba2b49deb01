"""Cells: which edges matter, and draws that are uniform."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from paretune.workloads.builtin.architecture.cells import (
    ALL_CHOICES,
    EDGE_NAMES,
    EDGES,
    OPERATIONS,
    cell_space,
    draw,
    fit_choices,
    live_edges,
    mutate,
    read_architecture,
    read_choices,
    simplify,
    to_params,
)


def edges_on_paths(architecture):
    """All edges of all paths from the first to the last node, path by path."""
    found = set()

    def walk(node, path):
        if node == 3:
            found.update(path)
        for edge, (source, target) in enumerate(EDGES):
            if source == node and architecture[edge] != "none":
                walk(target, [*path, edge])

    walk(0, [])
    return tuple(sorted(found))


def test_live_edges_are_those_of_all_paths_of_every_cell():
    for architecture in product(("none", "conv3"), repeat=6):
        assert live_edges(architecture) == edges_on_paths(architecture)


def test_simplified_cell_has_only_live_edges():
    for architecture in product(("none", "skip"), repeat=6):
        simple = simplify(architecture)
        assert live_edges(simple) == live_edges(architecture)
        assert sum(operation != "none" for operation in simple) == len(live_edges(architecture))


def test_space_has_all_cells():
    assert read_choices(cell_space()) == ALL_CHOICES
    architecture = ("none", "skip", "conv1", "conv3", "pool3", "skip")
    assert read_architecture(to_params(architecture)) == architecture


def test_choices_of_fixed_edge_are_its_value():
    choices = read_choices(cell_space().fix({EDGE_NAMES[2]: "pool3"}))
    assert choices[2] == ("pool3",)
    assert choices[:2] == ALL_CHOICES[:2]


def test_single_path_draws_are_uniform():
    rng, n = np.random.default_rng(0), 3_000
    counts = [Counter() for _ in EDGES]
    pairs = Counter()
    for _ in range(n):
        drawn = draw(ALL_CHOICES, rng)
        pairs[drawn[0], drawn[5]] += 1
        for count, operation in zip(counts, drawn, strict=True):
            count[operation] += 1
    for count in counts:  # Pearson's statistic of 4 degrees of freedom; 18.5 is exceeded once in a thousand
        assert sum((count[name] - n / 5) ** 2 / (n / 5) for name in OPERATIONS) < 18.5
    assert sum((pairs[pair] - n / 25) ** 2 / (n / 25) for pair in product(OPERATIONS, repeat=2)) < 51.2  # of 24


def test_mutation_changes_one_edge_within_its_choices():
    rng = np.random.default_rng(0)
    choices = (("skip",), *ALL_CHOICES[1:])
    before = ("skip", "none", "conv1", "conv3", "pool3", "skip")
    edges = set()
    for _ in range(200):
        after = mutate(before, choices, rng)
        (edge,) = [i for i in range(6) if after[i] != before[i]]
        edges.add(edge)
    assert edges == {1, 2, 3, 4, 5}
    assert mutate(before, tuple((name,) for name in before), rng) == before


@pytest.mark.parametrize("edge", range(6))
def test_operation_that_must_exist_returns_on_dead_edge(edge):
    choices = tuple(("conv3", "skip") if i == edge else OPERATIONS for i in range(6))
    rng = np.random.default_rng(edge)
    for _ in range(50):
        drawn = draw(choices, rng)
        fitted = fit_choices(simplify(drawn), choices)
        assert fitted[edge] in choices[edge]
        assert simplify(fitted) == simplify(drawn)
