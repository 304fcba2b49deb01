"""Stopped trials as the models see them."""

import numpy as np
import pytest

from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.curves.expected_ends import ExpectedEnds
from paretune.engine.curves.taught_trials import fill_stopped_trials
from paretune.engine.history import History
from paretune.engine.models.marginals import marginals
from paretune.engine.models.targets import loss_targets
from paretune.engine.torch_context import isolated_torch
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

NAN = float("nan")


def stopped_trials(losses_se: float = NAN) -> Trials:
    """Ten whole trials, a stopped and a pending one, all with curves; the size of the stopped one is known."""
    rng = np.random.default_rng(0)
    quality = rng.random(12)
    reports = {
        i: [{"step": s, "loss": q + rng.normal(0, 0.05)} for s in range(1, 5 if i < 10 else 3)]
        for i, q in enumerate(quality)
    }
    losses = np.column_stack([quality, np.arange(12.0)])
    losses[10:, 0], losses[11, 1] = NAN, NAN
    return Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Minimize("loss"), Minimize("size")]),
        tuple({"x": float(q)} for q in quality),
        losses=losses,
        losses_se=np.where(np.arange(12)[:, None] < 10, [[losses_se, NAN]], NAN),
        states=["complete"] * 10 + ["stopped", "pending"],
        curves=Curves.from_steps(reports),
    )


def test_unknown_loss_of_a_stopped_trial_is_what_its_curve_measures():
    trials = stopped_trials()
    filled, ends = fill_stopped_trials(trials), ExpectedEnds.of(trials)
    assert filled.losses[10].tolist() == [ends.measured[10, 0], 10]
    assert filled.losses_se[10].tolist() == [ends.measured_errors[10, 0], 0]
    assert filled.is_stopped[10]
    assert np.isnan(filled.losses[11]).all()
    assert (filled.losses[:10] == trials.losses[:10]).all()


@pytest.mark.parametrize(("reported", "expected"), [(NAN, 0.0), (0.25, 0.25)])
def test_whole_trials_keep_their_errors_or_have_none(reported, expected):
    filled = fill_stopped_trials(stopped_trials(reported))
    assert (filled.losses_se[:10, 0] == expected).all()


def test_trials_stay_as_they_are_where_nothing_can_be_learned():
    trials = stopped_trials()
    few, none_stopped = trials[np.arange(5, 12)], trials[np.arange(10)]
    assert fill_stopped_trials(few) is few
    assert fill_stopped_trials(none_stopped) is none_stopped


def test_models_learn_from_stopped_trials_where_no_other_trial_is():
    rng = np.random.default_rng(1)
    x = np.concatenate([np.linspace(0, 0.5, 12), np.linspace(0.55, 1, 10)])
    loss = np.abs(np.sin(6 * x))
    reports = {
        i: [{"step": s, "loss": v + 0.3 + rng.normal(0, 0.01)} for s in range(1, 10 if i < 12 else 3)]
        for i, v in enumerate(loss)
    }
    trials = Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Minimize("loss"), Minimize("size")]),
        tuple({"x": float(v)} for v in x),
        losses=np.column_stack([np.where(np.arange(22) < 12, loss, NAN), 1 - x]),
        states=["complete"] * 12 + ["stopped"] * 10,
        curves=Curves.from_steps(reports),
    )
    _, error_without = _expected_loss(trials)
    expected, error = _expected_loss(fill_stopped_trials(trials))
    assert expected == pytest.approx(np.abs(np.sin(4.8)), abs=0.15)
    assert error < error_without / 2


def _expected_loss(trials: Trials) -> tuple[float, float]:
    """Return the expected loss at x = 0.8 and its standard deviation, in the units of the loss."""
    reference = np.array([1.2, 1.2])
    with isolated_torch():
        model = FrontModel.fit(History(trials, trials.space), reference)
        mean, deviation = marginals(model.model)(model.featurize(np.array([[0.8]])))
    (target, _), _ = loss_targets(trials, reference)
    scale = model.transforms[0]
    low, middle, high = (
        target.centre + target.unit * float(scale.untransform(-(mean[0, 0].item() + z * deviation[0, 0].item())))
        for z in (1, 0, -1)
    )
    return middle, (high - low) / 2
