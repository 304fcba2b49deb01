"""Is a part of the data a share of each class, and inside of every larger part?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.workloads.builtin.subset import stratified


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=5))
def test_parts_are_nested_and_hold_each_class_by_its_share(labels, fractions):
    labels = np.array(labels)
    before = set()
    for fraction in sorted(fractions):
        rows = stratified(labels, fraction)
        assert list(rows) == sorted(set(rows))
        assert before <= set(rows)
        before = set(rows)
        for label in np.unique(labels):
            share = fraction * (labels == label).sum()
            assert max(1, share - 1e-6) <= (labels[rows] == label).sum() < share + 1


def test_all_of_it_is_all_of_it_in_order():
    np.testing.assert_array_equal(stratified(["b", "a", "b"], 1.0), [0, 1, 2])
    assert stratified([], 0.5).tolist() == []


@pytest.mark.parametrize(("n", "fraction", "expected"), [(30, 0.1, 3), (10, 0.7, 7), (7, 0.5, 4), (100, 0.29, 29)])
def test_a_count_that_comes_out_even_is_not_rounded_up(n, fraction, expected):
    assert len(stratified([1] * n, fraction)) == expected


def test_the_rows_are_drawn_and_are_the_same_each_time():
    rows = stratified(np.zeros(1000), 0.1)
    assert 350 < rows.mean() < 650
    np.testing.assert_array_equal(rows, stratified(np.zeros(1000), 0.1))
