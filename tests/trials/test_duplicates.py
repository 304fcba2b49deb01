"""Tests of the trials that a study has already."""

import numpy as np
import pytest

from paretune import Categorical, Float, Minimize, Objectives, Space, Trials
from paretune.trials.duplicates import find_known

SPACE = Space({"x": Float(0, 1), "kind": Categorical(["a", None])})
CONFIGURATIONS = ({"x": 0.25, "kind": "a"}, {"x": 0.25, "kind": None}, {"x": 0.5, "kind": "a"}, {"x": 0.5, "kind": "a"})


def table(losses=(1.0, 2.0, 3.0, 3.0), started=(10.0, 20.0, 30.0, 40.0)):
    return Trials(
        SPACE,
        Objectives([Minimize("loss")]),
        CONFIGURATIONS,
        losses=np.array(losses)[:, None],
        started=np.array(started),
        reasons=np.array(["crashed" if np.isnan(loss) else "" for loss in losses], object),
    )


@pytest.mark.parametrize(
    ("trials", "expected"),
    [
        (table(), [True] * 4),
        (table(started=[np.nan] * 4), [True] * 4),
        (table(started=(10.0004, 21.0, 30.0, 40.0)), [True, False, True, True]),
        (table(losses=(1.0, 2.5, 3.0, np.nan)), [True, False, True, False]),
    ],
)
def test_trial_is_known_by_configuration_outcome_and_start(trials, expected):
    assert find_known(trials, table()).tolist() == expected


def test_stored_trial_stands_for_one_trial():
    stored = table(started=[np.nan] * 4)[:3]
    assert find_known(table(), stored).tolist() == [True, True, True, False]


def test_failed_trial_is_known_too():
    failed = table(losses=[np.nan] * 4)
    assert find_known(failed, failed).all()
    assert not find_known(failed, failed[:0]).any()
