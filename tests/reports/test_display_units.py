"""Units for people: prefixes, and a summary in them."""

import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.reports import Run, headline, summarize
from paretune.reports.display_units import DisplayUnit, display_unit, in_display_units
from paretune.trials import Curves


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("s", 0.000378, DisplayUnit("µs", 1e6)),
        ("s", 12345.0, DisplayUnit("s", 1.0)),
        ("ms", 2500.0, DisplayUnit("s", 1e-3)),
        ("us", 0.5, DisplayUnit("ns", 1e3)),
        ("B", 3e6, DisplayUnit("MB", 1e-6)),
        ("B", 0.5, DisplayUnit("B", 1.0)),
        ("parrots", 1e-9, DisplayUnit("parrots", 1.0)),
        ("", 1e-9, DisplayUnit("", 1.0)),
        ("s", float("nan"), DisplayUnit("s", 1.0)),
    ],
)
def test_prefix_gives_numbers_between_one_and_a_thousand(unit, value, expected):
    found = display_unit(unit, [value])
    assert found.unit == expected.unit
    assert found.factor == pytest.approx(expected.factor)


def study(seed, n=12):
    rng = np.random.default_rng(seed)
    space = Space({"x": Float(0, 1)})
    values = rng.random((n, 2)) * [1, 1e-4] + [0, 1e-4]
    objectives = Objectives([Maximize("accuracy"), Minimize("latency", at_most=1.9e-4, unit="s")])
    curves = Curves.from_steps({0: [{"step": 1, "latency": 1e-4, "loss": 1e-4}]})
    losses_se = np.column_stack([np.full(n, np.nan), np.full(n, 4.31e-6)])
    return Trials(space, objectives, tuple(space.decode(rng.random((n, 1)))), losses=values * [-1, 1],
                  losses_se=losses_se, curves=curves)  # fmt: skip


def test_every_number_of_an_objective_is_converted():
    summary = summarize(Run("mine", study(1)), Run("other", study(2)))
    shown = in_display_units(summary)
    assert [objective.unit for objective in shown.objectives] == ["", "µs"]
    assert shown.objectives[1].limit == pytest.approx(190)
    assert shown.trials.states.tolist() == summary.trials.states.tolist()
    assert shown.trials.losses == pytest.approx(summary.trials.losses * [1, 1e6], nan_ok=True)
    assert shown.hypervolume == pytest.approx(1e6 * summary.hypervolume)
    assert shown.reference.values["latency"] == pytest.approx(1e6 * summary.reference.values["latency"])
    both = shown.comparison.hypervolume.candidate.value, summary.comparison.hypervolume.candidate.value
    assert both[0] == pytest.approx(1e6 * both[1])
    assert shown.trials.curves.metrics["latency"].tolist() == pytest.approx([100.0])
    assert shown.trials.curves.metrics["loss"].tolist() == [1e-4]
    assert [found.key for found in shown.efficient] == [found.key for found in summary.efficient]
    assert shown.importance is summary.importance
    assert in_display_units(shown) is shown
    assert "µs" in headline(summary)


def test_summary_without_known_units_stays_as_it_is():
    table = study(1)
    bare = table.with_objectives(Objectives([Maximize("accuracy"), Minimize("latency", at_most=1.9e-4)]))
    summary = summarize(Run("mine", bare))
    assert in_display_units(summary) is summary
