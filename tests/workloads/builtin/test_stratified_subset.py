"""Stratified subsets: a share of each class, nested."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.workloads.builtin.stratified_subset import stratified_rows


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=5))
def test_subsets_are_nested_and_have_share_of_each_class(labels, fractions):
    labels = np.array(labels)
    before = set()
    for fraction in sorted(fractions):
        rows = stratified_rows(labels, fraction)
        assert list(rows) == sorted(set(rows))
        assert before <= set(rows)
        before = set(rows)
        for label in np.unique(labels):
            share = fraction * (labels == label).sum()
            assert max(1, share - 1e-6) <= (labels[rows] == label).sum() < share + 1


def test_fraction_one_gives_all_rows_in_order():
    np.testing.assert_array_equal(stratified_rows(["b", "a", "b"], 1.0), [0, 1, 2])
    assert stratified_rows([], 0.5).tolist() == []


@pytest.mark.parametrize(("n", "fraction", "expected"), [(30, 0.1, 3), (10, 0.7, 7), (7, 0.5, 4), (100, 0.29, 29)])
def test_whole_number_of_rows_is_not_rounded_up(n, fraction, expected):
    assert len(stratified_rows([1] * n, fraction)) == expected


def test_rows_are_random_and_always_the_same():
    rows = stratified_rows(np.zeros(1000), 0.1)
    assert 350 < rows.mean() < 650
    np.testing.assert_array_equal(rows, stratified_rows(np.zeros(1000), 0.1))
