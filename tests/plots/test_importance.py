"""The importances of the parameters as Matplotlib axes."""

from paretune.figures import importance_view
from paretune.plots import plot_importance
from studies import search


def test_bars_are_the_importances_the_largest_on_top():
    table = search(60, 2)
    view = importance_view(table)
    for ax, (name, found) in zip(plot_importance(table, n=2), view.outcomes.items(), strict=True):
        assert ax.get_title() == name
        bars = [bar.get_width() for bar in ax.patches]
        assert bars == ([found.mean[i] for i in view.order[:2][::-1]] if found.is_predicted else [])


def test_outcome_that_is_not_predicted_has_the_reason():
    axes = plot_importance(search(3, 2))
    assert all(ax.texts for ax in axes)
