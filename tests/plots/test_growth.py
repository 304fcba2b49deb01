"""The growth of the hypervolume as Matplotlib axes."""

import numpy as np

from paretune import pareto
from paretune.plots import plot_growth
from studies import search


def test_line_is_the_hypervolume_after_each_trial():
    table = search(20, 2)
    ax = plot_growth(table, reference=[2.0, 2.0])
    trials, volumes = ax.lines[0].get_data()
    losses = np.where(table.is_complete[:, None], table.losses, np.nan)
    assert trials.tolist() == list(range(1, 21))
    np.testing.assert_allclose(volumes, pareto.hypervolume_history(losses, np.array([2.0, 2.0])))


def test_baseline_has_a_line_and_a_name():
    ax = plot_growth(search(20, 2), search(10, 2))
    assert {"study", "baseline"} <= set(ax.get_legend_handles_labels()[1])
