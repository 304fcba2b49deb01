"""Trials of a run in trackers."""

from pathlib import Path

import pytest

from paretune.app.plan import open_study
from paretune.app.run_options import RunOptions
from paretune.app.tracking import TrialTracking

pytestmark = pytest.mark.end_to_end


def test_earlier_and_new_trials_reach_the_tracker(request_study):
    study, set_up = open_study(request_study(), {}, RunOptions(searcher="random"))
    evaluate = set_up()
    study.run(evaluate, n_trials=2)
    with TrialTracking(study, ["tensorboard"], Path("report")) as tracking:
        study.run(evaluate, n_trials=3, on_trial=tracking.add)
    assert tracking.locations == [f"TensorBoard: tensorboard --logdir {study.name}-tensorboard"]
    assert len(list(Path(f"{study.name}-tensorboard").iterdir())) == 3


def test_without_trackers_nothing_is_written(request_study):
    study, set_up = open_study(request_study(), {}, RunOptions(searcher="random"))
    with TrialTracking(study, [], Path("report")) as tracking:
        study.run(set_up(), n_trials=1, on_trial=tracking.add)
    assert tracking.locations == []
    assert not list(Path().glob("*-tensorboard"))
