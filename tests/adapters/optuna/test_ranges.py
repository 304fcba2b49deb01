"""Tests of parameters with several ranges."""

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from paretune.adapters.optuna.ranges import current_range, is_dynamic, joint_range, nearest_value
from paretune.errors import InvalidInputError


def ints(*highs):
    return [IntDistribution(0, high) for high in highs]


@pytest.mark.parametrize(
    ("ranges", "changes_always"),
    [(ints(1, 1, 1), False), (ints(1, 2, 3), False), (ints(1, 2, 3, 2), True), (ints(*[1] * 9, *[2] * 9, 1, 2), False)],
)
def test_range_is_dynamic_if_it_changes_often(ranges, changes_always):
    assert is_dynamic(ranges) == changes_always
    assert current_range(ranges) == (IntDistribution(0, 3) if changes_always else ranges[-1])


@pytest.mark.parametrize(
    ("ranges", "joint"),
    [
        ([FloatDistribution(0, 1), FloatDistribution(0.5, 2)], FloatDistribution(0, 2)),
        ([FloatDistribution(1, 2, log=True), FloatDistribution(1, 9, log=True)], FloatDistribution(1, 9, log=True)),
        ([FloatDistribution(1, 2, log=True), FloatDistribution(0, 2)], FloatDistribution(0, 2)),
        (
            [FloatDistribution(0.1, 0.4, step=0.1), FloatDistribution(0, 0.3, step=0.1)],
            FloatDistribution(0, 0.4, step=0.1),
        ),
        ([FloatDistribution(0.05, 0.45, step=0.1), FloatDistribution(0, 0.3, step=0.1)], FloatDistribution(0, 0.45)),
        ([IntDistribution(0, 8, step=4), IntDistribution(4, 12, step=4)], IntDistribution(0, 12, step=4)),
        ([IntDistribution(0, 8, step=4), IntDistribution(2, 10, step=4)], IntDistribution(0, 10)),
        (
            [CategoricalDistribution(("a", "b")), CategoricalDistribution(("c", "a"))],
            CategoricalDistribution(("a", "b", "c")),
        ),
    ],
)
def test_joint_range_contains_all_and_keeps_what_they_share(ranges, joint):
    assert joint_range(ranges) == joint


def test_ranges_of_several_kinds_are_refused():
    with pytest.raises(InvalidInputError, match="several kinds of distributions: IntDistribution"):
        joint_range([IntDistribution(0, 1), FloatDistribution(0, 1)])


@pytest.mark.parametrize(
    ("value", "distribution", "nearest"),
    [
        (0.7, FloatDistribution(0, 0.5), 0.5),
        (0.33, FloatDistribution(0, 1, step=0.25), 0.25),
        (9, IntDistribution(1, 6, step=5), 6),
        (-3, IntDistribution(1, 6, log=True), 1),
    ],
)
def test_nearest_value_is_in_the_range(value, distribution, nearest):
    found = nearest_value(value, distribution)
    assert found == nearest
    assert type(found) is type(nearest)
