"""Means and errors of repeated configurations, recomputed by other means."""

import numpy as np
import pandas as pd
import pytest

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.trials.repeats import first_numbers, repeated_configurations

SPACE = Space({"x": Float(0, 1), "kind": Categorical(["a", "b"])})
OBJECTIVES = Objectives([Maximize("gain", at_least=0.0), Minimize("cost")])


def table(counts, seed=0, **columns):
    """Trials of configurations with so many trainings each, in a random order."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    params = tuple({"x": float(name) / 8, "kind": "ab"[name % 2]} for name in names)
    losses = np.column_stack([-1.0 - names / 10, names / 5]) + rng.normal(size=(len(names), 2)) / 10
    return Trials(SPACE, OBJECTIVES, params, losses=losses, numbers=np.arange(len(names)) + 100, **columns)


@pytest.mark.parametrize("counts", [(1, 2, 3), (5, 1, 1, 2), (2,)])
def test_means_and_errors_are_those_of_pandas(counts):
    trials = table(counts)
    groups = trials.to_frame().groupby(["x", "kind"])[["gain", "cost"]]
    pooled = ((groups.count() - 1) * groups.var().fillna(0)).sum() / (groups.count() - 1).sum()
    found = repeated_configurations(trials)
    assert sorted(each.n_trainings for each in found) == sorted(n for n in counts if n > 1)
    rows = trials.to_frame().set_index("number")
    for each in found:
        own = rows.loc[list(each.numbers), ["gain", "cost"]]
        assert rows.loc[list(each.numbers), ["x", "kind"]].drop_duplicates().shape == (1, 2)
        assert each.values == pytest.approx(own.mean().tolist())
        assert each.errors == pytest.approx(np.sqrt(pooled / len(own)).tolist())
        assert each.measured == tuple(own.iloc[0])


def test_stated_errors_count_where_repeats_vary_less():
    errors = np.full((4, 2), 0.5)
    (found,) = repeated_configurations(table((4,), losses_se=errors))
    assert found.errors == pytest.approx((0.25, 0.25))


def test_failed_and_pending_trials_are_no_trainings_but_those_outside_the_limits_are():
    trials = table((4,))
    losses = trials.losses.copy()
    losses[3] = (1.0, 0.0)  # outside the limit of the gain
    states = np.array(["failed", "pending", "", ""], object)
    changed = Trials(SPACE, OBJECTIVES, trials.params, losses=losses, states=states, numbers=trials.numbers)
    (found,) = repeated_configurations(changed)
    assert found.numbers == (102, 103)


def test_first_trial_of_each_configuration_is_found():
    trials = table((3, 1, 2), seed=3)
    frame = trials.to_frame()
    expected = frame.groupby(["x", "kind"]).number.transform("min")
    assert first_numbers(trials).tolist() == expected.tolist()
    assert len(first_numbers(trials[:0])) == 0
    assert pd.Series(first_numbers(trials)).nunique() == 3
