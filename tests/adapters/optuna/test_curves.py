"""Tests of reading and storing the learning curves of an Optuna study."""

import gc
import math

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from paretune.adapters.optuna import curves
from paretune.adapters.optuna.frozen_trials import to_frozen_trials
from paretune.adapters.optuna.history import read_trials
from paretune.adapters.optuna.keys import STEPS_KEY
from paretune.space import Float, Space
from paretune.trials import Curves

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = Space({"x": Float(0, 1)})
STEPS = [{"step": 1, "loss": 0.5}, {"step": 3, "loss": 0.25, "accuracy": 0.75}]


@pytest.fixture
def study():
    return optuna.create_study()


def add(study, steps, **details):
    details = {"values": [1.0], **details}
    attributes = {} if steps is None else {STEPS_KEY: steps}
    study.add_trial(
        create_trial(params={"x": 0.5}, distributions={"x": FloatDistribution(0, 1)}, user_attrs=attributes, **details)
    )


def test_finished_failed_and_pending_trials_have_their_curves(study):
    add(study, STEPS)
    add(study, None)
    add(study, STEPS[:1], state=TrialState.FAIL, values=None)
    pending = study.ask({"x": FloatDistribution(0, 1)})
    assert read_trials(study, SPACE).curves.last_steps == {0: 3, 2: 1}
    for n_steps in (1, 2):  # a pending trial is read anew each time
        pending.set_user_attr(STEPS_KEY, STEPS[:n_steps])
        assert read_trials(study, SPACE).curves.of(3).steps.tolist() == [1, 3][:n_steps]
    found = read_trials(study, SPACE).curves.of(0)
    np.testing.assert_array_equal(found.metrics["loss"], [0.5, 0.25])
    np.testing.assert_array_equal(found.metrics["accuracy"], [math.nan, 0.75])


@pytest.mark.parametrize("steps", [3, "text", {}, [1, None], [{"loss": 1}], [{"step": -1}], [{"step": "one"}], None])
def test_foreign_content_leaves_trial_without_a_curve(study, steps):
    add(study, steps)
    add(study, STEPS)
    trials = read_trials(study, SPACE)
    assert trials.numbers.tolist() == [0, 1]
    assert trials.curves.last_steps == {1: 3}


def test_trial_outside_the_space_takes_its_curve_with_it(study):
    add(study, STEPS)
    assert len(read_trials(study, Space({"x": Float(0.75, 1)})).curves) == 0


def test_curve_of_finished_trial_is_parsed_once(study, monkeypatch):
    add(study, STEPS)
    first = read_trials(study, SPACE).curves
    (trial,) = study.get_trials(deepcopy=False)
    (known,) = [ref for ref, _ in curves._parsed.values() if ref() is trial]
    del trial
    with monkeypatch.context() as patched:
        patched.setattr(Curves, "from_steps", lambda _: pytest.fail("parsed again"))
        pd.testing.assert_frame_equal(read_trials(study, SPACE).curves.to_frame(), first.to_frame())
    study._storage.delete_study(study._study_id)
    gc.collect()
    assert known() is None
    assert known not in [ref for ref, _ in curves._parsed.values()]


def test_added_trials_have_their_curves(study):
    for steps in (STEPS, None, STEPS[:1]):
        add(study, steps)
    trials = read_trials(study, SPACE)[1:]
    other = optuna.create_study()
    other.add_trials(to_frozen_trials(trials))
    again = read_trials(other, SPACE)
    assert again.numbers.tolist() == [0, 1]
    assert again.curves.last_steps == {1: 1}
    assert STEPS_KEY not in other.trials[0].user_attrs


def test_long_curve_is_stored_thinned(study):
    add(study, [{"step": i, "loss": 1 / (1 + i)} for i in range(1_000)])
    other = optuna.create_study()
    other.add_trials(to_frozen_trials(read_trials(study, SPACE)))
    (steps,) = (read_trials(other, SPACE).curves.steps,)
    assert len(steps) <= 200
    assert (steps[0], steps[-1]) == (0, 999)
